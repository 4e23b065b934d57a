import {
  DescribeAlarmsCommand,
  type MetricDataQuery,
  PutMetricDataCommand,
  type PutMetricAlarmCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { expectError } from "../sqs/harness";
import { AlarmsCloud } from "./alarmsCloud";

const ON_MATH = {
  MetricName: undefined,
  Namespace: undefined,
  Statistic: undefined,
  Period: undefined,
};

function load(Id: string): MetricDataQuery {
  const Metric = { Namespace: "App", MetricName: "Load" };
  return { Id, MetricStat: { Metric, Period: 60, Stat: "Sum" }, ReturnData: false };
}

function onMath(Expression: string, metrics: MetricDataQuery[] = [load("m")]) {
  return { ...ON_MATH, Metrics: [...metrics, { Id: "e", Expression }] };
}

describe("cloudwatch alarms", () => {
  let a: AlarmsCloud;
  before(async () => (a = await AlarmsCloud.start()));
  after(() => a.close());

  const eleven = Array.from({ length: 11 }, (_, index) => load(`m${index}`));
  const refusals: [string, Partial<PutMetricAlarmCommandInput>, string | RegExp][] = [
    [
      "an action in another region",
      { AlarmActions: ["arn:aws:sns:eu-west-1:123456789012:alarms"] },
      "Invalid region eu-west-1 specified. Only us-east-1 is supported.",
    ],
    [
      "a search",
      onMath("SUM(SEARCH('{App} Load', 'Sum', 60))", []),
      "SEARCH is not supported on Metric Alarms.",
    ],
    ["a function that does not exist", onMath("NOTHING(m)"), /function NOTHING/],
    ["eleven metrics", onMath("m1", eleven), /at most 10 metrics/],
  ];
  for (const [what, more, text] of refusals)
    it(`refuse ${what}`, () => expectError(a.putAlarm(more), "ValidationException", text));

  it("are described by their composite alarm without any other filter", () =>
    expectError(
      a.client.send(new DescribeAlarmsCommand({ ChildrenOfAlarmName: "all", StateValue: "OK" })),
      "ValidationException",
      /^ChildrenOfAlarmName can be combined/,
    ));

  for (const [what, dimension] of [
    ["a colon first in its name", { Name: ":host", Value: "a" }],
    ["a name that is not ASCII", { Name: "h\u00f6st", Value: "a" }],
    ["a blank value", { Name: "host", Value: "  " }],
  ] as const)
    it(`have no metric with a dimension with ${what}`, () =>
      expectError(
        a.client.send(
          new PutMetricDataCommand({
            Namespace: "App",
            MetricData: [{ MetricName: "Load", Value: 1, Dimensions: [dimension] }],
          }),
        ),
        "InvalidParameterValueException",
        /is invalid/,
      ));
});
