import { deniesWithoutTls, publicStatements, statementsAt } from "../policyDocument";
import { isGiven, type PolicyResource, type Rule, type Stack } from "../rule";

const QUEUE = "aws:sqs/queue:Queue";
const QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy";

export const sqsRules: readonly Rule[] = [
  {
    ids: ["AwsSolutions-SQS2", "CKV_AWS_27"],
    requires:
      "Messages are encrypted at rest; set sqsManagedSseEnabled, or kmsMasterKeyId for a key of yours.",
    types: [QUEUE],
    check: (queue) =>
      isGiven(queue, "sqsManagedSseEnabled") || isGiven(queue, "kmsMasterKeyId")
        ? []
        : ["neither sqsManagedSseEnabled nor kmsMasterKeyId is set"],
  },
  {
    ids: ["AwsSolutions-SQS3"],
    requires:
      "A message that always fails ends in a dead-letter queue, instead of coming back until it expires; set " +
      "redrivePolicy.",
    types: [QUEUE],
    checkInStack: (queue, stack) =>
      isGiven(queue, "redrivePolicy") ||
      stack.referring(queue, "aws:sqs/redrivePolicy:RedrivePolicy", "queueUrl").length > 0 ||
      takesFailures(queue, stack)
        ? []
        : ["it has no redrivePolicy, and nothing of this stack sends its failures to it"],
  },
  {
    ids: ["AwsSolutions-SQS4"],
    requires:
      "Messages travel over TLS only; add a QueuePolicy that denies sqs:* while aws:SecureTransport is false.",
    types: [QUEUE],
    checkInStack: (queue, stack) =>
      policiesOf(queue, stack).some((policy) => deniesWithoutTls(statementsAt(policy, "policy")))
        ? []
        : ["no policy of it denies requests without TLS"],
  },
  {
    ids: ["CKV_AWS_72"],
    requires: "A queue policy allows single actions; name them instead of *.",
    types: [QUEUE, QUEUE_POLICY],
    check: (policy) =>
      statementsAt(policy, "policy")
        .filter(({ allows }) => allows)
        .flatMap(({ actions }) => actions.filter((action) => action.includes("*")))
        .map((action) => `its policy allows ${action}`),
  },
  {
    ids: ["CKV_AWS_168", "CKV_AWS_387"],
    requires:
      "A queue is not open to every AWS account; name the principal, or add a condition on aws:SourceArn.",
    types: [QUEUE, QUEUE_POLICY],
    check: (policy) =>
      publicStatements(statementsAt(policy, "policy")).map(
        ({ actions }) => `its policy allows everyone ${actions.join(", ")}`,
      ),
  },
];

function policiesOf(queue: PolicyResource, stack: Stack): PolicyResource[] {
  const own = isGiven(queue, "policy") ? [queue] : [];
  return [...own, ...stack.referring(queue, QUEUE_POLICY, "queueUrl")];
}

/** Properties in which other resources name the queue for their failures. */
const FAILURE_TARGETS: readonly [type: string, property: string][] = [
  [QUEUE, "redrivePolicy"],
  ["aws:sqs/redrivePolicy:RedrivePolicy", "redrivePolicy"],
  ["aws:lambda/function:Function", "deadLetterConfig"],
  ["aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "destinationConfig"],
  ["aws:lambda/eventSourceMapping:EventSourceMapping", "destinationConfig"],
  ["aws:sns/topicSubscription:TopicSubscription", "redrivePolicy"],
  ["aws:cloudwatch/eventTarget:EventTarget", "deadLetterConfig"],
];

function takesFailures(queue: PolicyResource, stack: Stack): boolean {
  return FAILURE_TARGETS.some(
    ([type, property]) => stack.referring(queue, type, property).length > 0,
  );
}
