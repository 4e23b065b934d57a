import {
  ApplicationAutoScalingClient,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { client } from "../../../provider/clients";
import { describeLifecycle, type ProviderBench } from "../../support/resourceLifecycle";

const NAME = {
  serviceNamespace: "ecs",
  resourceId: "service/main/web",
  scalableDimension: "ecs:service:DesiredCount",
};
const WIRE = {
  ServiceNamespace: "ecs",
  ResourceId: "service/main/web",
  ScalableDimension: "ecs:service:DesiredCount",
} as const;
const IMPORT_ID = "ecs/service/main/web/ecs:service:DesiredCount";

async function makeService(bench: ProviderBench): Promise<void> {
  const cluster = await bench.make("aws:ecs/cluster:Cluster", { name: "main" });
  const definition = await bench.make("aws:ecs/taskDefinition:TaskDefinition", {
    family: "web",
    containerDefinitions: JSON.stringify([{ name: "app", image: "acme/web:1", memory: 64 }]),
  });
  await bench.make("aws:ecs/service:Service", {
    name: "web",
    cluster: cluster.outputs.arn,
    taskDefinition: definition.outputs.arn,
    desiredCount: 0,
  });
}

async function makeTarget(bench: ProviderBench): Promise<void> {
  await makeService(bench);
  await bench.make("aws:appautoscaling/target:Target", { ...NAME, minCapacity: 1, maxCapacity: 4 });
}

describeLifecycle({
  type: "aws:appautoscaling/target:Target",
  async inputs(bench) {
    await makeService(bench);
    return { ...NAME, minCapacity: 1, maxCapacity: 4, tags: { a: "1" } };
  },
  updates: [
    { maxCapacity: 6 },
    { minCapacity: 2, suspendedState: { dynamicScalingInSuspended: true } },
    { tags: { b: "2" } },
  ],
  replaces: [{ resourceId: "service/main/api" }],
  drift: {
    make: ({ context }) =>
      client(ApplicationAutoScalingClient, context).send(
        new RegisterScalableTargetCommand({ ...WIRE, MaxCapacity: 9 }),
      ),
    expected: ["maxCapacity"],
  },
  importId: () => IMPORT_ID,
});

describeLifecycle({
  type: "aws:appautoscaling/policy:Policy",
  async inputs(bench) {
    await makeTarget(bench);
    return {
      ...NAME,
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        targetValue: 60,
        scaleInCooldown: 300,
        predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
      },
    };
  },
  updates: [
    {
      targetTrackingScalingPolicyConfiguration: {
        targetValue: 50,
        customizedMetricSpecification: {
          metricName: "Backlog",
          namespace: "App",
          statistic: "Average",
          dimensions: [{ name: "Queue", value: "jobs" }],
        },
      },
    },
  ],
  replaces: [{ name: "other" }],
  drift: {
    make: ({ context }, { id }) =>
      client(ApplicationAutoScalingClient, context).send(
        new PutScalingPolicyCommand({
          ...WIRE,
          PolicyName: id,
          PolicyType: "TargetTrackingScaling",
          TargetTrackingScalingPolicyConfiguration: {
            TargetValue: 70,
            PredefinedMetricSpecification: {
              PredefinedMetricType: "ECSServiceAverageCPUUtilization",
            },
          },
        }),
      ),
    expected: ["targetValue", "predefinedMetricSpecification", "customizedMetricSpecification"].map(
      (member) => `targetTrackingScalingPolicyConfiguration.${member}`,
    ),
  },
  importId: ({ id }) => `${IMPORT_ID}/${id}`,
});

describeLifecycle({
  type: "aws:appautoscaling/policy:Policy",
  async inputs(bench) {
    await makeTarget(bench);
    return {
      ...NAME,
      name: "steps",
      stepScalingPolicyConfiguration: {
        adjustmentType: "ChangeInCapacity",
        cooldown: 60,
        metricAggregationType: "Average",
        stepAdjustments: [
          { metricIntervalLowerBound: "0", metricIntervalUpperBound: "20", scalingAdjustment: 1 },
          { metricIntervalLowerBound: "20", scalingAdjustment: 3 },
        ],
      },
    };
  },
  importId: ({ id }) => `${IMPORT_ID}/${id}`,
});
