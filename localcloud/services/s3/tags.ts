import type { Tags } from "../../entities/tags";
import { s3Error } from "./errors";

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging.html#tag-key-value-requirements */
const KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

/**
 * Returns the tags of a bucket or an object.
 *
 * @param reserved the message for a key that begins with `aws:`.
 */
export function checkedTags(list: readonly Tag[], reserved: string): Tags {
  const tags: Tags = new Map();
  for (const { Key, Value } of list) {
    const refuse = (message: string, fields: object = {}): Error =>
      s3Error("InvalidTag", message, 400, { TagKey: Key, ...fields });
    if (tags.has(Key)) throw refuse("Cannot provide multiple Tags with the same key");
    if (Key.startsWith("aws:")) throw refuse(reserved);
    if (!KEY.test(Key)) throw refuse("The TagKey you have provided is invalid");
    if (!VALUE.test(Value))
      throw refuse("The TagValue you have provided is invalid", { TagValue: Value });
    tags.set(Key, Value);
  }
  return tags;
}
