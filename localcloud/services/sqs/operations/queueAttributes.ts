import type {
  GetQueueAttributesCommandInput,
  GetQueueAttributesResult,
  SetQueueAttributesCommandInput,
} from "@aws-sdk/client-sqs";
import { definedTexts } from "./createQueue";
import { required, unknownAttribute } from "../model/errors";
import { onQueue } from "../model/onQueue";
import type { Queue } from "../model/queue";
import { parseRedriveAllowPolicy } from "../model/redrivePolicy";

export const getQueueAttributes = onQueue(
  "GetQueueAttributes",
  (queue, { AttributeNames = [] }: GetQueueAttributesCommandInput): GetQueueAttributesResult => {
    const wanted = new Set<string>(AttributeNames);
    const chosen = Object.entries(attributesOf(queue)).filter(
      ([name]) => wanted.has("All") || wanted.has(name),
    );
    return chosen.length > 0 ? { Attributes: Object.fromEntries(chosen) } : {};
  },
);

export const setQueueAttributes = onQueue(
  "SetQueueAttributes",
  (queue, { Attributes }: SetQueueAttributesCommandInput, { store, clock }): void => {
    const given = definedTexts(required(Attributes, "Attributes"));
    if (given.FifoQueue !== undefined && given.FifoQueue !== queue.settings.get("FifoQueue"))
      throw unknownAttribute("FifoQueue");
    const settings = queue.settings.with(given);
    // Another setting may change although the dead-letter queue was deleted since, or allows this one no more.
    if (given.RedrivePolicy !== undefined) store.checkRedrive(queue.name, settings);
    else parseRedriveAllowPolicy(given.RedriveAllowPolicy);
    queue.settings.update(given);
    queue.modifiedAt = clock.now();
    queue.settingsChanged();
  },
);

function attributesOf(queue: Queue): Record<string, string> {
  const { visible, inFlight, delayed } = queue.count();
  return {
    ...Object.fromEntries(queue.settings.entries()),
    QueueArn: queue.arn,
    CreatedTimestamp: seconds(queue.createdAt),
    LastModifiedTimestamp: seconds(queue.modifiedAt),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
}

function seconds(ms: number): string {
  return String(Math.floor(ms / 1000));
}
