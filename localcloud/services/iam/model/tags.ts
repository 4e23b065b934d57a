import type { Tag } from "@aws-sdk/client-iam";
import { checkLength } from "../../../core/constraint";
import { invalidInput } from "./errors";
import type { Tags } from "../store";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules */
const MAX_TAGS = 50;
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Returns the tags merged with `added`; refuses invalid ones like IAM. Keys are unique regardless of case. */
export function addTags(tags: Tags, added: readonly Tag[] | undefined): Tags {
  const result = new Map(tags);
  const seen = new Set<string>();
  for (const { Key: key = "", Value: value = "" } of added ?? []) {
    checkTag(key, value);
    if (seen.has(key.toLowerCase()))
      throw invalidInput(
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
      );
    seen.add(key.toLowerCase());
    result.delete(storedKey(result, key) ?? key);
    result.set(key, value);
  }
  checkLength([...result], "tags", { min: 0, max: MAX_TAGS }, "ValidationError");
  return result;
}

export function removeTags(tags: Tags, keys: readonly string[] | undefined): Tags {
  const result = new Map(tags);
  for (const key of keys ?? []) result.delete(storedKey(result, key) ?? key);
  return result;
}

export function tagList(tags: Tags): Tag[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

function checkTag(key: string, value: string): void {
  checkLength(key, "tags.1.member.key", { min: 1, max: 128 }, "ValidationError");
  checkLength(value, "tags.1.member.value", { min: 0, max: 256 }, "ValidationError");
  if (!CHARACTERS.test(key) || !CHARACTERS.test(value))
    throw invalidInput("The tag contains characters that are not allowed.");
  if (/^aws:/i.test(key))
    throw invalidInput("Tag keys that start with 'aws:' are reserved for AWS use.");
}

function storedKey(tags: Tags, key: string): string | undefined {
  return [...tags.keys()].find((stored) => stored.toLowerCase() === key.toLowerCase());
}
