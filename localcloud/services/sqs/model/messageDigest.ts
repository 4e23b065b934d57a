import { createHash, type Hash } from "node:crypto";
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";

export function bodyDigest(body: string): string {
  return createHash("md5").update(body).digest("hex");
}

/**
 * Computes `MD5OfMessageAttributes`. Returns undefined without attributes, because SQS then omits the member.
 * Source:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function attributesDigest(
  attributes: Readonly<Record<string, MessageAttributeValue>>,
): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  for (const name of names) {
    const { DataType, StringValue, BinaryValue } = attributes[name];
    addPart(hash, Buffer.from(name));
    addPart(hash, Buffer.from(DataType ?? ""));
    hash.update(Uint8Array.of(BinaryValue === undefined ? STRING_TYPE : BINARY_TYPE));
    addPart(hash, BinaryValue ?? Buffer.from(StringValue ?? ""));
  }
  return hash.digest("hex");
}

const STRING_TYPE = 1;
const BINARY_TYPE = 2;

function addPart(hash: Hash, bytes: Uint8Array): void {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  hash.update(length).update(bytes);
}
