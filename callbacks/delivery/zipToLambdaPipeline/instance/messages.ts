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

/** Seconds that a message stays hidden without a word from its worker: the next one takes it over soon. */
export const HIDDEN_S = 60;
/** Milliseconds between two words. One may be lost. */
const HEARTBEAT_MS = 20_000;
/** Seconds after which a message that failed comes again: five tries outlast most failures of AWS. */
const AGAIN_S = 240;

/** A message that this worker has. */
export interface Taken {
  readonly messageId: string;
  readonly body: string;
  readonly receives: string;
  readonly receipt: string;
}

/** The queue as a worker on an instance sees it; Lambda does this for functions. */
export interface Messages {
  /** Waits for a message; undefined where none comes. */
  take(): Promise<Taken | undefined>;
  /** It is done. */
  delete(message: Taken): Promise<void>;
  /** Another worker may have it now. */
  giveBack(message: Taken): Promise<void>;
  /** It comes again in a while. */
  postpone(message: Taken): Promise<void>;
  /** Keeps a message hidden while something is done with it. */
  during<Answer>(message: Taken, work: Promise<Answer>): Promise<Answer>;
}

/**
 * One message at a time: what ends the instance takes no other with it.
 *
 * @param wait seconds that SQS holds a question open, 0 to 20.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
 */
export function messagesOf(
  sqs: SQSClient,
  QueueUrl: string,
  { deps, wait }: { readonly deps: Pick<Deps, "sleep">; readonly wait: number },
): Messages {
  const hide = async ({ receipt: ReceiptHandle }: Taken, seconds: number): Promise<void> => {
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

function takenOf({ MessageId, Body, ReceiptHandle, Attributes }: Message): Taken {
  return {
    messageId: MessageId ?? "",
    body: Body ?? "",
    receipt: ReceiptHandle ?? "",
    receives: Attributes?.ApproximateReceiveCount ?? "1",
  };
}
