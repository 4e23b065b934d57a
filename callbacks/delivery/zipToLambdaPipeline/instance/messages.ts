import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { reasonOf } from "../../../retry";
import type { Deps } from "../../../deps";

export const deploymentOnlyModule = true;

/** Seconds that a message stays hidden without a heartbeat of its worker: the next worker takes it over soon. */
export const HIDDEN_S = 60;
/** Milliseconds between two heartbeats. One may be lost. */
const HEARTBEAT_MS = 20_000;
/** Seconds after which a failed message is delivered again: five tries outlast most failures of AWS. */
const AGAIN_S = 240;

/** A message that this worker has received. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly receives: string;
  readonly receipt: string;
}

/** The queue of a worker on an instance; Lambda does this for functions. */
export interface Messages {
  /** Waits for a message; returns undefined when none arrives. */
  take(): Promise<ReceivedMessage | undefined>;
  /** Deletes a message that is done. */
  delete(message: ReceivedMessage): Promise<void>;
  /** Makes a message available to other workers now. */
  giveBack(message: ReceivedMessage): Promise<void>;
  /** Makes a message available again after a while. */
  postpone(message: ReceivedMessage): Promise<void>;
  /** Keeps a message hidden while the work on it continues. */
  during<Answer>(message: ReceivedMessage, work: Promise<Answer>): Promise<Answer>;
}

/**
 * Creates the access to the queue. It receives one message at a time: when the instance terminates, no other message is
 * affected.
 *
 * @param wait seconds of a long poll, 0 to 20.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
 */
export function messagesOf(
  sqs: SQSClient,
  QueueUrl: string,
  { deps, wait }: { readonly deps: Pick<Deps, "sleep">; readonly wait: number },
): Messages {
  const hide = async (
    { receipt: ReceiptHandle }: ReceivedMessage,
    seconds: number,
  ): Promise<void> => {
    const input = { QueueUrl, ReceiptHandle, VisibilityTimeout: seconds };
    await sqs.send(new ChangeMessageVisibilityCommand(input));
  };
  return {
    async take() {
      const { Messages: [message] = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 1,
          WaitTimeSeconds: wait,
          VisibilityTimeout: HIDDEN_S,
          MessageSystemAttributeNames: ["ApproximateReceiveCount"],
        }),
      );
      return message && takenOf(message);
    },
    async delete({ receipt: ReceiptHandle }) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
    giveBack: (message) => hide(message, 0),
    postpone: (message) => hide(message, AGAIN_S),
    async during(message, work) {
      let isOver = false;
      const beat = async (): Promise<void> => {
        for (await deps.sleep(HEARTBEAT_MS); !isOver; await deps.sleep(HEARTBEAT_MS))
          await hide(message, HIDDEN_S).catch((error: unknown) =>
            console.warn("not kept hidden", { reason: reasonOf(error) }),
          );
      };
      void beat();
      try {
        return await work;
      } finally {
        isOver = true;
      }
    },
  };
}

function takenOf({ MessageId, Body, ReceiptHandle, Attributes }: Message): ReceivedMessage {
  return {
    messageId: MessageId ?? "",
    body: Body ?? "",
    receipt: ReceiptHandle ?? "",
    receives: Attributes?.ApproximateReceiveCount ?? "1",
  };
}
