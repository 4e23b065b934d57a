import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { SpotFleetScaler } from "../../../../components";

/** Variables that a test changes between two deployments. */
const { MAX = "6", MODE = "scale", REBALANCE = "drain", FLEET_ID } = process.env;

const cluster = new aws.ecs.Cluster("demo");
const template = new aws.ec2.LaunchTemplate("node", {
  imageId: "ami-0123456789abcdef0",
  instanceType: "m5.large",
  userData:
    pulumi.interpolate`#!/bin/bash\necho ECS_CLUSTER=${cluster.name} >> /etc/ecs/ecs.config\n`.apply(
      (script) => Buffer.from(script).toString("base64"),
    ),
});
const fleet = new aws.ec2.Fleet(
  "nodes",
  {
    targetCapacitySpecification: { defaultTargetCapacityType: "spot", totalTargetCapacity: 1 },
    spotOptions: { allocationStrategy: "priceCapacityOptimized" },
    // As the scaler sets it with each target.
    excessCapacityTerminationPolicy: "no-termination",
    terminateInstances: true,
    launchTemplateConfigs: [
      {
        launchTemplateSpecification: { launchTemplateId: template.id, version: "1" },
        overrides: ["m5.large", "m5a.large"].map((instanceType) => ({ instanceType })),
      },
    ],
  },
  { ignoreChanges: ["targetCapacitySpecification"] },
);
// For a Spot Fleet request that a test creates outside of the program.
const role = new aws.iam.Role("fleet", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "spotfleet.amazonaws.com" }),
});
new aws.iam.RolePolicy("fleet", {
  role: role.id,
  policy: {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["ec2:RunInstances", "ec2:TerminateInstances"], Resource: "*" },
    ],
  },
});
const taskDefinition = new aws.ecs.TaskDefinition("web", {
  family: "fleet-web",
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

const scaler = new SpotFleetScaler("nodes", {
  fleet: FLEET_ID ?? fleet,
  cluster,
  min: 1,
  max: Number(MAX),
  metric: "cpu",
  target: 60,
  scaleIn: { below: 40, datapoints: 3, cooldown: 120 },
  excess: "terminate",
  rebalance: REBALANCE as "drain" | "ignore",
  mode: MODE as "scale" | "observe",
  drainTimeout: 600,
  capacityTimeout: 300,
  alarmActions: [],
});

export const clusterName = cluster.name;
export const fleetId = fleet.id;
export const fleetRoleArn = role.arn;
export const templateId = template.id;
export const serviceName = service.name;
export const functionName = scaler.functionName;
export const auditTableName = scaler.auditTableName;
export const tickRuleName = scaler.tickRule.name;
