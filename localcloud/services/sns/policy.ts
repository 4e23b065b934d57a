import { parseArn } from "../../core/arn";
import { AwsError } from "../../core/errors";
import type { PolicyDocument, PolicyStatement } from "../../core/policyDocument";
import { invalidParameter } from "./api";
import type { Topic } from "./store";

/** Actions that can be granted to another account. */
const GRANTABLE = [
  "AddPermission",
  "DeleteTopic",
  "GetTopicAttributes",
  "ListSubscriptionsByTopic",
  "Publish",
  "RemovePermission",
  "SetTopicAttributes",
  "Subscribe",
];

/** Returns the topic's policy. Without one, services of the topic's owner may perform all actions. */
export function policyOf({ arn, settings }: Topic): PolicyDocument {
  const text = settings.get("Policy");
  if (text) return JSON.parse(text) as PolicyDocument;
  return {
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: GRANTABLE.map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": parseArn(arn)?.accountId ?? "" } },
      },
    ],
  };
}

/** https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html */
export function addPermission(
  topic: Topic,
  request: { Label: string; AWSAccountId: string[]; ActionName: string[] },
): void {
  const { Label: Sid, AWSAccountId: accounts, ActionName: actions } = request;
  const policy = policyOf(topic);
  const statements = [policy.Statement].flat();
  if (statements.some((one) => one.Sid === Sid)) throw invalidParameter("Statement already exists");
  const unknown = actions.find((action) => !GRANTABLE.includes(action));
  if (unknown !== undefined)
    throw invalidParameter("Policy statement action out of service scope!");
  setStatements(topic, policy, [
    ...statements,
    {
      Sid,
      Effect: "Allow",
      Principal: { AWS: accounts.map((account) => `arn:aws:iam::${account}:root`) },
      Action: actions.map((action) => `SNS:${action}`),
      Resource: topic.arn,
    },
  ]);
}

export function removePermission(topic: Topic, label: string): void {
  const policy = policyOf(topic);
  const statements = [policy.Statement].flat();
  const rest = statements.filter(({ Sid }) => Sid !== label);
  if (rest.length === statements.length)
    throw new AwsError("NotFoundException", "Statement does not exist");
  setStatements(topic, policy, rest);
}

function setStatements(topic: Topic, policy: PolicyDocument, Statement: PolicyStatement[]): void {
  topic.settings.update({ Policy: JSON.stringify({ ...policy, Statement }) });
}
