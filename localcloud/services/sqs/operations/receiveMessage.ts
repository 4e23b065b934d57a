import type {
  Message as WireMessage,
  ReceiveMessageCommandInput,
  ReceiveMessageResult,
} from "@aws-sdk/client-sqs";
import { finish, mark } from "../../../core/trace";
import { checkNumber, invalidValue } from "../model/errors";
import { selectMessageAttributes } from "../model/messageAttributes";
import { attributesDigest, bodyDigest } from "../model/messageDigest";
import { onQueue } from "../model/onQueue";
import type { Queue } from "../model/queue";
import type { ReceivedMessage } from "../model/receiver";

/** Attributes that a receive can request. Names of queue attributes are accepted but have no effect. */
type Selection = Pick<
  ReceiveMessageCommandInput,
  "AttributeNames" | "MessageSystemAttributeNames" | "MessageAttributeNames"
>;

export const receiveMessage = onQueue(
  "ReceiveMessage",
  async (queue, input: ReceiveMessageCommandInput, context): Promise<ReceiveMessageResult> => {
    check(queue, input);
    await queue.encryption.beforeReceive(context);
    const request = {
      max: input.MaxNumberOfMessages ?? 1,
      visibilitySeconds: input.VisibilityTimeout,
      attemptId: input.ReceiveRequestAttemptId,
    };
    const wait = input.WaitTimeSeconds ?? queue.settings.number("ReceiveMessageWaitTimeSeconds");
    const messages = wait > 0 ? await queue.poll(request, wait * 1000) : queue.receive(request);
    return messages.length > 0 ? { Messages: messages.map((m) => received(m, input)) } : {};
  },
);

function received(message: ReceivedMessage, selection: Selection): WireMessage {
  const described = describe(message, selection);
  const { span } = message.content;
  finish(span, "ok", { messageId: message.id, receives: message.receiveCount });
  mark(described, span);
  return described;
}

function check(queue: Queue, input: ReceiveMessageCommandInput): void {
  checkNumber(input.MaxNumberOfMessages, "MaxNumberOfMessages", {
    min: 1,
    max: 10,
    reason: "Must be between 1 and 10, if provided.",
  });
  checkNumber(input.WaitTimeSeconds, "WaitTimeSeconds", {
    min: 0,
    max: 20,
    reason: "Must be >= 0 and <= 20, if provided.",
  });
  checkNumber(input.VisibilityTimeout, "VisibilityTimeout", {
    min: 0,
    max: 43_200,
    reason: "VisibilityTimeout must be an integer between 0 and 43200",
  });
  if (input.ReceiveRequestAttemptId !== undefined && !queue.fifo)
    throw invalidValue(
      input.ReceiveRequestAttemptId,
      "ReceiveRequestAttemptId",
      "The request include parameter that is not valid for this queue type.",
    );
}

function describe(message: ReceivedMessage, selection: Selection): WireMessage {
  const { body } = message.content;
  const chosen = selectMessageAttributes(
    message.content.attributes,
    selection.MessageAttributeNames ?? [],
  );
  const hasAttributes = Object.keys(chosen).length > 0;
  const system = selectSystemAttributes(message, selection);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    Body: body,
    MD5OfBody: bodyDigest(body),
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(hasAttributes && {
      MessageAttributes: chosen,
      MD5OfMessageAttributes: attributesDigest(chosen),
    }),
  };
}

function selectSystemAttributes(
  message: ReceivedMessage,
  { AttributeNames = [], MessageSystemAttributeNames = [] }: Selection,
): Record<string, string> {
  const wanted = new Set<string>([...AttributeNames, ...MessageSystemAttributeNames]);
  const { content } = message;
  const all: Record<string, string | undefined> = {
    SenderId: content.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    SequenceNumber: message.sequenceNumber,
    MessageDeduplicationId: content.deduplicationId,
    MessageGroupId: content.groupId,
    AWSTraceHeader: content.traceHeader,
    DeadLetterQueueSourceArn: message.deadLetterSource,
  };
  const selected: Record<string, string> = {};
  for (const [name, value] of Object.entries(all))
    if (value !== undefined && (wanted.has("All") || wanted.has(name))) selected[name] = value;
  return selected;
}
