import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-eventbridge";
import { parseArn } from "../../../core/arn";
import { AwsError } from "../../../core/errors";
import type { AccessCheck, Operation } from "../../../core/service";
import { requestTags, resourceTags } from "../model/access";
import { validation } from "../model/errors";
import { tagList, type EventBridgeContext, type EventBridgeStore, type Tags } from "../store";

const MAX_TAGS = 50;

export const tagResource: Operation<EventBridgeStore, TagResourceRequest, object> = {
  access: (input, context) => [
    check("TagResource", input.ResourceARN, context, requestTags(input.Tags)),
  ],
  run({ ResourceARN, Tags }, context) {
    const target = taggedResource(ResourceARN, context);
    const added = checkTags(Tags);
    if (new Set([...target.keys(), ...added.keys()]).size > MAX_TAGS) throw tooManyTags();
    for (const [key, value] of added) target.set(key, value);
    return {};
  },
};

export const untagResource: Operation<EventBridgeStore, UntagResourceRequest, object> = {
  access: (input, context) => [
    check("UntagResource", input.ResourceARN, context, { "aws:TagKeys": input.TagKeys ?? [] }),
  ],
  run({ ResourceARN, TagKeys }, context) {
    const target = taggedResource(ResourceARN, context);
    for (const key of TagKeys ?? []) target.delete(key);
    return {};
  },
};

export const listTagsForResource: Operation<
  EventBridgeStore,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse
> = {
  access: (input, context) => [check("ListTagsForResource", input.ResourceARN, context)],
  run: ({ ResourceARN }, context) => ({ Tags: tagList(taggedResource(ResourceARN, context)) }),
};

/** Converts the tags to a map. @throws ValidationException */
export function checkTags(tags: readonly Tag[] | undefined): Tags {
  const map: Tags = new Map();
  for (const { Key = "", Value = "" } of tags ?? []) {
    if (Key.length < 1 || Key.length > 128 || Value.length > 256)
      throw validation(
        `The tag '${Key}' is not valid: keys have 1 to 128 characters, values 0 to 256.`,
      );
    if (/^aws:/i.test(Key)) throw validation("Tag keys that start with aws: are reserved.");
    map.set(Key, Value);
  }
  if (map.size > MAX_TAGS) throw tooManyTags();
  return map;
}

function tooManyTags(): Error {
  return validation(`A resource can have at most ${MAX_TAGS} tags.`);
}

function check(
  action: string,
  arn: string | undefined,
  context: EventBridgeContext,
  values: NonNullable<AccessCheck["context"]> = {},
): AccessCheck {
  return {
    action: `events:${action}`,
    resource: arn ?? "*",
    context: { ...resourceTags(findTags(arn, context)), ...values },
  };
}

function taggedResource(arn: string | undefined, context: EventBridgeContext): Tags {
  const tags = findTags(arn, context);
  if (tags) return tags;
  throw new AwsError("ResourceNotFoundException", `${arn} does not exist.`);
}

function findTags(arn: string | undefined, { store }: EventBridgeContext): Tags | undefined {
  const [kind, ...names] = parseArn(arn ?? "")?.resource.split("/") ?? [];
  const name = names.pop() ?? "";
  if (kind === "event-bus") return store.buses.get(name)?.tags;
  if (kind !== "rule") return undefined;
  return store.buses.get(names.length > 0 ? names.join("/") : "default")?.rules.get(name)?.tags;
}
