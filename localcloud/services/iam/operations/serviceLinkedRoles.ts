import type {
  CreateServiceLinkedRoleCommandInput,
  CreateServiceLinkedRoleCommandOutput,
} from "@aws-sdk/client-iam";
import { required } from "../../../core/constraint";
import { iamArn } from "../model/access";
import { invalidInput } from "../model/errors";
import { newId } from "../model/ids";
import type { IamOperation } from "../model/operation";
import { roleShape } from "../model/roleShape";
import type { RoleRecord, StoredPolicy } from "../store";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html */
const ROLE_NAMES: Readonly<Record<string, string>> = {
  "autoscaling.amazonaws.com": "AWSServiceRoleForAutoScaling",
  "ecs.amazonaws.com": "AWSServiceRoleForECS",
  "lambda.amazonaws.com": "AWSServiceRoleForLambda",
  "ops.apigateway.amazonaws.com": "AWSServiceRoleForAPIGateway",
  "spot.amazonaws.com": "AWSServiceRoleForEC2Spot",
  "spotfleet.amazonaws.com": "AWSServiceRoleForEC2SpotFleet",
  "ecs.application-autoscaling.amazonaws.com": "AWSServiceRoleForApplicationAutoScaling_ECSService",
  "dynamodb.application-autoscaling.amazonaws.com":
    "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
};

/** Creates the role of a service, so that programs that create it work. Nothing here uses it. */
export const createServiceLinkedRole: IamOperation<
  CreateServiceLinkedRoleCommandInput,
  CreateServiceLinkedRoleCommandOutput
> = {
  access: (input, context) => [
    {
      action: "iam:CreateServiceLinkedRole",
      resource: iamArn("role", context, nameOf(input) ?? "*", pathOf(input)),
      context: { "iam:AWSServiceName": input.AWSServiceName ?? "" },
    },
  ],
  run(input, { store, clock, accountId }) {
    const service = required(input.AWSServiceName, "aWSServiceName", "ValidationError");
    const roleName = nameOf(input);
    if (roleName === undefined)
      throw invalidInput(
        `The local cloud does not know the service-linked role of ${service}: ` +
          "see localcloud/services/iam/operations/serviceLinkedRoles.ts.",
      );
    if (store.roles.get(roleName))
      throw invalidInput(
        `Service role name ${roleName} has been taken in this account, please try a different suffix.`,
      );
    const role: RoleRecord = {
      roleName,
      roleId: newId("AROA"),
      arn: iamArn("role", { accountId }, roleName, pathOf(input)),
      path: pathOf(input),
      createDate: clock.date(),
      trustPolicy: trusting(service),
      description: input.Description,
      maxSessionDuration: 3600,
      inlinePolicies: new Map(),
      attachedPolicies: new Set(),
      tags: new Map(),
    };
    store.roles.set(roleName, role);
    return { Role: roleShape(role) };
  },
};

function nameOf(input: CreateServiceLinkedRoleCommandInput): string | undefined {
  const name = ROLE_NAMES[input.AWSServiceName ?? ""];
  if (name === undefined) return undefined;
  return input.CustomSuffix === undefined ? name : `${name}_${input.CustomSuffix}`;
}

function pathOf(input: CreateServiceLinkedRoleCommandInput): string {
  return `/aws-service-role/${input.AWSServiceName}/`;
}

function trusting(service: string): StoredPolicy {
  const document = {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow" as const, Action: "sts:AssumeRole", Principal: { Service: service } },
    ],
  };
  return { text: JSON.stringify(document), document };
}
