import type { TransactWriteItem, TransactWriteItemsCommandInput } from "@aws-sdk/client-dynamodb";
import { required } from "../../../core/constraint";
import type { DynamoDbStore } from "../store";
import type { Item } from "./attributeValues";
import { checkDepth } from "./checkItem";
import type { CheckedRequest } from "./dynalite";
import { validationException } from "./errors";

/** One action of a transaction, as the single-item operation that it corresponds to. */
export interface Action {
  readonly permission: "PutItem" | "UpdateItem" | "DeleteItem" | "ConditionCheckItem";
  readonly request: {
    TableName?: string | undefined;
    Key?: Item | undefined;
    Item?: Item | undefined;
    ConditionExpression?: string | undefined;
    ReturnValuesOnConditionCheckFailure?: string | undefined;
  };
}

/** An action that was validated on its own, as far as this is possible without its table. */
export interface CheckedAction {
  readonly action: Action;
  readonly input: object;
  readonly checked: CheckedRequest;
}

/** Returns undefined if an entry has no action, or more than one. */
export function actionOf({
  Put,
  Update,
  Delete,
  ConditionCheck,
}: TransactWriteItem): Action | undefined {
  const actions: Action[] = [];
  if (Put) actions.push({ permission: "PutItem", request: Put });
  if (Update) actions.push({ permission: "UpdateItem", request: Update });
  if (Delete) actions.push({ permission: "DeleteItem", request: Delete });
  if (ConditionCheck) actions.push({ permission: "ConditionCheckItem", request: ConditionCheck });
  return actions.length === 1 ? actions[0] : undefined;
}

/**
 * Returns a function that validates an action on its own. DynamoDB reports what is wrong with an expression or a value
 * before it looks for a table.
 */
export function checkedAction(
  { ReturnConsumedCapacity }: TransactWriteItemsCommandInput,
  store: DynamoDbStore,
) {
  return (entry: TransactWriteItem): CheckedAction => {
    const action = actionOf(entry);
    if (!action)
      throw validationException(
        "TransactItems can only contain one of Check, Put, Update or Delete",
      );
    const { Item = {}, Key = {} } = action.request;
    const input = {
      ...action.request,
      TableName: store.nameOf(action.request.TableName),
      // A transaction prepares and commits, so it reports twice the units.
      ReturnConsumedCapacity:
        ReturnConsumedCapacity === "NONE" ? undefined : ReturnConsumedCapacity,
    };
    if (action.permission === "ConditionCheckItem")
      required(action.request.ConditionExpression, "conditionExpression");
    // Any name of a valid length: the table is looked up later.
    const checked = store.engine.check(engineOperation(action), { ...input, TableName: "table" });
    checkDepth({ ...Item, ...Key });
    return { action, input, checked };
  };
}

/** Returns the engine's operation. A condition check is validated like a delete that never runs. */
export function engineOperation({ permission }: Action): "PutItem" | "UpdateItem" | "DeleteItem" {
  return permission === "ConditionCheckItem" ? "DeleteItem" : permission;
}
