import type {
  Account,
  GetAccountCommandInput,
  GetAccountCommandOutput,
  UpdateAccountCommandInput,
  UpdateAccountCommandOutput,
} from "@aws-sdk/client-api-gateway";
import { AwsError } from "../../../core/errors";
import { evaluate } from "../../../access/evaluate";
import { badRequest } from "../model/apiErrors";
import { operation, passRoleCheck, type Context, type Output } from "../model/operation";
import { patched, plainRefusals, type PatchRule } from "../model/patch";

/** Actions that the account's role must allow so that API Gateway can write logs. */
const LOG_ACTIONS = [
  "logs:CreateLogGroup",
  "logs:CreateLogStream",
  "logs:DescribeLogGroups",
  "logs:DescribeLogStreams",
  "logs:PutLogEvents",
];

export const getAccount = operation<GetAccountCommandInput, Output<GetAccountCommandOutput>>(
  "GET",
  () => "/account",
  (_input, { store }) => structuredClone(store.account),
);

export const updateAccount = operation<
  UpdateAccountCommandInput,
  Output<UpdateAccountCommandOutput>
>(
  "PATCH",
  () => "/account",
  ({ patchOperations }, context) => {
    const { store } = context;
    const account = patched(
      store.account,
      patchOperations,
      rules,
      plainRefusals,
      "updateAccountInput",
    );
    if (account.cloudwatchRoleArn !== undefined) checkRole(account.cloudwatchRoleArn, context);
    store.account = account;
    return structuredClone(account);
  },
  ({ patchOperations }) =>
    (patchOperations ?? [])
      .filter((patch) => patch.path === "/cloudwatchRoleArn")
      .flatMap((patch) => passRoleCheck(patch.value)),
);

const rules: readonly PatchRule<Account>[] = [
  {
    path: "/cloudwatchRoleArn",
    ops: ["replace", "remove"],
    apply: (account, { op, value }) => {
      account.cloudwatchRoleArn = op === "remove" || value === "" ? undefined : value;
    },
  },
  {
    path: "/features",
    ops: ["add", "remove"],
    apply: (account, { op, value = "" }) => {
      const others = (account.features ?? []).filter((feature) => feature !== value);
      account.features = op === "add" ? [...others, value] : others;
    },
  },
];

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html */
function checkRole(roleArn: string, { cloud, region, accountId }: Context): void {
  const refusal = badRequest(
    "The role ARN does not have required permissions configured. Please grant trust permission " +
      "for API Gateway and add the required role policy.",
  );
  if (!/^arn:[a-z-]+:iam::\d{12}:role\/\S+$/.test(roleArn))
    throw badRequest("Invalid ARN specified in the request");
  const session = assume(roleArn, cloud.identity, refusal);
  try {
    const { principal } = session;
    const resource = `arn:aws:logs:${region}:${accountId}:log-group:API-Gateway-Execution-Logs_check/check:log-stream:check`;
    for (const action of LOG_ACTIONS) {
      const decision = evaluate({
        principal,
        action,
        resource,
        identityPolicies: cloud.identity.identityPolicies(principal),
        permissionsBoundary: cloud.identity.permissionsBoundary(principal),
      });
      if (decision.result !== "allowed") throw refusal;
    }
  } finally {
    cloud.identity.endSession(session.accessKeyId);
  }
}

type Identity = Context["cloud"]["identity"];

function assume(
  roleArn: string,
  identity: Identity,
  refusal: Error,
): ReturnType<Identity["assumeForService"]> {
  try {
    return identity.assumeForService({
      roleArn,
      service: "apigateway.amazonaws.com",
      sessionName: "BackplaneAssumeRoleSession",
    });
  } catch (error) {
    if (error instanceof AwsError) throw refusal;
    throw error;
  }
}
