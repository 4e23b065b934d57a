import { useSignal } from "@preact/signals";
import type { DeployedResource } from "../../../cloud/program";
import { call, post } from "../../api";
import { instant, pretty } from "../../format";
import { Act, Show, Table, Text, useLoaded } from "../load";

interface Peeked {
  readonly name: string;
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
    return "The messages go back to where they came from.";
  };
  return (
    <>
      <h3>Messages</h3>
      <Show of={peeked}>
        {({ messages, deadLettersOf }) => (
          <>
            <Table
              none="The queue is empty."
              head={["Sent", "State", "Received", "Body", "Trace"]}
              rows={messages.map(({ sentAt, state, receiveCount, body: text, trace }) => [
                instant(sentAt),
                state,
                `${receiveCount} times`,
                <details key="body">
                  <summary>{text.slice(0, 80)}</summary>
                  <pre tabIndex={0}>{pretty(text)}</pre>
                </details>,
                trace && <a href={`#/trace/${trace}`}>trace</a>,
              ])}
            />
            <Act act={() => Promise.resolve(peeked.reload()).then(() => "")}>Look again</Act>
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
