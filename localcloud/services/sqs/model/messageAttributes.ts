import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { AwsError } from "../../../core/errors";
import { invalidParameterValue } from "./errors";

export type MessageAttributes = Readonly<Record<string, MessageAttributeValue>>;

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
const MAX_ATTRIBUTES = 10;
const MAX_NAME_LENGTH = 256;

/** Throws InvalidParameterValue for attributes that are not allowed on messages. */
export function checkMessageAttributes(attributes: MessageAttributes): void {
  const names = Object.keys(attributes);
  if (names.length > MAX_ATTRIBUTES)
    throw invalidParameterValue(
      `Number of message attributes [${names.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  for (const name of names) {
    checkName(name);
    checkValue(name, attributes[name]);
  }
}

/** Returns the bytes that the attributes add to the message size: names, types and values. */
export function messageAttributesSize(attributes: MessageAttributes): number {
  let size = 0;
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(DataType ?? "");
    size += BinaryValue?.length ?? Buffer.byteLength(StringValue ?? "");
  }
  return size;
}

/** Returns the attributes that a receive requests: by name, by prefix (`order.*`), or `All`. */
export function selectMessageAttributes(
  attributes: MessageAttributes,
  wanted: readonly string[],
): MessageAttributes {
  const chosen = Object.entries(attributes).filter(([name]) =>
    wanted.some((pattern) => matches(pattern, name)),
  );
  return Object.fromEntries(chosen);
}

function matches(pattern: string, name: string): boolean {
  if (pattern === "All" || pattern === ".*") return true;
  return pattern.endsWith(".*") ? name.startsWith(pattern.slice(0, -2)) : pattern === name;
}

function checkName(name: string): void {
  if (name.length > MAX_NAME_LENGTH)
    throw invalidParameterValue(
      `Message (user) attribute name can not be longer than ${MAX_NAME_LENGTH} characters.`,
    );
  if (!/^[A-Za-z0-9_.-]+$/.test(name) || /^\.|\.$|\.\./.test(name))
    throw invalidParameterValue(
      `The message attribute name '${name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters; ` +
        "it can't start or end with a period and can't have successive periods.",
    );
  if (/^(aws|amazon)\./i.test(name))
    throw invalidParameterValue(
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use.",
    );
}

function checkValue(name: string, value: MessageAttributeValue): void {
  const { DataType, StringValue, BinaryValue, StringListValues, BinaryListValues } = value;
  if (!DataType)
    throw invalidParameterValue(
      `The message attribute '${name}' must contain non-empty message attribute type.`,
    );
  const type = /^(String|Number|Binary)(\..+)?$/.exec(DataType)?.[1];
  if (!type)
    throw invalidParameterValue(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  if (StringListValues?.length || BinaryListValues?.length)
    throw new AwsError(
      "UnsupportedOperation",
      "Message attribute list values in SendMessage operation are not supported.",
    );
  const text = type === "Binary" ? undefined : StringValue;
  if (type === "Binary" ? !BinaryValue?.length || StringValue !== undefined : !text || BinaryValue)
    throw invalidParameterValue(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
    );
  if (type === "Number" && !Number.isFinite(Number(text)))
    throw invalidParameterValue(
      `Can't cast the value of message (user) attribute '${name}' to a number.`,
    );
}
