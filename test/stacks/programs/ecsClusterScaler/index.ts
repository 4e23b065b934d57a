import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  DescribeContainerInstancesCommand,
  ECSClient,
  ListContainerInstancesCommand,
  UpdateContainerInstancesStateCommand,
} from "@aws-sdk/client-ecs";
import { EcsClusterScaler, LifecycleAction } from "../../../../components";

/** Variables that a test changes between two deployments. */
const { MIN = "0", MAX = "6", TARGET = "100", MODE = "scale", SPARE = "0" } = process.env;
const { DECIDE, DRAIN, MANAGED, GROUP } = process.env;

const cluster = new aws.ecs.Cluster("demo");
const template = new aws.ec2.LaunchTemplate("node", {
  imageId: "ami-0123456789abcdef0",
  instanceType: "m5.large",
  userData:
    pulumi.interpolate`#!/bin/bash\necho ECS_CLUSTER=${cluster.name} >> /etc/ecs/ecs.config\n`.apply(
      (script) => Buffer.from(script).toString("base64"),
    ),
});
const group = new aws.autoscaling.Group("nodes", {
  minSize: 0,
  maxSize: 8,
  availabilityZones: ["us-east-1a", "us-east-1b"],
  launchTemplate: { id: template.id, version: pulumi.interpolate`${template.latestVersion}` },
  waitForCapacityTimeout: "0",
});
if (MANAGED)
  new aws.ecs.CapacityProvider("theirs", {
    autoScalingGroupProvider: {
      autoScalingGroupArn: group.arn,
      managedScaling: { status: MANAGED },
    },
  });
const taskDefinition = new aws.ecs.TaskDefinition("web", {
  family: "clustered-web",
  containerDefinitions: pulumi.jsonStringify([
    { name: "web", image: "acme/web:1.0", cpu: 1024, memory: 1024 },
  ]),
});
// The tests set its count, and the other tasks in the cluster.
const service = new aws.ecs.Service(
  "web",
  { cluster: cluster.arn, taskDefinition: taskDefinition.arn, desiredCount: 0 },
  { ignoreChanges: ["desiredCount"] },
);

const scaler = new EcsClusterScaler("nodes", {
  cluster,
  group: GROUP ?? group,
  min: Number(MIN),
  max: Number(MAX),
  // By default full instances: only waiting tasks ask for more.
  target: Number(TARGET),
  scaleIn: { below: 0.8 * Number(TARGET), datapoints: 3, cooldown: 120 },
  mode: MODE as "scale" | "observe",
  spare: Number(SPARE),
  drainTimeout: 600,
  capacityTimeout: 300,
  ...(DECIDE ? { decide: () => NaN } : {}),
  alarmActions: [],
});

/** As on the component's page. */
function drainBeforeTerminations(): void {
  const drain = new LifecycleAction("drain", {
    on: "terminate",
    timeout: 840,
    heartbeatTimeout: 1800,
    environment: { CLUSTER: cluster.name },
    action: async ({ instanceId }) => {
      const ecs = new ECSClient({});
      const { CLUSTER: name } = process.env;
      const filter = `ec2InstanceId == ${instanceId}`;
      const found = await ecs.send(new ListContainerInstancesCommand({ cluster: name, filter }));
      const one = { cluster: name, containerInstances: found.containerInstanceArns };
      if (!one.containerInstances?.length) return;
      await ecs.send(new UpdateContainerInstancesStateCommand({ ...one, status: "DRAINING" }));
      for (;;) {
        const looked = await ecs.send(new DescribeContainerInstancesCommand(one));
        const { runningTasksCount = 0, pendingTasksCount = 0 } =
          looked.containerInstances?.[0] ?? {};
        if (runningTasksCount + pendingTasksCount === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 15_000));
      }
    },
    permissions: [
      { actions: ["ecs:ListContainerInstances"], resources: [cluster.arn] },
      {
        actions: ["ecs:DescribeContainerInstances", "ecs:UpdateContainerInstancesState"],
        resources: [
          cluster.arn.apply((arn) => `${arn.replace(":cluster/", ":container-instance/")}/*`),
        ],
      },
    ],
    alarmActions: [],
  });
  drain.attachTo("nodes", group);
}
if (DRAIN) drainBeforeTerminations();

export const clusterName = cluster.name;
export const groupName = group.name;
export const serviceName = service.name;
export const functionName = scaler.functionName;
export const auditTableName = scaler.auditTableName;
export const tickRuleName = scaler.tickRule.name;
