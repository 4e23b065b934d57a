import { expect } from "chai";
import { startCloud, type Cloud } from "../../cloud/cloud";
import { ReportBatcher } from "../../core/gathered";
import { MetricReports } from "../../core/metricReports";
import { rootPrincipal, servicePrincipal } from "../../core/principal";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("what services gather", () => {
  it("is written once, at the end of the turn of the event loop", async () => {
    const gathered = new ReportBatcher();
    let puts = 0;
    const put = async (): Promise<void> => void (puts += 1);
    gathered.atEndOfTurn(put);
    gathered.atEndOfTurn(put);
    await Promise.resolve();
    expect(puts).to.equal(0);
    await turn();
    expect(puts).to.equal(1);
  });

  it("is written immediately by a flush, with the reports that result from it", async () => {
    const gathered = new ReportBatcher();
    const order: string[] = [];
    const later = async (): Promise<void> => void order.push("later");
    gathered.soon(async () => {
      await turn();
      order.push("first");
      gathered.soon(later);
    });
    await gathered.flush();
    expect(order).to.deep.equal(["first", "later"]);
  });

  it("is awaited by a flush while it is being written", async () => {
    const gathered = new ReportBatcher();
    let done = false;
    gathered.atEndOfTurn(async () => {
      for (let turns = 0; turns < 5; turns += 1) await turn();
      done = true;
    });
    await turn();
    expect(done).to.equal(false);
    await gathered.flush();
    expect(done).to.equal(true);
  });
});

describe("the metrics that services report", () => {
  let cloud: Cloud;
  let reports: MetricReports;
  const dimensions = [{ Name: "ApiName", Value: "shop" }];

  beforeEach(async () => {
    cloud = await startCloud({ clock: "manual" });
    const principal = servicePrincipal("apigateway.amazonaws.com");
    reports = new MetricReports(cloud, cloud.defaultRegion, "AWS/ApiGateway", principal);
  });
  afterEach(() => cloud.close());

  const statistics = async (): Promise<object> => {
    const now = cloud.clock.now();
    const { Datapoints } = await cloud.call<{ Datapoints: readonly object[] }>({
      service: "cloudwatch",
      operation: "GetMetricStatistics",
      input: {
        Namespace: "AWS/ApiGateway",
        MetricName: "Latency",
        Dimensions: dimensions,
        StartTime: new Date(now - 3_600_000),
        EndTime: new Date(now + 60_000),
        Period: 3600,
        Statistics: ["SampleCount", "Sum", "Minimum", "Maximum"],
      },
      principal: rootPrincipal(cloud.accountId),
    });
    return Datapoints[0];
  };
  const puts = (): number => cloud.recorder.find({ operation: "PutMetricData" }).length;

  it("are put in one call, every value with its count, before they can be read", async () => {
    for (const latency of [1, 1, 5])
      reports.add(dimensions, [["Latency", latency, "Milliseconds"]]);
    expect(puts()).to.equal(0);
    expect(await statistics()).to.include({ SampleCount: 3, Sum: 7, Minimum: 1, Maximum: 5 });
    expect(puts()).to.equal(1);
  });

  it("are available before the clock moves", async () => {
    reports.add(dimensions, [["Latency", 1, "Milliseconds"]]);
    const seen: number[] = [];
    cloud.clock.setTimeout(() => void seen.push(puts()), 1);
    await cloud.clock.advance(1);
    expect(seen).to.deep.equal([1]);
  });

  it("are put in several calls beyond the limit of one", async () => {
    for (let value = 0; value < 200; value += 1)
      for (let api = 0; api < 600; api += 1)
        reports.add(
          [{ Name: "ApiName", Value: String(api) }],
          [["Latency", value, "Milliseconds"]],
        );
    await cloud.gathered.flush();
    const calls = cloud.recorder.find({ operation: "PutMetricData" });
    expect(calls.map(({ outcome }) => outcome)).to.deep.equal(["ok", "ok"]);
  });
});
