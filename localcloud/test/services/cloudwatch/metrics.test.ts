import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
  type MetricDataQuery,
  type MetricDatum,
} from "@aws-sdk/client-cloudwatch";
import { expect } from "chai";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import { servicePrincipal } from "../../../core/principal";
import { cloudwatch } from "../../../services/cloudwatch";
import { iam } from "../../../services/iam";
import { expectAwsError } from "../../support/expectAwsError";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("cloudwatch metrics", () => {
  let cloud: Cloud;
  let client: CloudWatchClient;
  /** Start of a full minute. */
  let start: number;

  beforeEach(async () => {
    cloud = await startCloud({ services: [iam, cloudwatch], clock: "manual" });
    client = new CloudWatchClient({
      endpoint: cloud.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "root", secretAccessKey: "root" },
      maxAttempts: 1,
    });
    start = Math.floor(cloud.clock.now() / MINUTE_MS) * MINUTE_MS;
  });

  afterEach(async () => {
    client.destroy();
    await cloud.close();
  });

  function put(...MetricData: MetricDatum[]): Promise<unknown> {
    return client.send(new PutMetricDataCommand({ Namespace: "App", MetricData }));
  }

  /** Returns one value in the minute `minute` from the start. */
  function at(MetricName: string, minute: number, Value: number): MetricDatum {
    return { MetricName, Value, Timestamp: new Date(start + minute * MINUTE_MS) };
  }

  function metric(Id: string, MetricName: string, Stat = "Sum", Period = 60): MetricDataQuery {
    return { Id, MetricStat: { Metric: { Namespace: "App", MetricName }, Period, Stat } };
  }

  async function query(...MetricDataQueries: MetricDataQuery[]): Promise<Record<string, number[]>> {
    const answer = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries,
        StartTime: new Date(start),
        EndTime: new Date(start + 5 * MINUTE_MS),
        ScanBy: "TimestampAscending",
      }),
    );
    return Object.fromEntries(
      (answer.MetricDataResults ?? []).map((one) => [one.Id ?? "", one.Values ?? []]),
    );
  }

  it("have every statistic, with values and counts and percentiles", async () => {
    const Timestamp = new Date(start);
    await put(
      { MetricName: "Latency", Values: [1, 2, 3, 4], Counts: [10, 20, 30, 40], Timestamp },
      { MetricName: "Latency", Value: 500, Timestamp },
    );
    const { Datapoints, Label } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace: "App",
        MetricName: "Latency",
        StartTime: Timestamp,
        EndTime: new Date(start + MINUTE_MS),
        Period: 60,
        Statistics: ["SampleCount", "Average", "Sum", "Minimum", "Maximum"],
        ExtendedStatistics: ["p50", "p99", "p100"],
      }),
    );
    expect(Label).to.equal("Latency");
    expect(Datapoints).to.deep.equal([
      {
        Timestamp,
        SampleCount: 101,
        Average: 800 / 101,
        Sum: 800,
        Minimum: 1,
        Maximum: 500,
        Unit: "None",
        ExtendedStatistics: { p50: 3, p99: 4, p100: 500 },
      },
    ]);
  });

  it("accept statistic sets, which have no percentiles", async () => {
    const StatisticValues = { SampleCount: 4, Sum: 20, Minimum: 1, Maximum: 9 };
    await put({ MetricName: "Set", StatisticValues, Timestamp: new Date(start) });
    const values = await query(
      metric("a", "Set", "Average"),
      metric("b", "Set", "Maximum"),
      metric("c", "Set", "p90"),
    );
    expect(values).to.deep.equal({ a: [5], b: [9], c: [] });
  });

  it("are stored per second at high resolution", async () => {
    for (const second of [0, 9, 10, 25])
      await put({
        MetricName: "Fast",
        Value: 1,
        StorageResolution: 1,
        Timestamp: new Date(start + second * 1000),
      });
    const values = await query(metric("ten", "Fast", "Sum", 10), metric("minute", "Fast", "Sum"));
    expect(values).to.deep.equal({ ten: [2, 1, 1], minute: [4] });
  });

  it("drop seconds but not minutes after three hours, and minutes after 15 days", async () => {
    await put({
      MetricName: "Aging",
      Value: 7,
      StorageResolution: 1,
      Timestamp: new Date(start + 30_000 - MINUTE_MS),
    });
    const values = async (): Promise<unknown> => {
      const answer = await client.send(
        new GetMetricStatisticsCommand({
          Namespace: "App",
          MetricName: "Aging",
          StartTime: new Date(start - MINUTE_MS),
          EndTime: new Date(start),
          Period: 60,
          Statistics: ["Sum"],
        }),
      );
      return answer.Datapoints?.map((point) => point.Sum);
    };
    await cloud.clock.advance(4 * HOUR_MS);
    await put({ MetricName: "Aging", Value: 1 });
    expect(await values()).to.deep.equal([7]);
    await cloud.clock.advance(15 * 24 * HOUR_MS);
    await put({ MetricName: "Aging", Value: 1 });
    expect(await values()).to.deep.equal([]);
  });

  it("are stored per unit, with a message when none was requested", async () => {
    const Timestamp = new Date(start);
    await put(
      { MetricName: "Mixed", Value: 1, Unit: "Seconds", Timestamp },
      { MetricName: "Mixed", Value: 60_000, Unit: "Milliseconds", Timestamp },
    );
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: [metric("m1", "Mixed")],
        StartTime: Timestamp,
        EndTime: new Date(start + MINUTE_MS),
      }),
    );
    expect(MetricDataResults?.[0]).to.deep.include({
      Values: [60_000],
      Messages: [
        {
          Code: "MultipleUnits",
          Value: "Multiple units returned: '[Milliseconds, Seconds]'",
        },
      ],
    });
  });

  it("are listed by namespace, name and dimension", async () => {
    await put(
      { MetricName: "A", Value: 1, Dimensions: [{ Name: "Host", Value: "h1" }] },
      { MetricName: "A", Value: 1, Dimensions: [{ Name: "Host", Value: "h2" }] },
      { MetricName: "B", Value: 1 },
    );
    const list = async (filter: object): Promise<unknown> => {
      const { Metrics } = await client.send(new ListMetricsCommand(filter));
      return Metrics?.map((one) => [one.MetricName, one.Dimensions?.[0]?.Value]);
    };
    expect(await list({ Namespace: "App", MetricName: "A" })).to.deep.equal([
      ["A", "h1"],
      ["A", "h2"],
    ]);
    expect(await list({ Dimensions: [{ Name: "Host", Value: "h2" }] })).to.deep.equal([
      ["A", "h2"],
    ]);
    expect(await list({ Namespace: "Other" })).to.deep.equal([]);
    await cloud.clock.advance(4 * HOUR_MS);
    expect(await list({ RecentlyActive: "PT3H" })).to.deep.equal([]);
  });

  it("may be in an AWS/ namespace only for AWS services", async () => {
    const input = { Namespace: "AWS/SQS", MetricData: [{ MetricName: "Sent", Value: 1 }] };
    await expectAwsError(
      client.send(new PutMetricDataCommand(input)),
      "InvalidParameterValueException",
      "The value AWS/ for parameter Namespace is invalid.",
    );
    const principal = servicePrincipal("sqs.amazonaws.com");
    await cloud.call({ service: "cloudwatch", operation: "PutMetricData", input, principal });
    const { Metrics } = await client.send(new ListMetricsCommand({ Namespace: "AWS/SQS" }));
    expect(Metrics).to.have.length(1);
  });

  it("are refused completely when one datum is invalid, naming its member", async () => {
    const refused: [MetricDatum, string, string?][] = [
      [
        { MetricName: "X", Value: 1, Timestamp: new Date(start - 15 * 24 * HOUR_MS) },
        "InvalidParameterValueException",
        "The parameter MetricData.member.2.Timestamp must specify a time within the past two weeks.",
      ],
      [
        { MetricName: "X", Value: 1, Timestamp: new Date(start + 3 * HOUR_MS) },
        "InvalidParameterValueException",
        "The parameter MetricData.member.2.Timestamp must specify a time no more than two hours in the future.",
      ],
      [
        { MetricName: "X", Value: 1, Values: [1] },
        "InvalidParameterCombinationException",
        "The parameters MetricData.member.2.Value and MetricData.member.2.Values are mutually exclusive and you have specified both.",
      ],
      [
        { MetricName: "X", Values: [1, 2], Counts: [1] },
        "InvalidParameterValueException",
        "The parameters MetricData.member.2.Values and MetricData.member.2.Counts must be of the same size.",
      ],
      [{ MetricName: "X", Value: NaN }, "InvalidParameterValueException"],
    ];
    for (const [datum, code, message] of refused)
      await expectAwsError(put({ MetricName: "Good", Value: 1 }, datum), code, message);
    const { Metrics } = await client.send(new ListMetricsCommand({}));
    expect(Metrics).to.deep.equal([]);
  });

  it("are returned in pages of a maximum number of datapoints, each once", async () => {
    await put(...[0, 1, 2, 3].flatMap((minute) => [at("A", minute, minute), at("B", minute, 10)]));
    const pages: string[] = [];
    let NextToken: string | undefined;
    do {
      const answer = await client.send(
        new GetMetricDataCommand({
          MetricDataQueries: [metric("a", "A"), metric("none", "None"), metric("b", "B")],
          StartTime: new Date(start),
          EndTime: new Date(start + 5 * MINUTE_MS),
          ScanBy: "TimestampAscending",
          MaxDatapoints: 3,
          NextToken,
        }),
      );
      NextToken = answer.NextToken;
      const results = (answer.MetricDataResults ?? []).map(
        ({ Id, Values, StatusCode }) => `${Id} ${Values?.join()} ${StatusCode}`,
      );
      pages.push(results.join("; "));
    } while (NextToken !== undefined);
    expect(pages).to.deep.equal([
      "a 0,1,2 PartialData",
      "a 3 Complete; none  Complete; b 10,10 PartialData",
      "b 10,10 Complete",
    ]);
    const madeUp = { MetricDataQueries: [metric("a", "A")], NextToken: "x" };
    await expectAwsError(
      client.send(
        new GetMetricDataCommand({
          ...madeUp,
          StartTime: new Date(start),
          EndTime: new Date(start + MINUTE_MS),
        }),
      ),
      "InvalidNextToken",
    );
  });

  it("limit GetMetricStatistics to 1440 datapoints", async () => {
    await expectAwsError(
      client.send(
        new GetMetricStatisticsCommand({
          Namespace: "App",
          MetricName: "A",
          StartTime: new Date(start - 2016 * MINUTE_MS),
          EndTime: new Date(start),
          Period: 60,
          Statistics: ["Sum"],
        }),
      ),
      "InvalidParameterCombinationException",
      "You have requested up to 2,016 datapoints, which exceeds the limit of 1,440. You may reduce " +
        "the datapoints requested by increasing Period, or decreasing the time range.",
    );
  });

  describe("in metric math", () => {
    beforeEach(async () => {
      await put(at("A", 0, 10), at("A", 1, 20), at("A", 2, 30), at("A", 4, 50));
      await put(at("B", 0, 5), at("B", 1, 0), at("B", 2, 3));
    });

    async function math(Expression: string): Promise<number[]> {
      const values = await query(
        { ...metric("a", "A"), ReturnData: false },
        { ...metric("b", "B"), ReturnData: false },
        { Id: "e", Expression },
      );
      return values.e;
    }

    it("are combined where both have points, without divisions by zero", async () => {
      expect(await math("a + b")).to.deep.equal([15, 20, 33]);
      expect(await math("(a - b) * 2")).to.deep.equal([10, 40, 54]);
      expect(await math("a / b")).to.deep.equal([2, 10]);
      expect(await math("-a ^ 2 + 1")).to.deep.equal([101, 401, 901, 2501]);
    });

    it("are summed, averaged and bounded point by point or as one number", async () => {
      expect(await math("SUM([a, b])")).to.deep.equal([15, 20, 33, 50]);
      expect(await math("MAX(METRICS())")).to.deep.equal([10, 20, 30, 50]);
      expect(await math('AVG(METRICS("b"))')).to.deep.equal([5, 0, 3]);
      expect(await math("a / SUM(a)")).to.deep.equal([10 / 110, 20 / 110, 30 / 110, 50 / 110]);
      expect(await math("a - MIN(a)")).to.deep.equal([0, 10, 20, 40]);
    });

    it("are filled, decided and differentiated", async () => {
      expect(await math("FILL(b, 0)")).to.deep.equal([5, 0, 3, 0, 0]);
      expect(await math("FILL(a, REPEAT)")).to.deep.equal([10, 20, 30, 30, 50]);
      expect(await math("FILL(a, LINEAR)")).to.deep.equal([10, 20, 30, 40, 50]);
      // Linear interpolation does not extend beyond the first and last points.
      expect(await math("FILL(b, LINEAR)")).to.deep.equal([5, 0, 3]);
      expect(await math("IF(a > 15, a, 0)")).to.deep.equal([0, 20, 30, 50]);
      expect(await math("IF(a > 15 AND b < 1, 1, 0)")).to.deep.equal([0, 1, 0]);
      expect(await math("RATE(a)")).to.deep.equal([10 / 60, 10 / 60, 20 / 120]);
      expect(await math("b * PERIOD(b)")).to.deep.equal([300, 0, 180]);
    });

    it("are empty where a metric has no data, instead of infinite", async () => {
      const none = { ...metric("none", "None"), ReturnData: false };
      for (const Expression of ["a + MAX(none)", "a + AVG(none)"]) {
        const values = await query(metric("a", "A"), none, { Id: "e", Expression });
        expect(values.e, Expression).to.deep.equal([]);
      }
    });

    it("refuse unsupported functions and expressions by name", async () => {
      await expectAwsError(
        math("a +"),
        "ValidationException",
        "Error in expression 'a +': unexpected end",
      );
      await expectAwsError(math("c * 2"), "ValidationException");
      await expectAwsError(
        math("ANOMALY_DETECTION_BAND(a)"),
        "ValidationException",
        "Error in expression 'ANOMALY_DETECTION_BAND(a)': the local cloud does not implement the " +
          "function ANOMALY_DETECTION_BAND",
      );
      await expectAwsError(
        math("SORT([a, b], SUM, DESC)"),
        "ValidationException",
        "Error in expression 'SORT([a, b], SUM, DESC)': the local cloud does not implement the function SORT",
      );
      await expectAwsError(math("SUM(a)"), "ValidationException");
      await expectAwsError(
        math("MAX([a, 15])"),
        "ValidationException",
        "Error in expression 'MAX([a, 15])': a list holds metrics and time series, no numbers",
      );
      await expectAwsError(
        query({ Id: "x", Expression: "y" }, { Id: "y", Expression: "x" }),
        "ValidationException",
      );
    });
  });
});
