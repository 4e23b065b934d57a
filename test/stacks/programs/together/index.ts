import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { EcsClusterScaler, EcsTaskScaler, StagedApi } from "../../../../components";

/** Which of them the program has; a test removes one, or all. */
const NAMES = (process.env.NAMES ?? "").split(" ").filter(Boolean);

export const apis = NAMES.map((name) => {
  const cluster = new aws.ecs.Cluster(name);
  const template = new aws.ec2.LaunchTemplate(name, {
    imageId: "ami-0123456789abcdef0",
    instanceType: "m5.large",
  });
  const group = new aws.autoscaling.Group(name, {
    minSize: 0,
    maxSize: 4,
    availabilityZones: ["us-east-1a"],
    launchTemplate: { id: template.id, version: pulumi.interpolate`${template.latestVersion}` },
    waitForCapacityTimeout: "0",
  });
  const taskDefinition = new aws.ecs.TaskDefinition(name, {
    family: `together-${name}`,
    containerDefinitions: pulumi.jsonStringify([{ name, image: "acme/web:1.0", memory: 128 }]),
  });
  const service = new aws.ecs.Service(
    name,
    { cluster: cluster.arn, taskDefinition: taskDefinition.arn, desiredCount: 0 },
    { ignoreChanges: ["desiredCount"] },
  );
  const common = { cluster, min: 0, max: 4, alarmActions: [] };
  const queue = new aws.sqs.Queue(name);
  new EcsTaskScaler(`${name}-tasks`, { ...common, service, metric: { queue }, target: 10 });
  new EcsClusterScaler(`${name}-nodes`, { ...common, group });
  const api = new StagedApi(`${name}-api`, {
    permissions: [],
    routes: [{ method: "GET", path: "/hello", callback: async () => ({ from: name }) }],
    alarmActions: [],
  });
  return { url: api.stageUrl };
});
