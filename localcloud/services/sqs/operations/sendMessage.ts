import type {
  SendMessageBatchCommandInput,
  SendMessageBatchRequestEntry,
  SendMessageCommandInput,
  SendMessageResult,
} from "@aws-sdk/client-sqs";
import { AwsError } from "../../../core/errors";
import type { Principal } from "../../../core/principal";
import { begin, cause, whole } from "../../../core/trace";
import { checkEntries, runEntries } from "../model/batch";
import {
  checkNumber,
  invalidParameterValue,
  invalidValue,
  missingParameter,
  required,
} from "../model/errors";
import type { Message, MessageContent } from "../model/message";
import { checkMessageAttributes, messageAttributesSize } from "../model/messageAttributes";
import { attributesDigest, bodyDigest } from "../model/messageDigest";
import { onQueue } from "../model/onQueue";
import { checkDeduplicationId } from "../model/deduplication";
import type { Queue } from "../model/queue";

/** Members that SendMessage and an entry of SendMessageBatch have in common. */
type Sending = Omit<SendMessageBatchRequestEntry, "Id">;

/**
 * Maximum total size of a batch's messages in bytes.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
const MAX_BATCH_BYTES = 1_048_576;
const MAX_DELAY_SECONDS = 900;

export const sendMessage = onQueue(
  "SendMessage",
  async (queue, input: SendMessageCommandInput, context): Promise<SendMessageResult> => {
    await queue.encryption.beforeSend(context);
    return send(queue, input, context.principal);
  },
);

export const sendMessageBatch = onQueue(
  "SendMessage",
  async (queue, { Entries }: SendMessageBatchCommandInput, context) => {
    const entries = checkEntries(Entries, "SendMessageBatchRequestEntry");
    const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (bytes > MAX_BATCH_BYTES)
      throw new AwsError(
        "BatchRequestTooLong",
        `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
      );
    if (queue.fifo) entries.forEach((entry) => checkFifoEntry(queue, entry));
    await queue.encryption.beforeSend(context);
    return runEntries(entries, (entry) => send(queue, entry, context.principal));
  },
);

/**
 * Checks the members that a FIFO queue requires of every message. If one entry lacks them, the whole batch fails,
 * with another code than SendMessage has. Recorded in
 * https://github.com/localstack/localstack/blob/master/tests/aws/services/sqs/test_sqs.py (test_send_batch_missing_*)
 */
function checkFifoEntry(queue: Queue, { MessageGroupId, MessageDeduplicationId }: Sending): void {
  if (MessageGroupId === undefined)
    throw invalidParameterValue("The request must contain the parameter MessageGroupId.");
  checkDeduplicationId(MessageDeduplicationId, queue.settings);
}

function send(queue: Queue, sending: Sending, principal: Principal) {
  const content = inTrace(contentOf(queue, sending, principal), queue, sending);
  const message = queue.send(content, sending.DelaySeconds);
  return receiptOf(message, content);
}

function inTrace(content: MessageContent, { name }: Queue, sending: Sending): MessageContent {
  if (!cause()) return content;
  const { text: body, cut } = whole(content.body);
  const data = { body, cut, delaySeconds: sending.DelaySeconds };
  return { ...content, span: begin({ kind: "message", name, data }) };
}

function receiptOf(message: Message, { body, attributes, traceHeader }: MessageContent) {
  return {
    MessageId: message.id,
    MD5OfMessageBody: bodyDigest(body),
    MD5OfMessageAttributes: attributesDigest(attributes),
    MD5OfMessageSystemAttributes:
      traceHeader === undefined
        ? undefined
        : attributesDigest({ AWSTraceHeader: { DataType: "String", StringValue: traceHeader } }),
    SequenceNumber: message.sequenceNumber,
  };
}

function contentOf(queue: Queue, sending: Sending, principal: Principal): MessageContent {
  const body = required(sending.MessageBody, "MessageBody");
  if (body === "") throw missingParameter("MessageBody");
  const attributes = sending.MessageAttributes ?? {};
  checkMessageAttributes(attributes);
  checkBody(body);
  const limit = queue.settings.number("MaximumMessageSize");
  if (sizeOf(sending) > limit)
    throw invalidParameterValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    );
  checkQueueType(queue, sending);
  return {
    body,
    attributes,
    traceHeader: traceHeaderOf(sending),
    senderId: senderId(principal),
    groupId: sending.MessageGroupId,
    deduplicationId: sending.MessageDeduplicationId,
  };
}

/** Returns the bytes that count against the limits; system attributes do not count. */
function sizeOf({ MessageBody, MessageAttributes }: Sending): number {
  return Buffer.byteLength(MessageBody ?? "") + messageAttributesSize(MessageAttributes ?? {});
}

/** Checks that a body contains only characters of XML 1.0, the only ones that SQS accepts. */
function checkBody(body: string): void {
  const wrong = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.exec(body);
  if (!wrong) return;
  const code = wrong[0].codePointAt(0)?.toString(16);
  throw new AwsError(
    "InvalidMessageContents",
    `Invalid binary character '#x${code}' was found in the message body, the set of allowed characters is ` +
      "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
  );
}

function checkQueueType(queue: Queue, sending: Sending): void {
  const { DelaySeconds, MessageGroupId, MessageDeduplicationId } = sending;
  const range = `DelaySeconds must be >= 0 and <= ${MAX_DELAY_SECONDS}.`;
  checkNumber(DelaySeconds, "DelaySeconds", { min: 0, max: MAX_DELAY_SECONDS, reason: range });
  if (MessageGroupId !== undefined) checkId(MessageGroupId, "MessageGroupId");
  if (MessageDeduplicationId !== undefined)
    checkId(MessageDeduplicationId, "MessageDeduplicationId");
  const notForType = "The request include parameter that is not valid for this queue type.";
  if (queue.fifo) {
    if (MessageGroupId === undefined) throw missingParameter("MessageGroupId");
    if (DelaySeconds) throw invalidValue(DelaySeconds, "DelaySeconds", notForType);
  } else if (MessageDeduplicationId !== undefined) {
    // A group id is allowed on a standard queue: it makes it a fair queue.
    throw invalidValue(MessageDeduplicationId, "MessageDeduplicationId", notForType);
  }
}

function checkId(id: string, parameter: string): void {
  if (/^[\x21-\x7e]{1,128}$/.test(id)) return;
  const reason = `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`;
  throw invalidValue(id, parameter, reason);
}

function traceHeaderOf({ MessageSystemAttributes }: Sending): string | undefined {
  const unknown = Object.keys(MessageSystemAttributes ?? {}).find(
    (name) => name !== "AWSTraceHeader",
  );
  if (unknown !== undefined)
    throw invalidParameterValue(`Message system attribute name '${unknown}' is invalid.`);
  return MessageSystemAttributes?.AWSTraceHeader?.StringValue;
}

/** Returns `SenderId`: the caller's unique IAM id, or the account id for the root user. */
function senderId(principal: Principal): string {
  switch (principal.type) {
    case "role":
      return `${principal.roleId}:${principal.sessionName}`;
    case "user":
      return principal.userName;
    case "service":
      return principal.service;
    case "anonymous":
      return "anonymous";
    default:
      return principal.accountId;
  }
}
