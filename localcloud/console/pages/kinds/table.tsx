import { useSignal } from "@preact/signals";
import type { DeployedResource } from "../../../cloud/program";
import { call } from "../../api";
import { beginning } from "../../format";
import { Act, Refresh, Show, Text, useLoaded } from "../load";

type Item = Readonly<Record<string, unknown>>;

interface Scanned {
  readonly Items?: readonly Item[];
  readonly LastEvaluatedKey?: object;
}

/** Maximum number of items on the page. */
const SHOWN = 100;

/** Shows items in DynamoDB's format, `{"id": {"S": "1"}}`, which can also be put. */
export function TablePage({ resource }: { resource: DeployedResource }) {
  const TableName = resource.id ?? "";
  const items = useLoaded(TableName, () =>
    call<Scanned>("dynamodb", "Scan", { TableName, Limit: SHOWN }),
  );
  const edited = useSignal("{}");
  const put = async (): Promise<string> => {
    await call("dynamodb", "PutItem", { TableName, Item: parsed(edited.value) });
    items.reload();
    return "Put";
  };
  return (
    <>
      <h3>Items</h3>
      <Refresh of={items} />
      <Show of={items}>
        {({ Items = [], LastEvaluatedKey }) => (
          <>
            {LastEvaluatedKey && <p class="dim">The first {SHOWN} items</p>}
            {Items.length === 0 && <p class="dim">The table is empty.</p>}
            {Items.map((item) => (
              // By its contents: an opened item must not be replaced by another one when it moves.
              <details key={JSON.stringify(item)}>
                <summary>{beginning(JSON.stringify(item), 120)}</summary>
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

function parsed(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch (error) {
    throw new Error(`The item is not valid JSON: ${(error as Error).message}`);
  }
}
