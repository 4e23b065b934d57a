import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import { AwsError } from "../../core/errors";
import { invalidParameter } from "./api";

/** A message in a request, single or in a batch. */
export interface PublishEntry {
  readonly Message: string;
  readonly Subject?: string;
  readonly MessageStructure?: string;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttributeValue>>;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

/** A message that is being delivered. */
export interface Message extends PublishEntry {
  readonly MessageId: string;
  readonly topicArn: string;
  readonly timestamp: string;
  readonly signatureVersion: string;
  readonly SequenceNumber?: string;
  /** Separate texts of a message by protocol. */
  readonly texts?: Readonly<Record<string, string>>;
}

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export const MAX_BYTES = 262_144;
const TYPES = /^(String|Number|Binary)(\..*)?$/;

/** @throws InvalidParameter, and errors in its attributes. */
export function checkEntry(entry: PublishEntry): void {
  const { Message: message, Subject, MessageAttributes = {} } = entry;
  if (message === "") throw invalidParameter("Empty message");
  if (sizeOf(entry) > MAX_BYTES) throw invalidParameter("Message too long");
  if (Subject !== undefined && !/^[\x20-\x7e]{1,100}$/.test(Subject))
    throw invalidParameter("Subject");
  for (const [name, value] of Object.entries(MessageAttributes)) checkAttribute(name, value);
}

export function sizeOf({ Message: message, MessageAttributes = {} }: PublishEntry): number {
  return Object.entries(MessageAttributes).reduce(
    (size, [name, { DataType = "", StringValue = "", BinaryValue }]) =>
      size +
      Buffer.byteLength(name + DataType) +
      (BinaryValue?.length ?? Buffer.byteLength(StringValue)),
    Buffer.byteLength(message),
  );
}

/** Returns the texts by protocol of a message with `MessageStructure: "json"`. */
export function textsOf({ MessageStructure: structure, Message: message }: PublishEntry) {
  if (structure === undefined) return undefined;
  if (structure !== "json") throw invalidParameter("MessageStructure");
  let texts: unknown;
  try {
    texts = JSON.parse(message);
  } catch {
    throw invalidParameter("Message Structure - JSON message body failed to parse");
  }
  const { default: standard } = texts as { default?: unknown };
  if (typeof standard !== "string")
    throw invalidParameter("Message Structure - No default entry in JSON message body");
  return texts as Record<string, string>;
}

function checkAttribute(name: string, value: MessageAttributeValue): void {
  const refuse = (message: string): never => {
    throw new AwsError("InvalidParameterValueException", message);
  };
  const { DataType = "", StringValue, BinaryValue } = value;
  if (!/^[A-Za-z0-9_.-]{1,256}$/.test(name)) refuse(`Message attribute name '${name}' is invalid.`);
  if (!TYPES.test(DataType))
    refuse(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  if (DataType.startsWith("Binary") ? !BinaryValue?.length : !StringValue)
    refuse(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
    );
  if (DataType.startsWith("Number") && Number.isNaN(Number(StringValue)))
    refuse(`Could not cast message attribute '${name}' value to number.`);
}
