import { useSignal } from "@preact/signals";
import type { DeployedResource } from "../../../cloud/program";
import { call } from "../../api";
import { Act, Show, Text, useLoaded } from "../load";

type Item = Readonly<Record<string, unknown>>;

/** Shows items in DynamoDB's format, `{"id": {"S": "1"}}`, which can also be put. */
export function TablePage({ resource }: { resource: DeployedResource }) {
  const TableName = resource.id ?? "";
  const items = useLoaded(TableName, () =>
    call<{ Items?: Item[]; Count?: number }>("dynamodb", "Scan", { TableName, Limit: 100 }),
  );
  const edited = useSignal("{}");
  const put = async (): Promise<string> => {
    await call("dynamodb", "PutItem", { TableName, Item: JSON.parse(edited.value) as object });
    items.reload();
    return "Put";
  };
  return (
    <>
      <h3>Items</h3>
      <Act act={() => Promise.resolve(items.reload()).then(() => "")}>Look again</Act>
      <Show of={items}>
        {({ Items = [] }) => (
          <>
            {Items.length === 0 && <p class="dim">The table is empty.</p>}
            {Items.map((item, index) => (
              <details key={index}>
                <summary>{JSON.stringify(item).slice(0, 120)}</summary>
                <pre tabIndex={0}>{JSON.stringify(item, undefined, 2)}</pre>
                <button
                  type="button"
                  onClick={() => (edited.value = JSON.stringify(item, undefined, 2))}
                >
                  Edit
                </button>
              </details>
            ))}
          </>
        )}
      </Show>
      <h3>Put an item</h3>
      <Text label="Item" rows={8} value={edited.value} onText={(text) => (edited.value = text)} />
      <Act act={put}>Put</Act>
    </>
  );
}
