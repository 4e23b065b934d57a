import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { EcsTaskScaler, type EcsTaskScalerArgs } from "../../../../components";
import { componentGraph } from "../../../support/graph/componentGraph";
import { acceptedBy, ACCOUNT, REGION } from "../../../support/graph/pulumiMocks";
import { itRefuses, type Refusal } from "../../../support/graph/refusals";

const ARGS: EcsTaskScalerArgs = {
  cluster: "demo",
  service: "web",
  min: 1,
  max: 6,
  metric: "cpu",
  scaleOut: { above: 70 },
  scaleIn: { below: 30 },
  alarmActions: [],
};

interface Document {
  Statement: { Sid?: string; Action: string[]; Resource: string[] }[];
}

describe("EcsTaskScaler", function () {
  this.timeout(60_000);
  const graph = (args: Partial<EcsTaskScalerArgs> = {}) =>
    componentGraph(() => new EcsTaskScaler("web", { ...ARGS, ...args }));

  it("creates one function, its table, a tick, two alarms that call it and two that notify", async () => {
    const resources = await graph();
    const ofType = (type: string): string[] =>
      resources.filter((one) => one.type === type).map(({ name }) => name);
    expect(ofType("aws:lambda/function:Function")).to.deep.equal(["web"]);
    expect(ofType("aws:dynamodb/table:Table")).to.deep.equal(["web-decisions"]);
    expect(ofType("aws:cloudwatch/eventRule:EventRule")).to.have.members([
      "web-tick",
      "web-slow-tick",
    ]);
    expect(ofType("aws:cloudwatch/metricAlarm:MetricAlarm")).to.have.members([
      "web-errors",
      "web-failures",
      "web-cpu-high",
      "web-cpu-low",
      "web-no-capacity",
      "web-cpu-gone",
    ]);
    for (const { type, parent, name } of resources) {
      if (type.startsWith("aws:")) expect(parent, name).to.contain("EcsTaskScaler");
      expect(JSON.stringify(resources.find((one) => one.name === name)?.props)).not.to.contain(
        '"Action":"*"',
      );
    }
  });

  it("creates the CloudWatch alarms exactly from the arguments, and lets each call its function", async () => {
    const resources = await graph({
      scaleOut: { above: 70, datapoints: 2, of: 3 },
      scaleIn: { below: 30, period: 300, datapoints: 4 },
    });
    const alarm = (name: string): Record<string, unknown> =>
      resources.find((one) => one.name === name && one.type.endsWith("MetricAlarm"))?.props ?? {};
    const metric = {
      namespace: "AWS/ECS",
      metricName: "CPUUtilization",
      dimensions: { ClusterName: "demo", ServiceName: "web" },
      statistic: "Average",
      treatMissingData: "missing",
    };
    const high = { comparisonOperator: "GreaterThanThreshold", threshold: 70, period: 60 };
    expect(alarm("web-cpu-high")).to.deep.include({
      ...metric,
      ...high,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      name: "project-stack-web-cpu-high",
    });
    const low = { comparisonOperator: "LessThanThreshold", threshold: 30, period: 300 };
    expect(alarm("web-cpu-low")).to.deep.include({
      ...metric,
      ...low,
      evaluationPeriods: 4,
      datapointsToAlarm: 4,
    });
    const functionArn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:web-0000001`;
    expect(alarm("web-cpu-high").alarmActions).to.deep.equal([functionArn]);
    const permissions = resources.filter(({ type }) => type === "aws:lambda/permission:Permission");
    const callers = permissions.map(({ name, props }) => [name, props.principal]);
    expect(callers).to.have.deep.members([
      ["web-cpu-high", "lambda.alarms.cloudwatch.amazonaws.com"],
      ["web-cpu-low", "lambda.alarms.cloudwatch.amazonaws.com"],
      ["web-tick", "events.amazonaws.com"],
      ["web-slow-tick", "events.amazonaws.com"],
    ]);
    for (const { props } of permissions) expect(props.sourceArn).to.match(/^arn:aws:/);
  });

  it("grants one service, its own alarms, rule, table and pin; `*` only for actions without resource level", async () => {
    const resources = await graph();
    const policy = resources.find(({ type }) => type === "aws:iam/rolePolicy:RolePolicy");
    const { Statement } = JSON.parse(String(policy?.props.policy)) as Document;
    const open = Statement.filter(({ Resource }) => Resource.includes("*"));
    expect(open.flatMap(({ Action }) => Action)).to.have.members([
      "cloudwatch:GetMetricData",
      "application-autoscaling:DescribeScalableTargets",
    ]);
    const scale = Statement.find(({ Sid }) => Sid === "Scale");
    expect(scale).to.deep.include({
      Action: ["ecs:UpdateService"],
      Resource: [`arn:aws:ecs:${REGION}:${ACCOUNT}:service/demo/web`],
    });
    const pin = Statement.find(({ Sid }) => Sid === "Pin");
    expect(pin?.Resource).to.deep.equal([
      `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/project/stack/desired-counts/web`,
    ]);
  });

  it("may change nothing in the mode observe", async () => {
    const resources = await graph({ mode: "observe" });
    const policy = resources.find(({ type }) => type === "aws:iam/rolePolicy:RolePolicy");
    const { Statement } = JSON.parse(String(policy?.props.policy)) as Document;
    const actions = Statement.flatMap(({ Action }) => Action);
    expect(actions).not.to.include.members(["ecs:UpdateService"]);
    expect(actions).not.to.include.members(["ssm:PutParameter"]);
  });

  it("checks shared metrics between the lowest and the highest of all bounds", async () => {
    const schedules = [{ cron: "cron(0 8 ? * MON-FRI *)", min: 2, max: 30 }];
    let queue: aws.sqs.Queue | undefined;
    const resources = await componentGraph(() => {
      queue = new aws.sqs.Queue("jobs");
      const scaleOut = { above: 10 };
      const args = {
        ...ARGS,
        min: 1,
        metric: { queue },
        scaleOut,
        scaleIn: { below: 2 },
        schedules,
      };
      return new EcsTaskScaler("web", args);
    });
    const thresholds = ["web-backlog-high", "web-backlog-low"].map(
      (name) =>
        resources.find((one) => one.name === name && one.type.endsWith("MetricAlarm"))?.props
          .threshold,
    );
    expect(thresholds).to.deep.equal([10, 60]);
    expect(resources.find(({ name }) => name === "web-backlog-gone")).to.equal(undefined);
    const wakes = resources.find(({ name }) => name === "web-bounds-1")?.props;
    expect(wakes).to.deep.include({ scheduleExpression: "cron(0 8 * * ? *)" });
  });

  const A = { namespace: "Shop", metricName: "Orders" };
  const wrongMetrics = (
    [
      [
        { ...A, dimension: { Shop: "one" } },
        /^metric.dimension: given "dimension"; allowed names are namespace, metricName, dimensions, /,
      ],
      [{ ...A, statistic: "average" }, /^metric.statistic: given "average"; allowed are Average,/],
      [{ ...A, per: "tasks" }, 'metric.per: given "tasks"; allowed are task, service.'],
      [
        { ...A, dimensions: { Shop: 1 } },
        "metric.dimensions.Shop: given 1; the value of a dimension is a text.",
      ],
      [
        { ...A, dimensions: Object.fromEntries(Array.from({ length: 31 }, (_, i) => [i, "x"])) },
        "metric.dimensions: given 31; a metric has at most 30.",
      ],
      [
        { requests: {} },
        /^metric.requests.loadBalancer: given undefined; give the resource itself/,
      ],
      [
        { requests: { loadBalancer: { arnSuffix: pulumi.output("app/a") }, targetGroups: [] } },
        "metric.requests.targetGroups: given []; give the target groups of the service.",
      ],
      [{ requests: undefined }, /^metric.requests: given undefined; give an object with/],
      [
        { expression: " ", metrics: { a: A } },
        /^metric.expression: given " "; write a calculation/,
      ],
      [{ expression: "1" }, /^metric.metrics: given undefined; give an object/],
      [{ expression: "1", metrics: {} }, /^metric.metrics: given 0 metrics; .* 1 to 9 metrics/],
      [
        { expression: "A", metrics: { A } },
        /^metric.metrics: given "A"; an id begins with a small letter/,
      ],
      [
        { expression: "value", metrics: { value: A } },
        /^metric.metrics: given "value"; .*and is not value/,
      ],
      [
        { expression: "a", metrics: { a: { namespace: "Shop" } } },
        /^metric.metrics.a.metricName: given undefined; give namespace and metricName/,
      ],
      [{ expression: "a", metrics: { a: null } }, /^metric.metrics.a: given null; give an object/],
    ] as const
  ).map(([metric, says]): Refusal<EcsTaskScalerArgs> => [{ metric: metric as never }, says]);

  const wrong: Refusal<EcsTaskScalerArgs>[] = [
    [
      { min: 0 },
      "min: given 0; a service without tasks has no cpu, so no alarm would ever start it; set min to 1, or scale by a queue.",
    ],
    [{ min: 0, metric: "memory" }, /has no memory/],
    [
      { schedules: [{ cron: "cron(0 20 * * ? *)", min: 0, max: 2 }] },
      /^min: given 0; a service without tasks/,
    ],
    [{ min: 7 }, "min: given 7; allowed is at most max, which is 6."],
    [{ min: 1.5 }, "min: given 1.5; allowed are whole tasks from 0 to 5000."],
    [{ max: undefined }, "max: given undefined; give a whole number of tasks."],
    [
      { metric: undefined, scaleOut: undefined, scaleIn: undefined },
      /^metric: given nothing; give metric, or metrics for several/,
    ],
    [{ metrics: [] }, /^metric: given a value beside metrics/],
    [
      { scaleOut: undefined, scaleIn: undefined },
      "target: given nothing; give target, scaleOut or scaleIn.",
    ],
    [
      { scaleIn: { below: 70 } },
      /^scaleIn.below: given 70; allowed is below scaleOut.above, which is 70/,
    ],
    [
      { scaleOut: { above: 70, period: 45 } },
      "scaleOut.period: given 45; allowed are 10, 20, 30 and multiples of 60.",
    ],
    [
      { scaleOut: { above: 70, period: 10 } },
      "scaleOut.period: given 10; ECS publishes a service's metrics every 20 or 60 seconds.",
    ],
    [
      { scaleOut: { above: 70, datapoints: 4, of: 3 } },
      "scaleOut.datapoints: given 4; allowed are whole datapoints from 1 to 3.",
    ],
    [
      { scaleIn: { below: 30, period: 3600, of: 25 } },
      /^scaleIn.of: given 25; an alarm looks back one day at most/,
    ],
    [
      { scaleOut: { above: 70, steps: [{ from: 5, tasks: 1 }] } },
      /one of them must begin at the threshold, with from: 0/,
    ],
    [
      { scaleOut: { above: 70, steps: [{}] } },
      /^scaleOut.steps\[0\]: given \{"from":0\}; give tasks or percent/,
    ],
    [
      { schedules: [{ cron: "rate(5 minutes)", min: 1, max: 2 }] },
      /^schedules\[0\].cron: given "rate\(5 minutes\)"; write cron/,
    ],
    [
      { schedules: [{ cron: "cron(0 8 31 2 ? *)", min: 1, max: 2 }] },
      /^schedules\[0\].cron: 'cron\(0 8 31 2 \? \*\)' never runs after/,
    ],
    [
      { schedules: [{ cron: "cron(0 8 * * ? *)", timezone: "Europe/Berln", min: 1, max: 2 }] },
      /'Europe\/Berln' is not a time zone/,
    ],
    [
      { schedules: [{ cron: "cron(0 8 * * ? *)", min: 3, max: 2 }] },
      /^schedules\[0\].min: given 3; allowed is at most schedules\[0\].max/,
    ],
    [{ mode: "watch" as "observe" }, 'mode: given "watch"; allowed are scale, observe.'],
    [{ pinPath: "counts" }, /^pinPath: given "counts"; allowed are paths such as/],
    [{ pinPath: "/aws/counts" }, /^pinPath: given "\/aws\/counts"; .*do not begin with aws or ssm/],
    [{ pinPath: "/a".repeat(15) }, /^pinPath: given .*of at most 14 levels/],
    ...wrongMetrics,
    [{ cooldown: 5 } as object, /^cooldown: given "cooldown"; allowed names are/],
  ];
  itRefuses((args) => new EcsTaskScaler("web", { ...ARGS, ...args }), wrong);

  /** Returns why the Outputs of a program fail when its services are known. */
  async function refusedService(
    service: Partial<aws.ecs.ServiceArgs>,
    target?: string,
  ): Promise<string> {
    const { scaledService } =
      await import("../../../../components/ecs/ecsTaskScaler/scaledService");
    return acceptedBy(() => {
      const made = new aws.ecs.Service("web", { name: "web", taskDefinition: "web:1", ...service });
      const self = new pulumi.ComponentResource("test:index:Self", "self");
      const scaled = scaledService(self, { cluster: "demo", service: made });
      // After the scaler: the order in a program does not matter.
      if (target !== undefined)
        new aws.appautoscaling.Target("web", {
          serviceNamespace: "ecs",
          scalableDimension: "ecs:service:DesiredCount",
          resourceId: target,
          minCapacity: 1,
          maxCapacity: 2,
        });
      return scaled.service;
    });
  }

  it("refuses a service without a desired count", async () => {
    expect(await refusedService({ schedulingStrategy: "DAEMON" })).to.match(
      /^service: web is a DAEMON service/,
    );
    const external = { deploymentController: { type: "EXTERNAL" } };
    expect(await refusedService(external)).to.match(
      /^service: web has an EXTERNAL deployment controller/,
    );
    const blueGreen = { deploymentController: { type: "CODE_DEPLOY" } };
    expect(await refusedService(blueGreen)).to.equal("accepted web");
  });

  it("refuses a service that the same program registers with Application Auto Scaling", async () => {
    expect(await refusedService({}, "service/demo/web")).to.match(
      /^service: service\/demo\/web is registered with Application Auto Scaling in this program/,
    );
    expect(await refusedService({}, "service/demo/web2")).to.equal("accepted web");
  });
});

describe("wake-ups for bounds of a time zone", () => {
  it("come at the local time with and without summer time", async () => {
    const { wakeExpression } = await import("../../../../components/ecs/scaling/wakeUps");
    const at = (cron: string, timezone?: string): string =>
      wakeExpression({ cron, timezone, min: 1, max: 2 }, 2026);
    expect(at("cron(0 8 ? * MON-FRI *)")).to.equal("cron(0 8 * * ? *)");
    expect(at("cron(30 8 ? * MON-FRI *)", "Europe/Berlin")).to.equal("cron(30 6,7 * * ? *)");
    expect(at("cron(15 0 1 * ? *)", "America/New_York")).to.equal("cron(15 4,5 * * ? *)");
    expect(at("cron(0 6 * * ? *)", "Australia/Lord_Howe")).to.equal("cron(0,30 19 * * ? *)");
    expect(at("cron(0 9 * * ? *)", "Asia/Kolkata")).to.equal("cron(30 3 * * ? *)");
  });
});
