import type {
  CreateServiceLinkedRoleCommandInput,
  CreateServiceLinkedRoleCommandOutput,
  DeleteServiceLinkedRoleCommandInput,
  DeleteServiceLinkedRoleCommandOutput,
  GetServiceLinkedRoleDeletionStatusCommandInput,
  GetServiceLinkedRoleDeletionStatusCommandOutput,
} from "@aws-sdk/client-iam";
import { randomUUID } from "node:crypto";
import { required } from "../../../core/constraint";
import { iamArn, onRole } from "../model/access";
import { invalidInput, noSuchEntity } from "../model/errors";
import { newId } from "../model/ids";
import { roleNamed } from "../model/lookup";
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

/**
 * Services of these whose roles may have a suffix:
 * https://github.com/localstack/localstack/blob/main/tests/aws/services/iam/test_iam.snapshot.json
 */
const WITH_SUFFIX: readonly string[] = ["autoscaling.amazonaws.com"];

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
    if (input.CustomSuffix !== undefined && !WITH_SUFFIX.includes(service))
      throw invalidInput(`Custom suffix is not allowed for ${service}`);
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
      serviceLinked: true,
    };
    store.roles.set(roleName, role);
    return { Role: roleShape(role) };
  },
};

/**
 * Deletes the role at once; on AWS the service first checks that it no longer needs it.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html
 */
export const deleteServiceLinkedRole: IamOperation<
  DeleteServiceLinkedRoleCommandInput,
  DeleteServiceLinkedRoleCommandOutput
> = {
  access: onRole("DeleteServiceLinkedRole"),
  run(input, { store }) {
    const role = roleNamed(store, input.RoleName);
    if (!role.serviceLinked)
      throw noSuchEntity(`The role with name ${role.roleName} cannot be found.`);
    store.roles.delete(role.roleName);
    const DeletionTaskId = `task${role.path}${role.roleName}/${randomUUID()}`;
    store.deletionTasks.add(DeletionTaskId);
    return { DeletionTaskId };
  },
};

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLinkedRoleDeletionStatus.html */
export const getServiceLinkedRoleDeletionStatus: IamOperation<
  GetServiceLinkedRoleDeletionStatusCommandInput,
  GetServiceLinkedRoleDeletionStatusCommandOutput
> = {
  access: ({ DeletionTaskId = "" }, context) => [
    {
      action: "iam:GetServiceLinkedRoleDeletionStatus",
      resource: iamArn("role", context, DeletionTaskId.replace(/^task\/|\/[^/]*$/g, "")),
    },
  ],
  run({ DeletionTaskId = "" }, { store }) {
    if (!store.deletionTasks.has(DeletionTaskId))
      throw noSuchEntity(`The deletion task with id ${DeletionTaskId} cannot be found.`);
    return { Status: "SUCCEEDED" };
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
