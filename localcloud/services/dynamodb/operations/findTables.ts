import type {
  DeleteTableCommandInput,
  DeleteTableOutput,
  DescribeLimitsCommandInput,
  DescribeLimitsOutput,
  DescribeTableCommandInput,
  DescribeTableOutput,
  ListTablesCommandInput,
  ListTablesOutput,
} from "@aws-sdk/client-dynamodb";
import { checkRange } from "../../../core/constraint";
import type { Operation } from "../../../core/service";
import { validationException } from "../model/errors";
import type { DynamoDbStore } from "../store";
import { describe, indexesOf } from "../model/table";
import { onTable } from "../model/tableAccess";

/** Maximum number of names in one response. */
const MAX_LISTED = 100;

export const describeTable = onTable(
  "DescribeTable",
  ({ TableName }: DescribeTableCommandInput, { store }): DescribeTableOutput => ({
    Table: describe(store.described(TableName)),
  }),
);

export const deleteTable = onTable(
  "DeleteTable",
  async ({ TableName }: DeleteTableCommandInput, { store }): Promise<DeleteTableOutput> => {
    const table = store.described(TableName);
    if (table.deletionProtection)
      throw validationException(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
      );
    store.tables.delete(table.name);
    await store.lock.exclusive(() => store.engine.dropTable(table.name, indexesOf(table)));
    return { TableDescription: describe(table, "DELETING") };
  },
);

export const listTables: Operation<DynamoDbStore, ListTablesCommandInput, ListTablesOutput> = {
  run({ ExclusiveStartTableName = "", Limit = MAX_LISTED }, { store }) {
    checkRange(Limit, "limit", { min: 1, max: MAX_LISTED });
    const rest = [...store.tables.keys()].sort().filter((name) => name > ExclusiveStartTableName);
    const names = rest.slice(0, Limit);
    return {
      TableNames: names,
      ...(rest.length > names.length && { LastEvaluatedTableName: names[names.length - 1] }),
    };
  },
};

/** Quotas of a new account. Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
export const describeLimits: Operation<
  DynamoDbStore,
  DescribeLimitsCommandInput,
  DescribeLimitsOutput
> = {
  run: () => ({
    AccountMaxReadCapacityUnits: 80_000,
    AccountMaxWriteCapacityUnits: 80_000,
    TableMaxReadCapacityUnits: 40_000,
    TableMaxWriteCapacityUnits: 40_000,
  }),
};
