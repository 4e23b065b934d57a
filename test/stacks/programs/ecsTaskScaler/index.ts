import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { EcsTaskScaler, pinnedDesiredCount } from "../../../../components";

/** Variables that a test changes between two deployments. */
const {
  MIN = "1",
  MAX = "6",
  MODE = "scale",
  DECIDE,
  IMAGE = "acme/web:1.0",
  STEPS,
  SCHEDULED,
} = process.env;

const cluster = new aws.ecs.Cluster("demo");
const taskDefinition = new aws.ecs.TaskDefinition("web", {
  family: "scaled-web",
  containerDefinitions: pulumi.jsonStringify([{ name: "web", image: IMAGE, memory: 128 }]),
});
const service = new aws.ecs.Service("web", {
  cluster: cluster.arn,
  taskDefinition: taskDefinition.arn,
  desiredCount: pinnedDesiredCount({ scaler: "web", default: 1 }),
});

const decides = {
  throws: () => {
    throw new Error("no idea");
  },
  spins: () => {
    for (;;);
  },
  promises: (() => Promise.resolve(5)) as unknown as () => number,
  doubles: (state: { desired: number; cpu: number | undefined }) =>
    (state.cpu ?? 0) > 70 ? state.desired * 2 : state.desired,
};

const scaler = new EcsTaskScaler("web", {
  cluster,
  service,
  min: Number(MIN),
  max: Number(MAX),
  metric: "cpu",
  scaleOut: { above: 70, ...(STEPS ? { steps: [{ tasks: 1 }] } : {}) },
  scaleIn: { below: 30, datapoints: 3 },
  mode: MODE as "scale" | "observe",
  ...(DECIDE ? { decide: decides[DECIDE as keyof typeof decides] } : {}),
  ...(SCHEDULED
    ? {
        schedules: [
          { cron: "cron(0 8 ? * * *)", timezone: "Europe/Berlin", min: 3, max: 6 },
          { cron: "cron(0 20 ? * * *)", timezone: "Europe/Berlin", min: 1, max: 6 },
        ],
      }
    : {}),
  capacityTimeout: 300,
  alarmActions: [],
});

export const clusterName = cluster.name;
export const serviceName = service.name;
export const functionName = scaler.functionName;
export const auditTableName = scaler.auditTableName;
export const tickRuleName = scaler.tickRule.name;
export const pinName = scaler.pinName;
