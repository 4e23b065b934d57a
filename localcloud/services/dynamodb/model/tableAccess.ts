import type { AccessCheck, CallContext, Operation } from "../../../core/service";
import type { DynamoDbStore } from "../store";

export type DynamoDbContext = CallContext<DynamoDbStore>;

/** Returns the check of an action on a table. */
export function tableAccess(
  action: string,
  tableName: string | undefined,
  { store }: DynamoDbContext,
  context: AccessCheck["context"] = {},
): AccessCheck {
  const resource = store.arnOf(store.nameOf(tableName));
  return { action: `dynamodb:${action}`, resource, context };
}

/** Defines a control operation on the table of its `TableName`. */
export function onTable<Input extends { TableName?: string | undefined }, Output>(
  action: string,
  run: (input: Input, context: DynamoDbContext) => Output | Promise<Output>,
): Operation<DynamoDbStore, Input, Output> {
  return {
    access: ({ TableName }, context) => [tableAccess(action, TableName, context)],
    run,
  };
}
