import { useSignal } from "@preact/signals";
import type { DeployedResource } from "../../../cloud/program";
import { call } from "../../api";
import { Act, Refresh, Show, Table, Text, useLoaded } from "../load";

interface Subscribed {
  readonly Subscriptions?: readonly { readonly Protocol?: string; readonly Endpoint?: string }[];
}

/** Shows a topic's subscriptions, with a form to publish a test message. */
export function TopicPage({ resource }: { resource: DeployedResource }) {
  const TopicArn = resource.id ?? "";
  const isFifo = TopicArn.endsWith(".fifo");
  const found = useLoaded(TopicArn, () =>
    call<Subscribed>("sns", "ListSubscriptionsByTopic", { TopicArn }),
  );
  const message = useSignal('{"hello":"world"}');
  const publish = async (): Promise<string> => {
    const order = { MessageGroupId: "console", MessageDeduplicationId: crypto.randomUUID() };
    const input = { TopicArn, Message: message.value, ...(isFifo && order) };
    await call("sns", "Publish", input);
    return "Published; its trace is on the page Live.";
  };
  return (
    <>
      <h3>Subscriptions</h3>
      <Refresh of={found} />
      <Show of={found}>
        {({ Subscriptions = [] }) => (
          <Table
            none="It has no subscriptions."
            head={["Protocol", "Endpoint"]}
            rows={Subscriptions.map(({ Protocol, Endpoint }) => [Protocol, Endpoint])}
          />
        )}
      </Show>
      <h3>Publish</h3>
      <Text label="Message" value={message.value} onText={(text) => (message.value = text)} />
      <Act act={publish}>Publish</Act>
    </>
  );
}
