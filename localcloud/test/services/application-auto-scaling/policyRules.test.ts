import {
  ApplicationAutoScalingClient,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  type PutScalingPolicyCommandInput,
  RegisterScalableTargetCommand,
  type StepAdjustment,
  type TargetTrackingScalingPolicyConfiguration,
} from "@aws-sdk/client-application-auto-scaling";
import { expect } from "chai";
import { expectError } from "../sqs/harness";
import { connection, EcsCloud } from "../ecs/ecsCloud";

const WEB = {
  ServiceNamespace: "ecs",
  ResourceId: "service/main/web",
  ScalableDimension: "ecs:service:DesiredCount",
} as const;

type Policy = Partial<PutScalingPolicyCommandInput>;

function steps(...StepAdjustments: StepAdjustment[]): Policy {
  const AdjustmentType = "ChangeInCapacity" as const;
  return { StepScalingPolicyConfiguration: { AdjustmentType, StepAdjustments } };
}

function tracking(more: Partial<TargetTrackingScalingPolicyConfiguration>): Policy {
  return {
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: { TargetValue: 50, ...more },
  };
}

const step = (from: number | undefined, to?: number): StepAdjustment => ({
  MetricIntervalLowerBound: from,
  MetricIntervalUpperBound: to,
  ScalingAdjustment: 1,
});

describe("Application Auto Scaling policies", () => {
  let c: EcsCloud;
  let client: ApplicationAutoScalingClient;
  before(async () => {
    c = await EcsCloud.start();
    client = new ApplicationAutoScalingClient(connection(c.cloud));
    await c.create("web", await c.register("web", "acme/web:1"));
    await client.send(
      new RegisterScalableTargetCommand({ ...WEB, MinCapacity: 1, MaxCapacity: 4 }),
    );
  });
  after(async () => {
    client.destroy();
    await c.stop();
  });

  const put = (more: Policy) =>
    client.send(new PutScalingPolicyCommand({ ...WEB, PolicyName: "p", ...more }));

  const cpu = { PredefinedMetricType: "ECSServiceAverageCPUUtilization" as const };
  const own = { MetricName: "Load", Namespace: "App", Statistic: "Average" as const };
  const refusals: [string, Policy, RegExp][] = [
    ["no step", steps(), /At least one step/],
    ["a step without bounds", steps(step(undefined)), /cannot both be omitted/],
    ["a step that ends before it starts", steps(step(5, 1)), /greater than its lower bound/],
    ["steps that overlap", steps(step(0, 20), step(10)), /overlap or have a gap/],
    ["a gap between steps", steps(step(0, 10), step(20)), /overlap or have a gap/],
    [
      "twenty-one steps",
      steps(...Array.from({ length: 21 }, (_, index) => step(index, index + 1))),
      /at most 20/,
    ],
    [
      "no type of adjustment",
      { StepScalingPolicyConfiguration: { StepAdjustments: [step(0)] } },
      /AdjustmentType/,
    ],
    ["no metric to track", tracking({}), /either a predefined metric/],
    [
      "two metrics to track",
      tracking({ PredefinedMetricSpecification: cpu, CustomizedMetricSpecification: own }),
      /either a predefined metric/,
    ],
    [
      "requests per target without a label",
      tracking({
        PredefinedMetricSpecification: { PredefinedMetricType: "ALBRequestCountPerTarget" },
      }),
      /ResourceLabel/,
    ],
  ];
  for (const [what, more, text] of refusals)
    it(`refuse ${what}`, () => expectError(put(more), "ValidationException", text));

  it("are listed only in their own namespace", async () => {
    await put({ PolicyName: "steps", ...steps(step(undefined, 0), step(0, 10), step(10)) });
    const names = async (ServiceNamespace: "ecs" | "ec2") => {
      const command = new DescribeScalingPoliciesCommand({ ServiceNamespace });
      return (await client.send(command)).ScalingPolicies?.map(({ PolicyName }) => PolicyName);
    };
    expect(await names("ecs")).to.deep.equal(["steps"]);
    expect(await names("ec2")).to.deep.equal([]);
  });
});
