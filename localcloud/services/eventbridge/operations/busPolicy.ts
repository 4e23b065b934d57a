import type { PutPermissionRequest, RemovePermissionRequest } from "@aws-sdk/client-eventbridge";
import { AwsError } from "../../../core/errors";
import type { PolicyDocument, PolicyStatement } from "../../../core/policyDocument";
import type { Operation } from "../../../core/service";
import { busCheck } from "../model/access";
import { validation } from "../model/errors";
import type { Bus, EventBridgeStore } from "../store";

const MAX_POLICY_BYTES = 10_240;

export const putPermission: Operation<EventBridgeStore, PutPermissionRequest, object> = {
  access: ({ EventBusName }, context) => [busCheck("PutPermission", EventBusName, context)],
  run(input, { store }) {
    const bus = store.bus(input.EventBusName);
    const policy =
      input.Policy === undefined ? withStatement(bus, input) : parsePolicy(input.Policy);
    if (Buffer.byteLength(JSON.stringify(policy)) > MAX_POLICY_BYTES)
      throw new AwsError("PolicyLengthExceededException", "The event bus policy is too long.");
    bus.policy = policy;
    return {};
  },
};

export const removePermission: Operation<EventBridgeStore, RemovePermissionRequest, object> = {
  access: ({ EventBusName }, context) => [busCheck("RemovePermission", EventBusName, context)],
  run({ EventBusName, StatementId, RemoveAllPermissions }, { store }) {
    const bus = store.bus(EventBusName);
    if (RemoveAllPermissions) {
      bus.policy = undefined;
      return {};
    }
    const statements = statementsOf(bus);
    const rest = statements.filter(({ Sid }) => Sid !== StatementId);
    if (rest.length === statements.length)
      throw new AwsError(
        "ResourceNotFoundException",
        "Statement with the provided id does not exist.",
      );
    bus.policy = rest.length > 0 ? { ...bus.policy, Statement: rest } : undefined;
    return {};
  },
};

function parsePolicy(text: string): PolicyDocument {
  try {
    const policy = JSON.parse(text) as PolicyDocument;
    if (typeof policy === "object" && policy !== null && policy.Statement) return policy;
  } catch {
    // continues to the refusal below
  }
  throw validation("Parameter Policy is not valid.");
}

function withStatement(bus: Bus, input: PutPermissionRequest): PolicyDocument {
  const { Principal = "", Action = "events:PutEvents", StatementId, Condition } = input;
  if (StatementId === undefined) throw validation("Parameter StatementId must be specified.");
  if (Principal !== "*" && !/^\d{12}$/.test(Principal))
    throw validation(
      "Parameter Principal is not valid. Reason: it must be a 12-digit account id or '*'.",
    );
  const statement: PolicyStatement = {
    Sid: StatementId,
    Effect: "Allow",
    Principal: Principal === "*" ? "*" : { AWS: `arn:aws:iam::${Principal}:root` },
    Action,
    Resource: bus.arn,
    ...(Condition && {
      Condition: { [Condition.Type ?? ""]: { [Condition.Key ?? ""]: Condition.Value ?? "" } },
    }),
  };
  const others = statementsOf(bus).filter(({ Sid }) => Sid !== StatementId);
  return { Version: "2012-10-17", ...bus.policy, Statement: [...others, statement] };
}

function statementsOf({ policy }: Bus): PolicyStatement[] {
  return policy ? [policy.Statement].flat() : [];
}
