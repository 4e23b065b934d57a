import type {
  ContinuousBackupsDescription,
  DescribeContinuousBackupsCommandInput,
  DescribeContinuousBackupsOutput,
  UpdateContinuousBackupsCommandInput,
  UpdateContinuousBackupsOutput,
} from "@aws-sdk/client-dynamodb";
import { checkRange, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import type { DynamoDbStore } from "../store";
import type { Table } from "../model/table";
import { onTable } from "../model/tableAccess";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html */
const MAX_RECOVERY_DAYS = 35;
/** The latest restorable time is this long ago, milliseconds. */
const RESTORE_LAG_MS = 5 * 60_000;

export const describeContinuousBackups = onTable(
  "DescribeContinuousBackups",
  (
    { TableName }: DescribeContinuousBackupsCommandInput,
    { store },
  ): DescribeContinuousBackupsOutput => ({
    ContinuousBackupsDescription: describe(tableOf(TableName, store), store),
  }),
);

/** Point-in-time recovery can be enabled, disabled and described; restoring is not implemented. */
export const updateContinuousBackups = onTable(
  "UpdateContinuousBackups",
  (input: UpdateContinuousBackupsCommandInput, { store, clock }): UpdateContinuousBackupsOutput => {
    const table = tableOf(input.TableName, store);
    const specification = required(
      input.PointInTimeRecoverySpecification,
      "pointInTimeRecoverySpecification",
    );
    const days = specification.RecoveryPeriodInDays;
    const member = "pointInTimeRecoverySpecification.recoveryPeriodInDays";
    checkRange(days, member, { min: 1, max: MAX_RECOVERY_DAYS });
    const current = table.pointInTimeRecovery;
    table.pointInTimeRecovery = specification.PointInTimeRecoveryEnabled
      ? {
          enabledAt: current?.enabledAt ?? clock.date(),
          recoveryPeriodInDays: days ?? current?.recoveryPeriodInDays ?? MAX_RECOVERY_DAYS,
        }
      : undefined;
    return { ContinuousBackupsDescription: describe(table, store) };
  },
);

function describe(table: Table, { clock }: DynamoDbStore): ContinuousBackupsDescription {
  const recovery = table.pointInTimeRecovery;
  if (!recovery)
    return {
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" },
    };
  const { enabledAt, recoveryPeriodInDays } = recovery;
  const oldest = clock.now() - recoveryPeriodInDays * 86_400_000;
  const latest = Math.max(enabledAt.getTime(), clock.now() - RESTORE_LAG_MS);
  return {
    ContinuousBackupsStatus: "ENABLED",
    PointInTimeRecoveryDescription: {
      PointInTimeRecoveryStatus: "ENABLED",
      RecoveryPeriodInDays: recoveryPeriodInDays,
      EarliestRestorableDateTime: new Date(Math.max(enabledAt.getTime(), oldest)),
      LatestRestorableDateTime: new Date(latest),
    },
  };
}

function tableOf(tableName: string | undefined, store: DynamoDbStore): Table {
  const name = store.nameOf(tableName);
  const table = store.tables.get(name);
  if (!table) throw new AwsError("TableNotFoundException", `Table not found: ${name}`);
  return table;
}
