import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  Tag,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from "@aws-sdk/client-cloudwatch";
import { parseArn } from "../../../core/arn";
import { checkLength, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { alarmAccess, requestTagValues } from "../model/alarmAccess";
import type { Alarm, CloudwatchOperation, CloudwatchStore } from "../store";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html */
const MAX_TAGS = 50;

export const tagResource: CloudwatchOperation<TagResourceCommandInput, TagResourceCommandOutput> = {
  access: (input, context) =>
    alarmAccess("TagResource", [nameIn(input.ResourceARN)], context, requestTagValues(input.Tags)),
  run(input, { store }) {
    const { tags } = taggedAlarm(input.ResourceARN, store);
    const merged = new Map([...tags, ...tagMap(required(input.Tags, "tags"))]);
    if (merged.size > MAX_TAGS) throw tooManyTags();
    for (const [key, value] of merged) tags.set(key, value);
    return {};
  },
};

export const untagResource: CloudwatchOperation<
  UntagResourceCommandInput,
  UntagResourceCommandOutput
> = {
  access: (input, context) =>
    alarmAccess("UntagResource", [nameIn(input.ResourceARN)], context, {
      "aws:TagKeys": input.TagKeys ?? [],
    }),
  run(input, { store }) {
    const { tags } = taggedAlarm(input.ResourceARN, store);
    for (const key of required(input.TagKeys, "tagKeys")) tags.delete(key);
    return {};
  },
};

export const listTagsForResource: CloudwatchOperation<
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput
> = {
  access: (input, context) =>
    alarmAccess("ListTagsForResource", [nameIn(input.ResourceARN)], context),
  run: (input, { store }) => ({
    Tags: [...taggedAlarm(input.ResourceARN, store).tags].map(([Key, Value]) => ({ Key, Value })),
  }),
};

/** Converts the tags to a map. @throws ValidationException, InvalidParameterValueException */
export function tagMap(tags: readonly Tag[] | undefined): Map<string, string> {
  const map = new Map<string, string>();
  for (const { Key, Value } of tags ?? []) {
    const key = required(Key, "tags.key");
    checkLength(key, "tags.key", { min: 1, max: 128 });
    checkLength(Value, "tags.value", { min: 0, max: 256 });
    if (/^aws:/i.test(key))
      throw new AwsError(
        "InvalidParameterValueException",
        `Tag keys beginning with aws: are reserved: ${key}`,
      );
    map.set(key, Value ?? "");
  }
  if (map.size > MAX_TAGS) throw tooManyTags();
  return map;
}

function taggedAlarm(arn: string | undefined, store: CloudwatchStore): Alarm {
  const text = required(arn, "resourceARN");
  const alarm = store.alarms.get(nameIn(text) ?? "");
  if (alarm) return alarm;
  throw new AwsError("ResourceNotFoundException", `The alarm ${text} does not exist.`, {
    fields: { ResourceType: "alarm", ResourceId: text },
  });
}

/** Returns the name of the alarm in an ARN. */
function nameIn(arn: string | undefined): string | undefined {
  return /^alarm:(.+)$/s.exec(parseArn(arn ?? "")?.resource ?? "")?.[1];
}

function tooManyTags(): AwsError {
  return new AwsError("InvalidParameterValueException", "A resource can have at most 50 tags.");
}
