import type {
  CancellationReason,
  TransactWriteItemsCommandInput,
  TransactWriteItemsOutput,
} from "@aws-sdk/client-dynamodb";
import { checkLength, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import type { Operation } from "../../../core/service";
import { itemBytes, toWire, type Item, type WireItem } from "../model/attributeValues";
import {
  consumedByTable,
  READ_UNIT,
  unitsOf,
  WRITE_UNIT,
  type Consumed,
} from "../model/consumedCapacity";
import { checkItem, checkKey, checkUpdate } from "../model/checkItem";
import { validationException } from "../model/errors";
import { dataAccess, leadingKeys } from "../model/itemAccess";
import { currentItem, keyOf, refuseMetrics } from "./items";
import type { DynamoDbStore } from "../store";
import {
  actionOf,
  checkedAction,
  engineOperation,
  type CheckedAction,
} from "../model/transactActions";
import { engineTable, type Table } from "../model/table";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
export const MAX_ACTIONS = 100;
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;

export const transactWriteItems: Operation<
  DynamoDbStore,
  TransactWriteItemsCommandInput,
  TransactWriteItemsOutput
> = {
  // Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
  access: ({ TransactItems = [] }, context) =>
    TransactItems.flatMap((entry) => {
      const action = actionOf(entry);
      if (!action) return [];
      const table = context.store.tables.get(context.store.nameOf(action.request.TableName));
      const more = () => ({
        ...leadingKeys(table, [action.request.Key ?? action.request.Item]),
        "dynamodb:EnclosingOperation": "TransactWriteItems",
      });
      return [dataAccess(action.permission, action.request, context, more)];
    }),

  async run(input, { store, clock }) {
    const entries = required(input.TransactItems, "transactItems");
    checkLength(entries, "transactItems", { min: 1, max: MAX_ACTIONS });
    const { ClientRequestToken: token, ...request } = input;
    return store.lock.exclusive(async () => {
      const actions = entries.map(checkedAction(input, store));
      const again = token !== undefined && store.transactions.has(token, request, clock.now());
      const steps = actions.map((action) => prepare(action, input, store));
      const { ReturnConsumedCapacity } = input;
      if (again)
        return consumedByTable(ReturnConsumedCapacity, "Read", await readAgain(steps, store));
      checkTogether(steps);
      const consumed = await commit(steps, store);
      if (token !== undefined) store.transactions.add(token, request, clock.now());
      return consumedByTable(ReturnConsumedCapacity, "Write", consumed);
    });
  },
};

/** An action with its table. */
interface Step extends CheckedAction {
  readonly table: Table;
  /** Undefined if the key does not match the table; `invalid` then has the reason. */
  readonly place?: string;
  readonly invalid?: CancellationReason;
}

const NO_REASON: CancellationReason = { Code: "None" };

/** Keys that are empty refuse the request. Keys that do not match the table cancel the transaction. */
function prepare(
  { action, input, checked }: CheckedAction,
  { ReturnItemCollectionMetrics }: TransactWriteItemsCommandInput,
  store: DynamoDbStore,
): Step {
  const table = store.table(action.request.TableName);
  refuseMetrics(table, { ReturnItemCollectionMetrics });
  checkItem(table, action.request.Item);
  checkKey(table, action.request.Item ?? action.request.Key);
  const step = { action, table, input, checked };
  try {
    checkUpdate(table, checked);
    return { ...step, place: store.engine.place(checked, engineTable(table)) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { ...step, invalid: validationError(error) };
  }
}

function checkTogether(steps: readonly Step[]): void {
  const places = steps.flatMap(({ place }) => place ?? []);
  if (new Set(places).size < places.length)
    throw validationException("Transaction request cannot include multiple operations on one item");
  const bytes = steps.reduce((sum, { action }) => sum + itemBytes(action.request.Item ?? {}), 0);
  if (bytes > MAX_TRANSACTION_BYTES)
    throw validationException(
      "The aggregate size of the items in the transaction exceeds the limit of 4 MB",
    );
}

/** Applies all steps or none. The caller must hold the exclusive lock. */
async function commit(steps: readonly Step[], store: DynamoDbStore): Promise<Consumed[]> {
  const before = await Promise.all(steps.map((step) => itemBefore(step, store)));
  const reasons = steps.map((step, i) => reasonAgainst(step, before[i], store));
  if (reasons.some((reason) => reason !== NO_REASON)) throw cancelled(reasons);
  const consumed: Consumed[] = [];
  for (const [i, step] of steps.entries()) {
    try {
      const { ConsumedCapacity } = await apply(step, before[i], store);
      if (ConsumedCapacity) consumed.push(ConsumedCapacity);
    } catch (error) {
      await undo(steps.slice(0, i), before, store);
      if (!(error instanceof AwsError)) throw error;
      throw cancelled(steps.map((_, j) => (j === i ? validationError(error) : NO_REASON)));
    }
  }
  return consumed;
}

function stepKey({ action, table }: Step): Item {
  return action.request.Key ?? keyOf(table, action.request.Item);
}

async function itemBefore(step: Step, store: DynamoDbStore): Promise<Item | undefined> {
  return step.invalid ? undefined : currentItem(store, step.table, stepKey(step));
}

function reasonAgainst(
  { action, checked, invalid }: Step,
  item: Item | undefined,
  store: DynamoDbStore,
): CancellationReason {
  if (invalid) return invalid;
  // Condition expressions are evaluated on the wire format.
  if (store.engine.meets(checked, item && (toWire(item) as WireItem))) return NO_REASON;
  const shown = action.request.ReturnValuesOnConditionCheckFailure === "ALL_OLD" && item;
  return {
    Code: "ConditionalCheckFailed",
    Message: "The conditional request failed",
    ...(shown && { Item: shown }),
  };
}

async function apply(
  { action, table, input }: Step,
  before: Item | undefined,
  store: DynamoDbStore,
): Promise<{ ConsumedCapacity?: Consumed }> {
  if (action.permission !== "ConditionCheckItem")
    return store.engine.run(engineOperation(action), input);
  // A condition check costs as much as a write of the item.
  return {
    ConsumedCapacity: { TableName: table.name, CapacityUnits: unitsOf(before, WRITE_UNIT) },
  };
}

/** Returns the capacity that a repeated request consumes: it reads the items. The caller must hold the lock. */
async function readAgain(steps: readonly Step[], store: DynamoDbStore): Promise<Consumed[]> {
  const items = await Promise.all(steps.map((step) => itemBefore(step, store)));
  return steps.map(({ table }, i) => ({
    TableName: table.name,
    CapacityUnits: unitsOf(items[i], READ_UNIT),
  }));
}

async function undo(
  steps: readonly Step[],
  before: readonly (Item | undefined)[],
  store: DynamoDbStore,
): Promise<void> {
  for (const [i, step] of steps.entries()) {
    const TableName = step.table.name;
    const Item = before[i];
    if (Item) await store.engine.run("PutItem", { TableName, Item });
    else await store.engine.run("DeleteItem", { TableName, Key: stepKey(step) });
  }
}

function validationError({ message }: AwsError): CancellationReason {
  return { Code: "ValidationError", Message: message };
}

function cancelled(reasons: readonly CancellationReason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(", ");
  return new AwsError(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { fields: { CancellationReasons: reasons } },
  );
}
