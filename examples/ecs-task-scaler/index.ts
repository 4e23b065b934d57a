import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
// In a project of your own: from "aws-callbacks".
import { EcsTaskScaler, pinnedDesiredCount } from "../../components";

const cluster = new aws.ecs.Cluster("demo");

const taskDefinition = new aws.ecs.TaskDefinition("web", {
  family: "scaled-web",
  containerDefinitions: pulumi.jsonStringify([{ name: "web", image: "acme/web:1.0", memory: 128 }]),
});

const service = new aws.ecs.Service("web", {
  cluster: cluster.arn,
  taskDefinition: taskDefinition.arn,
  // The count that the scaler set last, so that an update does not change it.
  desiredCount: pinnedDesiredCount({ scaler: "web", default: 2 }),
  deploymentCircuitBreaker: { enable: true, rollback: true },
});

const scaler = new EcsTaskScaler("web", {
  cluster,
  service,
  min: 2,
  max: 10,
  metric: "cpu",
  target: 60,
  // More tasks before office hours, on working days in Berlin.
  schedules: [
    { cron: "cron(30 7 ? * MON-FRI *)", timezone: "Europe/Berlin", min: 4, max: 10 },
    { cron: "cron(0 19 ? * MON-FRI *)", timezone: "Europe/Berlin", min: 2, max: 10 },
  ],
  // The usual decision, but at most twice the current count.
  decide: ({ desired }, usual) => Math.min(usual, 2 * Math.max(1, desired)),
  alarmActions: [],
});

export const scaledClusterName = cluster.name;
export const scaledServiceName = service.name;
export const taskScalerFunctionName = scaler.functionName;
export const auditTableName = scaler.auditTableName;
