import { CloudWatchClient, GetMetricDataCommand, type Statistic } from "@aws-sdk/client-cloudwatch";
import { DeleteServiceCommand, DescribeServiceRevisionsCommand } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import type { ServiceLoad } from "../../../core/load";
import { expectAwsError } from "../../support/expectAwsError";
import { connection, EcsCloud } from "./ecsCloud";

const MINUTE_MS = 60_000;
const WEB = { cluster: "main", service: "web" };

describe("The load of ECS services", () => {
  let c: EcsCloud;
  let metrics: CloudWatchClient;
  beforeEach(async () => {
    c = await EcsCloud.start();
    metrics = new CloudWatchClient(connection(c.cloud));
    // Starts at the beginning of a minute, with two running tasks.
    await c.cloud.clock.advance(MINUTE_MS - (c.cloud.clock.now() % MINUTE_MS));
    await c.create("web", await c.register("web", "acme/web:1"));
    await c.seconds(60);
  });
  afterEach(async () => {
    metrics.destroy();
    await c.stop();
  });

  /** Returns the values of the last `minutes`, oldest first. */
  async function values(
    MetricName: string,
    Stat: Statistic,
    { minutes = 3, period = 60 } = {},
  ): Promise<number[]> {
    const now = c.cloud.clock.now();
    const { MetricDataResults = [] } = await metrics.send(
      new GetMetricDataCommand({
        StartTime: new Date(now - minutes * MINUTE_MS),
        EndTime: new Date(now),
        ScanBy: "TimestampAscending",
        MetricDataQueries: [
          {
            Id: "m1",
            MetricStat: {
              Metric: {
                Namespace: "AWS/ECS",
                MetricName,
                Dimensions: [
                  { Name: "ClusterName", Value: "main" },
                  { Name: "ServiceName", Value: "web" },
                ],
              },
              Period: period,
              Stat,
            },
          },
        ],
      }),
    );
    return MetricDataResults[0]?.Values ?? [];
  }

  it("is each task's utilization, whatever their count, with one sample per running task", async () => {
    c.cloud.load({ ...WEB, cpuPercent: 80, memoryPercent: 30 });
    await c.seconds(60);
    await c.update("web", { desiredCount: 5 });
    await c.seconds(120);
    expect(await values("CPUUtilization", "Average")).to.deep.equal([80, 80, 80]);
    expect(await values("MemoryUtilization", "Average")).to.deep.equal([30, 30, 30]);
    expect(await values("CPUUtilization", "SampleCount")).to.deep.equal([2, 5, 5]);
  });

  it("can be a function of the number of running tasks, in process", async () => {
    c.cloud.load({ ...WEB, cpuPercent: (running) => 120 / running });
    await c.seconds(60);
    await c.update("web", { desiredCount: 3 });
    await c.seconds(60);
    expect(await values("CPUUtilization", "Average", { minutes: 2 })).to.deep.equal([60, 40]);
  });

  it("keeps an omitted member, and ends the reports of one that is null", async () => {
    c.cloud.load({ ...WEB, cpuPercent: 80, memoryPercent: 30 });
    await c.seconds(60);
    c.cloud.load({ ...WEB, cpuPercent: 20 });
    await c.seconds(60);
    c.cloud.load({ ...WEB, cpuPercent: null });
    await c.seconds(60);
    expect(await values("CPUUtilization", "Average")).to.deep.equal([80, 20]);
    expect(await values("MemoryUtilization", "Average")).to.deep.equal([30, 30, 30]);
  });

  it("is not reported while no task runs, and again when one does", async () => {
    c.cloud.load({ ...WEB, cpuPercent: 80 });
    await c.update("web", { desiredCount: 0 });
    await c.seconds(60);
    await c.seconds(60);
    expect(await values("CPUUtilization", "Average", { minutes: 2 })).to.deep.equal([]);
    await c.update("web", { desiredCount: 1 });
    await c.seconds(60);
    expect(await values("CPUUtilization", "Average", { minutes: 1 })).to.deep.equal([80]);
  });

  it("is reported every 20 seconds only for the metric that a service's monitoring configures", async () => {
    c.cloud.load({ ...WEB, cpuPercent: 80, memoryPercent: 30 });
    await c.update("web", {
      monitoring: {
        metricConfigurations: [{ metricNames: ["CPUUtilization"], resolutionSeconds: 20 }],
      },
    });
    await c.seconds(20);
    c.cloud.load({ ...WEB, cpuPercent: 50 });
    await c.seconds(40);
    const shorts = { minutes: 1, period: 20 };
    expect(await values("CPUUtilization", "Average", shorts)).to.deep.equal([80, 50, 50]);
    expect(await values("CPUUtilization", "SampleCount", shorts)).to.deep.equal([2, 2, 2]);
    expect(await values("CPUUtilization", "Maximum", { minutes: 1 })).to.deep.equal([80]);
    expect(await values("MemoryUtilization", "Average", shorts)).to.deep.equal([30]);
  });

  it("keeps its resolution in other updates, and shows it in the revision", async () => {
    const monitoring = {
      metricConfigurations: [{ metricNames: ["MemoryUtilization"], resolutionSeconds: 20 }],
    };
    await c.update("web", { monitoring });
    await c.update("web", { desiredCount: 3 });
    const service = c.store.clusters.get("main")?.services.get("web");
    expect(service?.rollouts).to.have.length(1);
    const { serviceRevisions = [] } = await c.client.send(
      new DescribeServiceRevisionsCommand({
        serviceRevisionArns: [service?.deployments[0].revisionArn ?? ""],
      }),
    );
    expect(serviceRevisions[0]?.monitoring).to.deep.equal(monitoring);
  });

  const badMonitoring: [metricNames: string[], seconds: number, message: string][] = [
    [["CPUUtilization"], 30, "resolutionSeconds must be one of 20, 60."],
    [[], 20, "metricNames cannot be empty."],
    [
      ["NetworkIn"],
      20,
      "The metric NetworkIn is not supported. Supported metrics are CPUUtilization, MemoryUtilization.",
    ],
    [["CPUUtilization", "CPUUtilization"], 20, "The metric CPUUtilization is configured twice."],
  ];
  it("refuses an invalid monitoring", async () => {
    for (const [metricNames, resolutionSeconds, message] of badMonitoring)
      await expectAwsError(
        c.update("web", {
          monitoring: { metricConfigurations: [{ metricNames, resolutionSeconds }] },
        }),
        "InvalidParameterException",
        message,
      );
  });

  it("ends with the service, and leaves no timer", async () => {
    c.cloud.load({ ...WEB, cpuPercent: 80 });
    await c.client.send(new DeleteServiceCommand({ ...WEB, force: true }));
    await c.seconds(60);
    expect(await values("CPUUtilization", "Average")).to.deep.equal([]);
    expect(() => c.cloud.load({ ...WEB, cpuPercent: 80 })).to.throw(/There is no service 'web'/);
    expect((c.cloud.clock as unknown as { pending: Set<object> }).pending.size).to.equal(0);
  });

  it("refuses missing services and invalid percentages, and changes nothing", async () => {
    c.cloud.load({ ...WEB, cpuPercent: 80 });
    const refused: [load: object, message: string | RegExp][] = [
      [
        { cluster: "mian", service: "web", cpuPercent: 1 },
        "There is no cluster 'mian' in us-east-1; there is: main.",
      ],
      [
        { cluster: "main", service: "wbe", cpuPercent: 1 },
        "There is no service 'wbe' in cluster 'main'; there is: web.",
      ],
      [{ ...WEB, region: "eu-west-1", cpuPercent: 1 }, /in eu-west-1; there is: none\.$/],
      [{ ...WEB }, "Give cpuPercent, memoryPercent or both."],
      [{ service: "web", cpuPercent: 1 }, /^'cluster' must be a name or an ARN; it is absent/],
      [{ ...WEB, cpuPercent: -1 }, /^'cpuPercent' must be a percentage.* it is -1\.$/],
      [{ ...WEB, cpuPercent: NaN }, /^'cpuPercent' must be a percentage/],
      [{ ...WEB, memoryPercent: "80" }, /^'memoryPercent' must be .* it is "80"\.$/],
      [{ ...WEB, cpu: 80 }, /^'load' takes no cpu; it takes .*; or cluster, service, cpuPercent/],
    ];
    for (const [load, message] of refused)
      expect(() => c.cloud.load(load as ServiceLoad), JSON.stringify(load)).to.throw(message);
    await c.seconds(60);
    expect(await values("CPUUtilization", "Average", { minutes: 1 })).to.deep.equal([80]);
  });
});
