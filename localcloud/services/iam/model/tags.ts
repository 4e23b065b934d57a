import type { Tag } from "@aws-sdk/client-iam";
import { checkLength } from "../../../core/constraint";
import { invalidInput } from "./errors";
import type { Tags } from "../store";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules */
const MAX_TAGS = 50;

/**
 * How keys are compared: regardless of case for roles and users, exactly for policies and instance profiles.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules_creating
 */
export type KeyCase = "ignored" | "exact";

/** Returns the tags merged with `added`; refuses invalid ones like IAM. */
export function addTags(tags: Tags, added: readonly Tag[] | undefined, keyCase: KeyCase): Tags {
  const result = new Map(tags);
  const seen = new Set<string>();
  for (const { Key: key = "", Value: value = "" } of added ?? []) {
    checkKey(key);
    const compared = keyCase === "exact" ? key : key.toLowerCase();
    if (seen.has(compared)) throw duplicateKeys(keyCase);
    seen.add(compared);
    result.delete(storedKey(result, key, keyCase) ?? key);
    result.set(key, value);
  }
  checkLength([...result], "tags", { min: 0, max: MAX_TAGS }, "ValidationError");
  return result;
}

export function removeTags(
  tags: Tags,
  keys: readonly string[] | undefined,
  keyCase: KeyCase,
): Tags {
  const result = new Map(tags);
  for (const key of keys ?? []) result.delete(storedKey(result, key, keyCase) ?? key);
  return result;
}

export function tagList(tags: Tags): Tag[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

function checkKey(key: string): void {
  if (/^aws:/i.test(key))
    throw invalidInput("Tag keys that start with 'aws:' are reserved for AWS use.");
}

/** https://github.com/localstack/localstack/blob/main/tests/aws/services/iam/test_iam_policies.snapshot.json */
function duplicateKeys(keyCase: KeyCase): Error {
  const note = keyCase === "ignored" ? " Please note that Tag keys are case insensitive." : "";
  return invalidInput(`Duplicate tag keys found.${note}`);
}

function storedKey(tags: Tags, key: string, keyCase: KeyCase): string | undefined {
  if (keyCase === "exact") return key;
  return [...tags.keys()].find((stored) => stored.toLowerCase() === key.toLowerCase());
}
