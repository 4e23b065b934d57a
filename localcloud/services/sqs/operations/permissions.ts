import type { AddPermissionCommandInput, RemovePermissionCommandInput } from "@aws-sdk/client-sqs";
import { AwsError } from "../../../core/errors";
import type { PolicyDocument, PolicyStatement } from "../../../core/policyDocument";
import { invalidParameterValue, invalidValue, required } from "../model/errors";
import { onQueue } from "../model/onQueue";
import type { Queue } from "../model/queue";

/** Actions that can be granted to another account; only the owner may perform the others. */
const GRANTABLE = new Set([
  "*",
  "ChangeMessageVisibility",
  "DeleteMessage",
  "GetQueueAttributes",
  "GetQueueUrl",
  "ListDeadLetterSourceQueues",
  "PurgeQueue",
  "ReceiveMessage",
  "SendMessage",
]);

/** Maximum number of actions in one permission. */
const MAX_ACTIONS = 7;

export const addPermission = onQueue(
  "AddPermission",
  (queue, { Label, AWSAccountIds, Actions }: AddPermissionCommandInput): void => {
    const label = required(Label, "Label");
    const accounts = required(AWSAccountIds, "AWSAccountIds");
    const actions = required(Actions, "Actions");
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(label))
      throw invalidParameterValue(
        "Label can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
      );
    if (actions.length > MAX_ACTIONS)
      throw new AwsError(
        "OverLimit",
        `${actions.length} Actions were found, maximum allowed is ${MAX_ACTIONS}.`,
      );
    for (const action of actions)
      if (!GRANTABLE.has(action))
        throw invalidValue(
          `SQS:${action}`,
          "ActionName",
          "Only the queue owner is allowed to invoke this action.",
        );
    const statements = statementsOf(queue);
    if (statements.some(({ Sid }) => Sid === label))
      throw invalidValue(label, "Label", "Already exists.");
    setStatements(queue, [...statements, grant(queue, label, accounts, actions)]);
  },
);

export const removePermission = onQueue(
  "RemovePermission",
  (queue, { Label }: RemovePermissionCommandInput): void => {
    const label = required(Label, "Label");
    const statements = statementsOf(queue);
    const rest = statements.filter(({ Sid }) => Sid !== label);
    if (rest.length === statements.length)
      throw invalidValue(label, "Label", "can't find label on existing policy.");
    setStatements(queue, rest);
  },
);

function grant(
  queue: Queue,
  label: string,
  accounts: readonly string[],
  actions: readonly string[],
): PolicyStatement {
  return {
    Sid: label,
    Effect: "Allow",
    Principal: { AWS: oneOrAll(accounts.map((account) => `arn:aws:iam::${account}:root`)) },
    Action: oneOrAll(actions.map((action) => `SQS:${action}`)),
    Resource: queue.arn,
  };
}

function oneOrAll(values: string[]): string | string[] {
  return values.length === 1 ? values[0] : values;
}

function policyOf(queue: Queue): PolicyDocument {
  const text = queue.settings.get("Policy");
  if (text) return JSON.parse(text) as PolicyDocument;
  return { Version: "2012-10-17", Id: `${queue.arn}/SQSDefaultPolicy`, Statement: [] };
}

function statementsOf(queue: Queue): PolicyStatement[] {
  return [policyOf(queue).Statement].flat();
}

function setStatements(queue: Queue, statements: PolicyStatement[]): void {
  const policy = { ...policyOf(queue), Statement: statements };
  queue.settings.update({ Policy: statements.length > 0 ? JSON.stringify(policy) : "" });
}
