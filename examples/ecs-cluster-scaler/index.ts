import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
// In a project of your own: from "aws-callbacks".
import { EcsClusterScaler } from "../../components";

const cluster = new aws.ecs.Cluster("demo");

// The agent on the instance reads the name of its cluster from this file.
const userData = pulumi.interpolate`#!/bin/bash
echo ECS_CLUSTER=${cluster.name} >> /etc/ecs/ecs.config
`.apply((script) => Buffer.from(script).toString("base64"));

const template = new aws.ec2.LaunchTemplate("node", {
  // On AWS the ECS-optimized image, from /aws/service/ecs/optimized-ami/... of Parameter Store, and an instance profile
  // with AmazonEC2ContainerServiceforEC2Role.
  imageId: "ami-0123456789abcdef0",
  instanceType: "m5.large",
  userData,
});

const group = new aws.autoscaling.Group("nodes", {
  minSize: 1,
  maxSize: 8,
  // No desiredCapacity: the scaler sets it.
  availabilityZones: ["us-east-1a", "us-east-1b"],
  launchTemplate: { id: template.id, version: "$Latest" },
  waitForCapacityTimeout: "0",
});

const taskDefinition = new aws.ecs.TaskDefinition("web", {
  family: "clustered-web",
  // Two of these tasks fill an m5.large.
  containerDefinitions: pulumi.jsonStringify([
    { name: "web", image: "acme/web:1.0", cpu: 1024, memory: 1024 },
  ]),
});

const service = new aws.ecs.Service(
  "web",
  { cluster: cluster.arn, taskDefinition: taskDefinition.arn, desiredCount: 2 },
  // So that you, or an EcsTaskScaler, can change it.
  { ignoreChanges: ["desiredCount"] },
);

const scaler = new EcsClusterScaler("nodes", {
  cluster,
  group,
  min: 1,
  max: 8,
  // Keeps room for one more task, so that the next one starts at once.
  spare: 1,
  alarmActions: [],
});

export const clusterName = cluster.name;
export const serviceName = service.name;
export const groupName = group.name;
export const clusterScalerFunctionName = scaler.functionName;
