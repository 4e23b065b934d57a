import type {
  AlarmHistoryItem,
  DescribeAlarmHistoryCommandInput,
  DescribeAlarmHistoryCommandOutput,
  HistoryItemType,
} from "@aws-sdk/client-cloudwatch";
import { checkEnum, checkRange } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { page } from "../../../core/page";
import { alarmAccess } from "../model/alarmAccess";
import { invalidToken } from "./listMetrics";
import type { Alarm, CloudwatchOperation, CloudwatchStore } from "../store";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#common-features-of-alarms */
const KEPT_MS = 30 * 86_400_000;
/** Maximum number of items; the oldest ones are dropped first. */
const MAX_ITEMS = 10_000;

/** Records an event of an alarm. */
export function recordHistory(
  store: CloudwatchStore,
  alarm: Alarm,
  item: { type: HistoryItemType; summary: string; data: object },
): void {
  const now = store.scope.clock.date();
  store.history.push({
    AlarmName: alarm.name,
    AlarmType: alarm.type,
    Timestamp: now,
    HistoryItemType: item.type,
    HistorySummary: item.summary,
    HistoryData: JSON.stringify({ version: "1.0", ...item.data }),
  });
  const oldest = now.getTime() - KEPT_MS;
  const isOld = (one: AlarmHistoryItem | undefined): boolean =>
    one !== undefined && (one.Timestamp?.getTime() ?? 0) < oldest;
  if (isOld(store.history[0]) || store.history.length > MAX_ITEMS)
    store.history = store.history.filter((one) => !isOld(one)).slice(-MAX_ITEMS);
}

export const describeAlarmHistory: CloudwatchOperation<
  DescribeAlarmHistoryCommandInput,
  DescribeAlarmHistoryCommandOutput
> = {
  access: (input, context) =>
    alarmAccess("DescribeAlarmHistory", [input.AlarmName ?? "*"], context),
  run(input, { store }) {
    checkRange(input.MaxRecords, "maxRecords", { min: 1, max: 100 });
    checkEnum(input.HistoryItemType, "historyItemType", [
      "ConfigurationUpdate",
      "StateUpdate",
      "Action",
    ]);
    if (input.AlarmContributorId !== undefined)
      throw new AwsError(
        "InvalidParameterValueException",
        "The local cloud does not implement DescribeAlarmHistory with AlarmContributorId.",
      );
    const numbered = store.history.map((item, order) => ({ item, order }));
    const { items, nextToken } = page(
      numbered.filter(({ item }) => isWanted(item, input)),
      {
        key: ({ item, order }) =>
          `${item.Timestamp?.toISOString()} ${String(order).padStart(10, "0")}`,
        size: input.MaxRecords ?? 100,
        token: input.NextToken,
        descending: input.ScanBy !== "TimestampAscending",
        invalidToken,
      },
    );
    return {
      AlarmHistoryItems: items.map(({ item }) => item),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
  },
};

function isWanted(item: AlarmHistoryItem, input: DescribeAlarmHistoryCommandInput): boolean {
  const time = item.Timestamp?.getTime() ?? 0;
  const types = input.AlarmTypes?.length ? input.AlarmTypes : ["MetricAlarm"];
  return (
    (input.AlarmName === undefined || item.AlarmName === input.AlarmName) &&
    (input.AlarmName !== undefined && !input.AlarmTypes?.length
      ? true
      : types.some((type) => type === item.AlarmType)) &&
    (input.HistoryItemType === undefined || item.HistoryItemType === input.HistoryItemType) &&
    (input.StartDate === undefined || time >= input.StartDate.getTime()) &&
    (input.EndDate === undefined || time <= input.EndDate.getTime())
  );
}
