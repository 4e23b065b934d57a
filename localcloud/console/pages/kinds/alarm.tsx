import type { DeployedResource } from "../../../cloud/program";
import { call } from "../../api";
import { instant } from "../../format";
import { now } from "../../state";
import { Chart } from "../chart";
import { Refresh, Show, Table, useLoaded } from "../load";

interface Alarm {
  readonly StateValue?: string;
  readonly StateReason?: string;
  readonly Threshold?: number;
  readonly ComparisonOperator?: string;
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly object[];
  readonly Period?: number;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Metrics?: readonly object[];
}

interface Data {
  readonly MetricDataResults?: readonly {
    readonly Timestamps?: readonly string[];
    readonly Values?: readonly number[];
  }[];
}

interface History {
  readonly AlarmHistoryItems?: readonly {
    readonly Timestamp?: string;
    readonly HistorySummary?: string;
  }[];
}

const SHOWN_MS = 3 * 3_600_000;

export function AlarmPage({ resource }: { resource: DeployedResource }) {
  const AlarmName = resource.id ?? "";
  const found = useLoaded(AlarmName, () => look(AlarmName));
  return (
    <Show of={found}>
      {({ alarm, times, values, history }) => (
        <>
          <p>
            <b class={`alarm-state ${alarm.StateValue}`}>{alarm.StateValue}</b> {alarm.StateReason}
          </p>
          <Refresh of={found} />
          <h3>
            {alarm.MetricName ?? "Metric math"} {alarm.Statistic ?? alarm.ExtendedStatistic}, the
            last three hours (UTC)
          </h3>
          <Chart times={times} values={values} threshold={alarm.Threshold} />
          <h3>History</h3>
          <Table
            head={["At (UTC)", "What"]}
            rows={history.map(({ Timestamp, HistorySummary }) => [
              instant(Timestamp),
              HistorySummary,
            ])}
          />
        </>
      )}
    </Show>
  );
}

async function look(AlarmName: string) {
  const input = { AlarmNames: [AlarmName] };
  const { MetricAlarms } = await call<{ MetricAlarms: Alarm[] }>(
    "cloudwatch",
    "DescribeAlarms",
    input,
  );
  const [alarm = {}] = MetricAlarms;
  const [data, { AlarmHistoryItems: history = [] }] = await Promise.all([
    call<Data>("cloudwatch", "GetMetricData", metricInput(alarm)),
    call<History>("cloudwatch", "DescribeAlarmHistory", { AlarmName, MaxRecords: 50 }),
  ]);
  const [{ Timestamps = [], Values = [] } = {}] = data.MetricDataResults ?? [];
  const points = Timestamps.map((time, at) => [Date.parse(time) / 1000, Values[at]] as const);
  points.sort((one, other) => one[0] - other[0]);
  return {
    alarm,
    history,
    times: points.map(([time]) => time),
    values: points.map(([, value]) => value),
  };
}

function metricInput(alarm: Alarm): object {
  const { Namespace, MetricName, Dimensions, Period, Metrics } = alarm;
  const Stat = alarm.Statistic ?? alarm.ExtendedStatistic;
  const Metric = { Namespace, MetricName, Dimensions };
  return {
    StartTime: new Date(now.value - SHOWN_MS).toISOString(),
    EndTime: new Date(now.value + 60_000).toISOString(),
    MetricDataQueries: Metrics?.length
      ? Metrics
      : [{ Id: "m", MetricStat: { Metric, Period: Period ?? 60, Stat } }],
  };
}
