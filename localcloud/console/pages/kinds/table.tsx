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
              <OneItem
                key={JSON.stringify(item)}
                item={item}
                edit={(text) => (edited.value = text)}
              />
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

/** The beginning of an item; all of it is rendered only when opened, as it may have 400 KB. */
function OneItem({ item, edit }: { item: Item; edit: (text: string) => void }) {
  const isOpen = useSignal(false);
  const text = (): string => JSON.stringify(item, undefined, 2);
  return (
    <details onToggle={(event) => (isOpen.value = event.currentTarget.open)}>
      <summary>{beginning(JSON.stringify(item), 120)}</summary>
      {isOpen.value && <pre tabIndex={0}>{text()}</pre>}
      <button type="button" onClick={() => edit(text())}>
        Edit
      </button>
    </details>
  );
}

function parsed(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch (error) {
    throw new Error(`The item is not valid JSON: ${(error as Error).message}`);
  }
}
