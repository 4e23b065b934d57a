import type { CreateQueueCommandInput, CreateQueueResult } from "@aws-sdk/client-sqs";
import { AwsError } from "../../../core/errors";
import type { Operation } from "../../../core/service";
import { invalidParameterValue, required } from "../model/errors";
import { queueAccess } from "../model/onQueue";
import { QueueSettings } from "../model/queueSettings";
import type { SqsStore } from "../store";
import { addTags } from "./tags";

/** Cloud time for which the name of a deleted queue cannot be reused, milliseconds. */
const DELETED_NAME_MS = 60_000;

export const createQueue: Operation<SqsStore, CreateQueueCommandInput, CreateQueueResult> = {
  access: ({ QueueName }, context) => [queueAccess("CreateQueue", QueueName ?? "", context)],

  run({ QueueName, Attributes, tags }, { store, clock }) {
    const name = required(QueueName, "QueueName");
    const given = definedTexts(Attributes);
    checkName(name, given.FifoQueue === "true");
    const settings = new QueueSettings(given);
    const existing = store.queues.get(name);
    if (existing) {
      const difference = existing.settings.difference(given);
      if (difference !== undefined) throw nameExists(difference);
      return { QueueUrl: store.urlOf(name) };
    }
    const deletedAt = store.deletedAt.get(name);
    if (deletedAt !== undefined && clock.now() < deletedAt + DELETED_NAME_MS)
      throw deletedRecently();
    const queue = store.add(name, settings);
    addTags(queue, tags ?? {});
    store.deletedAt.delete(name);
    return { QueueUrl: store.urlOf(name) };
  },
};

/** Returns the given attributes without undefined members. */
export function definedTexts(
  attributes: Readonly<Record<string, string | undefined>> | undefined,
): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes ?? {}))
    if (value !== undefined) given[name] = value;
  return given;
}

function checkName(name: string, fifo: boolean): void {
  if (fifo && !/^[A-Za-z0-9_-]{1,75}\.fifo$/.test(name))
    throw invalidParameterValue(
      "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, " +
        "must end with .fifo suffix and be 1 to 80 in length.",
    );
  if (!fifo && !/^[A-Za-z0-9_-]{1,80}$/.test(name))
    throw invalidParameterValue(
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    );
}

function nameExists(attribute: string): AwsError {
  return new AwsError(
    "QueueNameExists",
    `A queue already exists with the same name and a different value for attribute ${attribute}`,
  );
}

function deletedRecently(): AwsError {
  return new AwsError(
    "QueueDeletedRecently",
    "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
  );
}
