import {
  ApplicationAutoScalingClient,
  DeleteScalingPolicyCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  ListTagsForResourceCommand,
  PutScalingPolicyCommand,
  type PutScalingPolicyCommandInput,
  RegisterScalableTargetCommand,
  type RegisterScalableTargetCommandInput,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";
import { ACCOUNT, connection, EcsCloud } from "../ecs/ecsCloud";

const WEB = {
  ServiceNamespace: "ecs",
  ResourceId: "service/main/web",
  ScalableDimension: "ecs:service:DesiredCount",
} as const;
const NAMED =
  "service namespace: ecs, resource ID: service/main/web, scalable dimension: ecs:service:DesiredCount";

describe("Application Auto Scaling", () => {
  let c: EcsCloud;
  let client: ApplicationAutoScalingClient;
  beforeEach(async () => {
    c = await EcsCloud.start();
    client = new ApplicationAutoScalingClient(connection(c.cloud));
    for (const name of ["web", "api"]) await c.create(name, await c.register(name, "acme/web:1"));
  });
  afterEach(async () => {
    client.destroy();
    await c.stop();
  });

  async function register(more: Partial<RegisterScalableTargetCommandInput> = {}): Promise<string> {
    const { ScalableTargetARN = "" } = await client.send(
      new RegisterScalableTargetCommand({ ...WEB, MinCapacity: 1, MaxCapacity: 4, ...more }),
    );
    return ScalableTargetARN;
  }

  async function targets(ResourceIds?: string[]) {
    const { ScalableTargets = [] } = await client.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs", ResourceIds }),
    );
    return ScalableTargets;
  }

  function putPolicy(more: Partial<PutScalingPolicyCommandInput> = {}) {
    return client.send(
      new PutScalingPolicyCommand({
        ...WEB,
        PolicyName: "cpu",
        PolicyType: "TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 60,
          PredefinedMetricSpecification: {
            PredefinedMetricType: "ECSServiceAverageCPUUtilizationHighResolution",
          },
        },
        ...more,
      }),
    );
  }

  it("lists registered services, and no deregistered ones", async () => {
    const arn = await register();
    expect(arn).to.match(
      new RegExp(
        `^arn:aws:application-autoscaling:us-east-1:${ACCOUNT}:scalable-target/[0-9a-f]{36}$`,
      ),
    );
    const [target] = await targets(["service/main/web"]);
    expect(target).to.deep.include({
      ...WEB,
      MinCapacity: 1,
      MaxCapacity: 4,
      ScalableTargetARN: arn,
      SuspendedState: {
        DynamicScalingInSuspended: false,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: false,
      },
    });
    expect(target.RoleARN).to.match(/AWSServiceRoleForApplicationAutoScaling_ECSService$/);
    expect(await targets(["service/main/api"])).to.deep.equal([]);
    await client.send(new DeregisterScalableTargetCommand(WEB));
    expect(await targets()).to.deep.equal([]);
    await expectAwsError(
      client.send(new DeregisterScalableTargetCommand(WEB)),
      "ObjectNotFoundException",
      `No scalable target found for ${NAMED}`,
    );
  });

  it("changes only the members of a second registration", async () => {
    const arn = await register();
    expect(await register({ MinCapacity: undefined, MaxCapacity: 9, SuspendedState: {} })).to.equal(
      arn,
    );
    await register({
      MinCapacity: undefined,
      MaxCapacity: undefined,
      SuspendedState: { DynamicScalingInSuspended: true },
    });
    const [target] = await targets();
    expect(target).to.deep.include({ MinCapacity: 1, MaxCapacity: 9 });
    expect(target.SuspendedState).to.deep.include({
      DynamicScalingInSuspended: true,
      DynamicScalingOutSuspended: false,
    });
  });

  const refused: [more: Partial<RegisterScalableTargetCommandInput>, message: string][] = [
    [{ ResourceId: "service/main/other" }, "ECS service doesn't exist: service/main/other"],
    [{ ResourceId: "service/none/web" }, "ECS service doesn't exist: service/none/web"],
    [{ ResourceId: "web" }, "Unsupported service namespace, resource type or scalable dimension"],
    [
      { ScalableDimension: "ec2:spot-fleet-request:TargetCapacity" },
      "Unsupported service namespace, resource type or scalable dimension",
    ],
    [{ MinCapacity: 5 }, "Maximum capacity cannot be less than minimum capacity"],
    [{ MinCapacity: -1 }, "Capacity must be zero or greater"],
    [
      { MaxCapacity: undefined },
      "Min capacity and Max capacity must be specified for a new scalable target",
    ],
  ];
  it("refuses to register a service that does not exist or an invalid target", async () => {
    for (const [more, message] of refused)
      await expectAwsError(register(more), "ValidationException", message);
    await expectAwsError(
      register({ ServiceNamespace: "dynamodb" }),
      "NotImplemented",
      "The local cloud has Application Auto Scaling for ECS services and Spot Fleet requests only, not for 'dynamodb'.",
    );
    expect(await targets()).to.deep.equal([]);
  });

  it("lists targets in pages", async () => {
    await register();
    await register({ ResourceId: "service/main/api" });
    const page = (NextToken?: string) =>
      client.send(
        new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs", MaxResults: 1, NextToken }),
      );
    const first = await page();
    const second = await page(first.NextToken);
    const ids = [first, second].flatMap(({ ScalableTargets = [] }) =>
      ScalableTargets.map(({ ResourceId }) => ResourceId),
    );
    expect(ids).to.deep.equal(["service/main/api", "service/main/web"]);
    expect(second.NextToken).to.equal(undefined);
    await expectAwsError(page("x"), "InvalidNextTokenException");
  });

  it("stores policies of a target, which scale nothing here", async () => {
    await expectAwsError(
      putPolicy(),
      "ObjectNotFoundException",
      `No scalable target registered for ${NAMED}`,
    );
    await register();
    const { PolicyARN = "", Alarms } = await putPolicy();
    expect(PolicyARN).to.match(
      /:scalingPolicy:[0-9a-f-]{36}:resource\/ecs\/service\/main\/web:pol/,
    );
    expect(Alarms).to.deep.equal([]);
    await putPolicy({
      PolicyName: "steps",
      PolicyType: undefined,
      TargetTrackingScalingPolicyConfiguration: undefined,
      StepScalingPolicyConfiguration: {
        AdjustmentType: "ChangeInCapacity",
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
      },
    });
    const { ScalingPolicies = [] } = await client.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace: "ecs" }),
    );
    expect(ScalingPolicies.map(({ PolicyName, PolicyType }) => [PolicyName, PolicyType])).to.eql([
      ["cpu", "TargetTrackingScaling"],
      ["steps", "StepScaling"],
    ]);
    expect(ScalingPolicies[0].TargetTrackingScalingPolicyConfiguration?.TargetValue).to.equal(60);
    const remove = () => client.send(new DeleteScalingPolicyCommand({ ...WEB, PolicyName: "cpu" }));
    await remove();
    await expectAwsError(
      remove(),
      "ObjectNotFoundException",
      `No scaling policy found for ${NAMED}`,
    );
    await client.send(new DeregisterScalableTargetCommand(WEB));
    const left = await client.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: "ecs" }));
    expect(left.ScalingPolicies).to.deep.equal([]);
  });

  it("refuses a policy whose configuration does not match its type", async () => {
    await register();
    await expectAwsError(
      putPolicy({ PolicyType: "StepScaling" }),
      "ValidationException",
      "TargetTrackingScalingPolicyConfiguration cannot be specified for a policy of type StepScaling",
    );
    await expectAwsError(
      putPolicy({ TargetTrackingScalingPolicyConfiguration: undefined }),
      "ValidationException",
      "TargetTrackingScalingPolicyConfiguration must be specified for a policy of type TargetTrackingScaling",
    );
  });

  it("tags targets", async () => {
    const ResourceARN = await register({ Tags: { team: "a" } });
    await client.send(new TagResourceCommand({ ResourceARN, Tags: { stage: "dev" } }));
    await client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["team"] }));
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN }));
    expect(Tags).to.deep.equal({ stage: "dev" });
    await expectAwsError(
      client.send(new ListTagsForResourceCommand({ ResourceARN: `${ResourceARN}0` })),
      "ResourceNotFoundException",
    );
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, ""]));
    await expectAwsError(
      client.send(new TagResourceCommand({ ResourceARN, Tags: many })),
      "TooManyTagsException",
    );
  });

  it("lets a role describe targets, and register them only if it may describe the service", async () => {
    const credentials = await roleSession(c.cloud, "scaler", [
      { Effect: "Allow", Action: "application-autoscaling:DescribeScalableTargets", Resource: "*" },
      { Effect: "Allow", Action: "application-autoscaling:RegisterScalableTarget", Resource: "*" },
    ]);
    const scaler = new ApplicationAutoScalingClient({ ...connection(c.cloud), credentials });
    await scaler.send(new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" }));
    const input = { ...WEB, MinCapacity: 1, MaxCapacity: 2 };
    await expectAwsError(
      scaler.send(new RegisterScalableTargetCommand(input)),
      "AccessDeniedException",
    );
    await expectAwsError(
      scaler.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: "ecs" })),
      "AccessDeniedException",
    );
    scaler.destroy();
    expect(await targets()).to.deep.equal([]);
  });
});
