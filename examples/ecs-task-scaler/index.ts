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
  // What the scaler set last, so that an update leaves it as it is.
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
  // More before people come to work, on every working day of Berlin.
  schedules: [
    { cron: "cron(30 7 ? * MON-FRI *)", timezone: "Europe/Berlin", min: 4, max: 10 },
    { cron: "cron(0 19 ? * MON-FRI *)", timezone: "Europe/Berlin", min: 2, max: 10 },
  ],
  // The usual answer, but never more than twice as many at once.
  decide: ({ desired }, usual) => Math.min(usual, 2 * Math.max(1, desired)),
  alarmActions: [],
});

export const scaledClusterName = cluster.name;
export const scaledServiceName = service.name;
export const taskScalerFunctionName = scaler.functionName;
export const auditTableName = scaler.auditTableName;
