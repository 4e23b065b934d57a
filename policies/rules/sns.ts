import {
  deniesWithoutTls,
  type PolicyStatement,
  publicStatements,
  statementsAt,
} from "../policyDocument";
import { isGiven, type Rule } from "../rule";

const TOPIC = "aws:sns/topic:Topic";
const TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

export const snsRules: readonly Rule[] = [
  {
    ids: ["CKV_AWS_26"],
    requires: "Messages are encrypted at rest; set kmsMasterKeyId.",
    types: [TOPIC],
    check: (topic) => (isGiven(topic, "kmsMasterKeyId") ? [] : ["it has no kmsMasterKeyId"]),
  },
  {
    ids: ["AwsSolutions-SNS3"],
    requires:
      "Publishers use TLS; add a TopicPolicy that denies sns:Publish while aws:SecureTransport is false.",
    types: [TOPIC],
    checkInStack: (topic, stack) => {
      const own = isGiven(topic, "policy") ? [topic] : [];
      const policies = [...own, ...stack.referring(topic, TOPIC_POLICY, "arn")];
      const denied = policies.some((policy) =>
        deniesWithoutTls(statementsAt(policy, "policy").map(withPublishAsAll)),
      );
      return denied ? [] : ["no policy of it denies publishing without TLS"];
    },
  },
  {
    ids: ["CKV_AWS_169"],
    requires:
      "A topic is not open to every AWS account; name the principal, or add a condition on aws:SourceArn.",
    types: [TOPIC, TOPIC_POLICY],
    check: (policy) =>
      publicStatements(statementsAt(policy, "policy")).map(
        ({ actions }) => `its policy allows everyone ${actions.join(", ")}`,
      ),
  },
  {
    ids: ["CKV_AWS_385"],
    requires: "A topic is its own account's; name principals of the account that owns it.",
    types: [TOPIC, TOPIC_POLICY],
    check: (policy) => statementsAt(policy, "policy").flatMap(foreignPrincipals),
  },
  {
    ids: ["Serverless-SNSRedrivePolicy"],
    requires:
      "What a subscriber never takes ends in a dead-letter queue, instead of being dropped; set redrivePolicy.",
    types: [SUBSCRIPTION],
    check: (subscription) =>
      isGiven(subscription, "redrivePolicy") ? [] : ["it has no redrivePolicy"],
  },
];

/** Only publishing transmits a message, so it is the only action that needs TLS. */
function withPublishAsAll(statement: PolicyStatement): PolicyStatement {
  const actions = statement.actions.map((action) => (/^sns:publish$/i.test(action) ? "*" : action));
  return { ...statement, actions };
}

function foreignPrincipals({ allows, principals, resources }: PolicyStatement): string[] {
  const owners = resources.map((arn) => arn.split(":")[4]).filter(Boolean);
  if (!allows || owners.length === 0) return [];
  return principals.flatMap(({ kind, name }) => {
    const account = /^\d{12}$/.test(name) ? name : name.split(":")[4];
    if (kind !== "AWS" || !account || owners.includes(account)) return [];
    return [`its policy allows account ${account}`];
  });
}
