import type {
  ListTagsOfResourceCommandInput,
  ListTagsOfResourceOutput,
  Tag,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from "@aws-sdk/client-dynamodb";
import { required } from "../../../core/constraint";
import type { Operation } from "../../../core/service";
import { invalidParameters, resourceNotFound, validationException } from "../model/errors";
import type { DynamoDbStore } from "../store";
import type { Table } from "../model/table";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html */
const MAX_TAGS = 50;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;

export const tagResource: Operation<DynamoDbStore, TagResourceCommandInput, object> = {
  access: ({ ResourceArn = "*" }) => [{ action: "dynamodb:TagResource", resource: ResourceArn }],

  run({ ResourceArn, Tags }, { store }) {
    const table = tableOf(ResourceArn, store);
    const tags = required(Tags, "tags");
    checkTags(tags);
    const keys = new Set([...table.tags.keys(), ...tags.map(({ Key = "" }) => Key)]);
    if (keys.size > MAX_TAGS) throw tooManyTags();
    for (const { Key = "", Value = "" } of tags) table.tags.set(Key, Value);
    return {};
  },
};

export const untagResource: Operation<DynamoDbStore, UntagResourceCommandInput, object> = {
  access: ({ ResourceArn = "*" }) => [{ action: "dynamodb:UntagResource", resource: ResourceArn }],

  run({ ResourceArn, TagKeys }, { store }) {
    const table = tableOf(ResourceArn, store);
    for (const key of required(TagKeys, "tagKeys")) table.tags.delete(key);
    return {};
  },
};

export const listTagsOfResource: Operation<
  DynamoDbStore,
  ListTagsOfResourceCommandInput,
  ListTagsOfResourceOutput
> = {
  access: ({ ResourceArn = "*" }) => [
    { action: "dynamodb:ListTagsOfResource", resource: ResourceArn },
  ],

  // All tags fit on one page: a table has at most 50.
  run: ({ ResourceArn }, { store }) => ({
    Tags: [...tableOf(ResourceArn, store).tags].map(([Key, Value]) => ({ Key, Value })),
  }),
};

export function checkTags(tags: readonly Tag[]): void {
  const keys = tags.map(({ Key = "" }) => Key);
  if (new Set(keys).size < keys.length)
    throw validationException("Provided list of item keys contains duplicates");
  if (tags.length > MAX_TAGS) throw tooManyTags();
  for (const { Key = "", Value = "" } of tags) {
    if (Key.length < 1 || Key.length > MAX_KEY_LENGTH)
      throw invalidParameters(`Tag keys must be between 1 and ${MAX_KEY_LENGTH} characters long`);
    if (Value.length > MAX_VALUE_LENGTH)
      throw invalidParameters(`Tag values must be at most ${MAX_VALUE_LENGTH} characters long`);
    if (/^aws:/i.test(Key))
      throw validationException("One or more tag keys use the reserved prefix aws:");
  }
}

function tooManyTags(): Error {
  return validationException(`Too many tags: a table can have at most ${MAX_TAGS}`);
}

function tableOf(arn: string | undefined, store: DynamoDbStore): Table {
  const given = required(arn, "resourceArn");
  const table = store.byArn(given);
  // The typo is AWS's.
  if (!table) throw resourceNotFound(`ResourcArn: ${given} not found`);
  return table;
}
