import { BadControlRequest, type Control } from "../../../core/load";
import type { Message } from "../model/message";
import type { SqsStore } from "../store";

/** Maximum number of messages in one response, oldest first. */
const MOST = 200;

/** `POST /_localcloud/peek {"queue": <ARN>}` returns the messages of a queue without receiving them. */
export const peekControl: Control<SqsStore> = {
  fields: ["queue"],
  set({ queue: arn }, store) {
    const queue = typeof arn === "string" ? store.byArn(arn) : undefined;
    if (!queue) throw new BadControlRequest(`'queue' must be the ARN of an existing queue.`);
    const messages = queue.messages();
    return {
      name: queue.name,
      count: messages.length,
      deadLettersOf: store.sourcesOf(queue).map(({ name }) => name),
      messages: messages.slice(0, MOST).map(describe),
    };
  },
};

function describe({ id, state, receiveCount, sentAt, content }: Message): object {
  const { body, span } = content;
  return { id, state, receiveCount, sentAt, body, trace: span?.trace.id };
}
