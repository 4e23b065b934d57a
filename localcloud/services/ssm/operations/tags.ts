import type {
  AddTagsToResourceCommandInput,
  AddTagsToResourceCommandOutput,
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  RemoveTagsFromResourceCommandInput,
  RemoveTagsFromResourceCommandOutput,
  Tag,
} from "@aws-sdk/client-ssm";
import { checkLength, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { parameterAccess, requestTagValues } from "../model/parameterAccess";
import type { SsmOperation, SsmStore, StoredParameter } from "../store";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html */
const MAX_TAGS = 50;

export const addTagsToResource: SsmOperation<
  AddTagsToResourceCommandInput,
  AddTagsToResourceCommandOutput
> = {
  access: (input, context) => [
    parameterAccess("AddTagsToResource", input.ResourceId, context, requestTagValues(input.Tags)),
  ],
  run(input, { store }) {
    const { tags } = taggedParameter(input, store);
    const merged = new Map([...tags, ...tagMap(required(input.Tags, "tags"))]);
    if (merged.size > MAX_TAGS) throw tooManyTags();
    for (const [key, value] of merged) tags.set(key, value);
    return {};
  },
};

export const removeTagsFromResource: SsmOperation<
  RemoveTagsFromResourceCommandInput,
  RemoveTagsFromResourceCommandOutput
> = {
  access: (input, context) => [
    parameterAccess("RemoveTagsFromResource", input.ResourceId, context, {
      "aws:TagKeys": input.TagKeys ?? [],
    }),
  ],
  run(input, { store }) {
    const { tags } = taggedParameter(input, store);
    for (const key of required(input.TagKeys, "tagKeys")) tags.delete(key);
    return {};
  },
};

export const listTagsForResource: SsmOperation<
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput
> = {
  access: (input, context) => [parameterAccess("ListTagsForResource", input.ResourceId, context)],
  run: (input, { store }) => ({
    TagList: [...taggedParameter(input, store).tags].map(([Key, Value]) => ({ Key, Value })),
  }),
};

/** Converts the tags to a map; a repeated key keeps its last value. */
export function tagMap(tags: readonly Tag[] | undefined): Map<string, string> {
  const map = new Map<string, string>();
  for (const { Key, Value } of tags ?? []) {
    checkLength(Key, "tags.key", { min: 1, max: 128 });
    checkLength(Value, "tags.value", { min: 0, max: 256 });
    if (/^aws:/i.test(Key ?? ""))
      throw new AwsError(
        "ValidationException",
        `Tag keys beginning with aws: are reserved: ${Key}`,
      );
    map.set(required(Key, "tags.key"), Value ?? "");
  }
  if (map.size > MAX_TAGS) throw tooManyTags();
  return map;
}

function taggedParameter(
  input: { ResourceType?: string; ResourceId?: string },
  store: SsmStore,
): StoredParameter {
  if (required(input.ResourceType, "resourceType") !== "Parameter")
    throw new AwsError(
      "InvalidResourceType",
      `The resource type ${input.ResourceType} is not valid: the local cloud tags parameters only.`,
    );
  const parameter = store.parameters.get(required(input.ResourceId, "resourceId"));
  if (!parameter)
    throw new AwsError(
      "InvalidResourceId",
      "The resource ID is not valid. Verify that you entered the correct ID and try again.",
    );
  return parameter;
}

function tooManyTags(): AwsError {
  return new AwsError(
    "TooManyTagsError",
    "The Targets parameter includes too many tags. Remove one or more tags and try the command again.",
  );
}
