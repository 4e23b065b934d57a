import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
// In a project of your own: from "aws-callbacks".
import { SpotFleetScaler } from "../../components";

const cluster = new aws.ecs.Cluster("demo");

// The agent on the instance reads the name of its cluster, and drains its instance when Spot sends a warning.
const userData = pulumi.interpolate`#!/bin/bash
echo ECS_CLUSTER=${cluster.name} >> /etc/ecs/ecs.config
echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config
`.apply((script) => Buffer.from(script).toString("base64"));

const template = new aws.ec2.LaunchTemplate("worker", {
  // On AWS the ECS-optimized image, from /aws/service/ecs/optimized-ami/... of Parameter Store, and an instance profile
  // with AmazonEC2ContainerServiceforEC2Role.
  imageId: "ami-0123456789abcdef0",
  instanceType: "m5.large",
  metadataOptions: { httpTokens: "required" },
  // Datapoints every minute instead of every five.
  monitoring: { enabled: true },
  userData,
});

const fleet = new aws.ec2.Fleet(
  "workers",
  {
    targetCapacitySpecification: { defaultTargetCapacityType: "spot", totalTargetCapacity: 2 },
    spotOptions: { allocationStrategy: "priceCapacityOptimized" },
    // The scaler sets this too, with each target: instances are drained before they end.
    excessCapacityTerminationPolicy: "no-termination",
    terminateInstances: true,
    launchTemplateConfigs: [
      {
        launchTemplateSpecification: { launchTemplateId: template.id, version: "$Latest" },
        overrides: [
          { instanceType: "m5.large", weightedCapacity: 1 },
          { instanceType: "m5a.large", weightedCapacity: 1 },
          { instanceType: "m5.xlarge", weightedCapacity: 2 },
        ],
      },
    ],
  },
  // The scaler sets it.
  { ignoreChanges: ["targetCapacitySpecification"] },
);

const taskDefinition = new aws.ecs.TaskDefinition("web", {
  family: "fleet-web",
  // Two of these tasks fill an m5.large.
  containerDefinitions: pulumi.jsonStringify([
    { name: "web", image: "acme/web:1.0", cpu: 1024, memory: 1024 },
  ]),
});

const service = new aws.ecs.Service("web", {
  cluster: cluster.arn,
  taskDefinition: taskDefinition.arn,
  desiredCount: 3,
});

const scaler = new SpotFleetScaler("workers", {
  fleet,
  // Instances are drained before they end, whether the target decreases or Spot reclaims them.
  cluster,
  min: 2,
  max: 20,
  metric: "cpu",
  target: 60,
  excess: "terminate",
});

export const clusterName = cluster.name;
export const serviceName = service.name;
export const fleetId = fleet.id;
export const decisionsTable = scaler.auditTableName;
export const fleetScalerFunctionName = scaler.function.name;
