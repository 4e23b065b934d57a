import { useSignal } from "@preact/signals";
import type { DeployedResource } from "../../../cloud/program";
import { addressOf } from "../../address";
import { call, post } from "../../api";
import { beginning, count, instant, pretty } from "../../format";
import { Act, Refresh, Show, Table, Text, useLoaded } from "../load";

interface Peeked {
  readonly name: string;
  readonly count: number;
  readonly messages: readonly {
    readonly id: string;
    readonly state: string;
    readonly receiveCount: number;
    readonly sentAt: number;
    readonly body: string;
    readonly trace?: string;
  }[];
  readonly deadLettersOf: readonly string[];
}

/** The beginning of a message; the whole one is rendered only when opened, as it may have a megabyte. */
function Body({ text }: { text: string }) {
  const isOpen = useSignal(false);
  return (
    <details onToggle={(event) => (isOpen.value = event.currentTarget.open)}>
      <summary>{beginning(text, 80)}</summary>
      {isOpen.value && <pre tabIndex={0}>{pretty(text)}</pre>}
    </details>
  );
}

export function QueuePage({ resource }: { resource: DeployedResource }) {
  const { url: QueueUrl = "", arn = "" } = resource.facts ?? {};
  const fifo = QueueUrl.endsWith(".fifo");
  const peeked = useLoaded(QueueUrl, () => post<Peeked>("peek", { queue: arn }));
  const body = useSignal('{"hello":"world"}');
  const send = async (): Promise<string> => {
    const id = crypto.randomUUID();
    const ordered = { MessageGroupId: "console", MessageDeduplicationId: id };
    const input = { QueueUrl, MessageBody: body.value, ...(fifo && ordered) };
    await call("sqs", "SendMessage", input);
    peeked.reload();
    return "Sent";
  };
  const redrive = async (): Promise<string> => {
    await call("sqs", "StartMessageMoveTask", { SourceArn: arn });
    setTimeout(peeked.reload, 300);
    return "The messages are moved back to their queues.";
  };
  return (
    <>
      <h3>Messages</h3>
      <Show of={peeked}>
        {({ messages, count: all, deadLettersOf }) => (
          <>
            {all > messages.length && (
              <p class="dim">
                The oldest {messages.length} of {all} messages
              </p>
            )}
            <Table
              none="The queue is empty."
              keys={messages.map(({ id }) => id)}
              head={["Sent (UTC)", "State", "Received", "Body", "Trace"]}
              rows={messages.map(({ sentAt, state, receiveCount, body: text, trace }) => [
                instant(sentAt),
                state,
                count(receiveCount, "time"),
                <Body text={text} />,
                trace && <a href={addressOf(`trace/${trace}`)}>trace</a>,
              ])}
            />
            <Refresh of={peeked} />
            {deadLettersOf.length > 0 && (
              <>
                <p class="dim">Dead letters of {deadLettersOf.join(", ")}.</p>
                <Act act={redrive}>Redrive</Act>
              </>
            )}
          </>
        )}
      </Show>
      <h3>Send</h3>
      <Text label="Message" value={body.value} onText={(text) => (body.value = text)} />
      <Act act={send}>Send</Act>
    </>
  );
}
