import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  EcsTaskScaler,
  pinnedDesiredCount,
  pinnedImage,
  WebhookRedeployer,
} from "../../../../components";

/** Variables that a test changes between two deployments. */
const { MEMORY = "128", MAX = "6" } = process.env;

const cluster = new aws.ecs.Cluster("demo");
const image = pinnedImage({ family: "shared-web", container: "web", default: "acme/web:1.0.0" });
const taskDefinition = new aws.ecs.TaskDefinition("web", {
  family: "shared-web",
  containerDefinitions: pulumi.jsonStringify([{ name: "web", image, memory: Number(MEMORY) }]),
  trackLatest: true,
  skipDestroy: true,
});
const service = new aws.ecs.Service("web", {
  cluster: cluster.arn,
  taskDefinition: taskDefinition.arn,
  desiredCount: pinnedDesiredCount({ scaler: "web", default: 1 }),
});

const redeploy = new WebhookRedeployer("redeploy", {
  repositories: ["acme/web"],
  clusters: [cluster.name],
  families: ["shared-web"],
  passRoles: [],
  alarmActions: [],
});

const scaler = new EcsTaskScaler("web", {
  cluster,
  service,
  min: 1,
  max: Number(MAX),
  metric: "cpu",
  scaleOut: { above: 70, steps: [{ tasks: 1 }] },
  scaleIn: { below: 30, datapoints: 3 },
  alarmActions: [],
});

export const webhookUrl = redeploy.webhookUrl;
export const clusterName = cluster.name;
export const serviceName = service.name;
export const functionName = scaler.functionName;
export const auditTableName = scaler.auditTableName;
export const tickRuleName = scaler.tickRule.name;
