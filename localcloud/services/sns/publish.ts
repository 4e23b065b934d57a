import { randomUUID } from "node:crypto";
import type * as sdk from "@aws-sdk/client-sns";
import type { PublishBatchRequestEntry } from "@aws-sdk/client-sns";
import { AwsError, notImplemented, refuseOptions } from "../../core/errors";
import type { AccessCheck, CallContext } from "../../core/service";
import type { InputOf } from "../../entities/api";
import { invalidParameter } from "./api";
import { deliver } from "./deliver";
import { deduplicationId, deduplicationKey } from "./fifo";
import { checkEntry, MAX_BYTES, sizeOf, textsOf, type PublishEntry } from "./message";
import type { SnsStore, Topic } from "./store";
import { topics } from "./topics";

type Sdk = typeof sdk;
type Context = CallContext<SnsStore>;

export const publish = {
  access: (input: InputOf<Sdk, "Publish">, context: Context): AccessCheck[] => [
    publishAccess(input.TopicArn ?? input.TargetArn ?? "", context),
  ],
  async run(input: InputOf<Sdk, "Publish">, context: Context) {
    refuseOptions(input, ["PhoneNumber"], "sns:Publish");
    const arn = input.TopicArn ?? input.TargetArn;
    if (arn === undefined)
      throw invalidParameter("TopicArn or TargetArn Reason: no value for required parameter");
    if (/:endpoint\//.test(arn)) throw notImplemented("sns", "Publish to a mobile endpoint");
    const topic = topics.at(arn, context);
    await topic.encryption.beforePublish(topic.settings.get("KmsMasterKeyId"), context);
    return publishEntry(topic, input, context);
  },
};

export const publishBatch = {
  access: (input: InputOf<Sdk, "PublishBatch">, context: Context): AccessCheck[] => [
    publishAccess(input.TopicArn, context),
  ],
  async run(input: InputOf<Sdk, "PublishBatch">, context: Context) {
    const topic = topics.at(input.TopicArn, context);
    const entries = input.PublishBatchRequestEntries;
    checkBatch(entries);
    await topic.encryption.beforePublish(topic.settings.get("KmsMasterKeyId"), context);
    const Successful = [];
    const Failed = [];
    for (const { Id, ...entry } of entries) {
      try {
        Successful.push({ Id, ...(await publishEntry(topic, entry, context)) });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const Code = error.code.replace(/Exception$/, "");
        Failed.push({ Id, Code, Message: error.message, SenderFault: true });
      }
    }
    return { Successful, Failed };
  },
};

/**
 * Returns the check. Unlike other services, CloudWatch publishes as the owner of its alarm, which the default policy
 * allows.
 */
function publishAccess(arn: string, context: Context): AccessCheck {
  const { principal } = context;
  const owned = principal.type === "service" && principal.service === "cloudwatch.amazonaws.com";
  return topics.access("Publish", arn, context, {
    ...(owned && { "aws:SourceOwner": principal.sourceAccount ?? "" }),
  });
}

async function publishEntry(
  topic: Topic,
  entry: PublishEntry,
  { store, clock }: Context,
): Promise<{ MessageId: string; SequenceNumber?: string }> {
  checkEntry(entry);
  const texts = textsOf(entry);
  const { order, settings } = topic;
  const id = deduplicationId(topic, entry);
  const key = id && deduplicationKey(topic, id, entry.MessageGroupId);
  const known = key && order?.known(key, clock.now());
  if (known) return { MessageId: known.MessageId, SequenceNumber: known.SequenceNumber };
  const MessageId = randomUUID();
  const SequenceNumber = order?.next();
  if (key && SequenceNumber) order?.remember(key, { MessageId, SequenceNumber }, clock.now());
  await deliver(
    {
      ...entry,
      MessageId,
      SequenceNumber,
      MessageDeduplicationId: id,
      texts,
      topicArn: topic.arn,
      timestamp: clock.date().toISOString(),
      signatureVersion: settings.get("SignatureVersion") ?? "1",
    },
    store,
  );
  return { MessageId, SequenceNumber };
}

/** https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
function checkBatch(entries: readonly PublishBatchRequestEntry[]): void {
  const refuse = (code: string, message: string): never => {
    throw new AwsError(code, message);
  };
  if (entries.length === 0)
    refuse("EmptyBatchRequestException", "The batch request doesn't contain any entries.");
  if (entries.length > 10)
    refuse(
      "TooManyEntriesInBatchRequestException",
      "The batch request contains more entries than permissible.",
    );
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    refuse(
      "BatchEntryIdsNotDistinctException",
      "Two or more batch entries in the request have the same Id.",
    );
  if (!entries.every(({ Id = "" }) => /^[\w-]{1,80}$/.test(Id)))
    refuse(
      "InvalidBatchEntryIdException",
      "The Id of a batch entry in a batch request doesn't abide by the specification.",
    );
  const size = entries.reduce(
    (sum, { Message = "", ...rest }) => sum + sizeOf({ ...rest, Message }),
    0,
  );
  if (size > MAX_BYTES)
    refuse(
      "BatchRequestTooLongException",
      "The length of all the batch messages put together is more than the limit.",
    );
}
