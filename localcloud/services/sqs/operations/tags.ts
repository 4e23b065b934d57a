import type {
  ListQueueTagsCommandInput,
  ListQueueTagsResult,
  TagQueueCommandInput,
  UntagQueueCommandInput,
} from "@aws-sdk/client-sqs";
import { invalidParameterValue, required } from "../model/errors";
import { onQueue } from "../model/onQueue";
import type { Queue } from "../model/queue";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html */
const MAX_TAGS = 50;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;

export const tagQueue = onQueue("TagQueue", (queue, { Tags }: TagQueueCommandInput): void =>
  addTags(queue, required(Tags, "Tags")),
);

export const untagQueue = onQueue(
  "UntagQueue",
  (queue, { TagKeys }: UntagQueueCommandInput): void => {
    for (const key of required(TagKeys, "TagKeys")) queue.tags.delete(key);
  },
);

export const listQueueTags = onQueue(
  "ListQueueTags",
  (queue, _input: ListQueueTagsCommandInput): ListQueueTagsResult =>
    queue.tags.size > 0 ? { Tags: Object.fromEntries(queue.tags) } : {},
);

/** Adds all tags, or none if one of them is invalid. */
export function addTags(queue: Queue, tags: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(tags)) {
    if (key.length < 1 || key.length > MAX_KEY_LENGTH)
      throw invalidParameterValue(
        `Tag keys must be between 1 and ${MAX_KEY_LENGTH} characters in length.`,
      );
    if (value.length > MAX_VALUE_LENGTH)
      throw invalidParameterValue(
        `Tag values must be between 0 and ${MAX_VALUE_LENGTH} characters in length.`,
      );
    if (/^aws:/i.test(key))
      throw invalidParameterValue("System tags cannot be added or updated by requester.");
  }
  const keys = new Set([...queue.tags.keys(), ...Object.keys(tags)]);
  if (keys.size > MAX_TAGS)
    throw invalidParameterValue(`Too many tags added for queue ${queue.name}.`);
  for (const [key, value] of Object.entries(tags)) queue.tags.set(key, value);
}
