import { membersOf, type Fields, type Schema } from "../codec/model/schema";
import type { AwsError } from "../core/errors";
import type { Values } from "./definition";

export type Tags = Map<string, string>;

/** Rules for a service's tags, with its own errors. */
export interface TagRules {
  /** Default 50. */
  readonly maxTags?: number;
  readonly errors: {
    tooManyTags(name: string): AwsError;
    reservedTag(key: string): AwsError;
    /** For a service with its own message for a wrong length. */
    tagLength?(part: "key" | "value"): AwsError;
    /** For a service that refuses a key that is named twice; others keep its last value. */
    duplicateTag?(key: string): AwsError;
  };
}

/** The form in which an operation has tags: a map, or a list of pairs with the schema's member names. */
export interface TagForm {
  readonly member: string;
  read(value: unknown): [key: string, value: string][];
  write(tags: Iterable<[string, string]>): unknown;
}

/** Returns the form of the tags in a structure; undefined if it has no tags. */
export function tagForm(schema: Schema): TagForm | undefined {
  for (const [member, shape] of membersOf(schema)) {
    if (!/^(resource)?tags?(list|set)?$/i.test(member)) continue;
    if (shape.isMapSchema())
      return {
        member,
        read: (value) => Object.entries((value ?? {}) as Record<string, string>),
        write: (tags) => Object.fromEntries(tags),
      };
    if (!shape.isListSchema() || !shape.getValueSchema().isStructSchema()) continue;
    const [[key], [value]] = [...membersOf(shape.getValueSchema())];
    return {
      member,
      read: (list) =>
        ((list ?? []) as Fields[]).map((tag) => [tag[key] as string, (tag[value] ?? "") as string]),
      write: (tags) => [...tags].map(([name, text]) => ({ [key]: name, [value]: text })),
    };
  }
  return undefined;
}

/** Returns the tags of a request; a repeated key is refused, or keeps its last value. */
export function readTags(input: object, schema: Schema, rules: TagRules, name = ""): Tags {
  const form = tagForm(schema);
  const list = form?.read((input as Fields)[form.member]) ?? [];
  const tags: Tags = new Map(list);
  const { tagLength, duplicateTag } = rules.errors;
  if (duplicateTag && tags.size < list.length) {
    const twice = list.find(([key], index) => list.findIndex(([one]) => one === key) < index);
    throw duplicateTag(twice?.[0] ?? "");
  }
  for (const [key, value] of tags) {
    if (tagLength && (key.length < 1 || key.length > 128)) throw tagLength("key");
    if (tagLength && value.length > 256) throw tagLength("value");
    if (/^aws:/i.test(key)) throw rules.errors.reservedTag(key);
  }
  if (tags.size > (rules.maxTags ?? 50)) throw rules.errors.tooManyTags(name);
  return tags;
}

/** Adds all given tags, or throws and adds none if the total is too large. */
export function addTags(tags: Tags, added: Tags, rules: TagRules, name: string): void {
  const merged = new Map([...tags, ...added]);
  if (merged.size > (rules.maxTags ?? 50)) throw rules.errors.tooManyTags(name);
  for (const [key, value] of merged) tags.set(key, value);
}

/** Returns the keys in a request that removes tags. */
export function removedTags(input: Fields, schema: Schema): string[] {
  const found = [...membersOf(schema)].find(([, member]) => member.isListSchema());
  return (input[found?.[0] ?? ""] ?? []) as string[];
}

/** Returns the tags in the form of an operation's output. */
export function shownTags(tags: Tags, schema: Schema): object {
  const form = tagForm(schema);
  return form ? { [form.member]: form.write(tags) } : {};
}

/** Returns the condition keys `aws:RequestTag/<key>` and `aws:TagKeys` of a request. */
export function requestTagValues(input: Fields, schema: Schema): Values {
  const keys = input.TagKeys ?? input.tagKeys;
  if (Array.isArray(keys)) return { "aws:TagKeys": keys as string[] };
  const form = tagForm(schema);
  const tags = form?.read(input[form.member]) ?? [];
  if (tags.length === 0) return {};
  return {
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    "aws:TagKeys": tags.map(([key]) => key),
  };
}

/** Returns the condition keys for the tags of a resource: `aws:ResourceTag/<key>`, and the service's own ones. */
export function tagValues(prefixes: readonly string[] = [], tags: Tags = new Map()): Values {
  return Object.fromEntries(
    ["aws:ResourceTag/", ...prefixes].flatMap((prefix) =>
      [...tags].map(([key, value]) => [`${prefix}${key}`, value]),
    ),
  );
}
