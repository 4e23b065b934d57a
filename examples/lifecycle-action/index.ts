import * as aws from "@pulumi/aws";
// In a project of your own: from "aws-callbacks".
import { LifecycleAction } from "../../components";

const vpc = new aws.ec2.Vpc("web", { cidrBlock: "10.60.0.0/16" });
const subnet = new aws.ec2.Subnet("web", { vpcId: vpc.id, cidrBlock: "10.60.0.0/24" });

const inventory = new LifecycleAction("inventory", {
  // It may be called twice for one instance, so it must be idempotent.
  action: async ({ instanceId, zone, tags }) => {
    if (tags.Owner === undefined) return { result: "abandon", reason: "it has no tag Owner" };
    console.log("enters service", { instanceId, zone, owner: tags.Owner });
    return "continue";
  },
  alarmActions: [],
});

const template = new aws.ec2.LaunchTemplate("web", {
  imageId: "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
  instanceType: "t4g.nano",
  metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
  updateDefaultVersion: true,
});

// The action runs even for the group's first instances.
const group = new aws.autoscaling.Group("web", {
  minSize: 0,
  desiredCapacity: 1,
  maxSize: 3,
  vpcZoneIdentifiers: [subnet.id],
  launchTemplate: { id: template.id, version: "$Latest" },
  healthCheckType: "EC2",
  initialLifecycleHooks: inventory.initialLifecycleHooks("web"),
  waitForCapacityTimeout: "0",
  tags: [
    { key: "Name", value: "web", propagateAtLaunch: true },
    { key: "Owner", value: "shop", propagateAtLaunch: true },
  ],
});

export const groupName = group.name;
export const inventoryFunctionName = inventory.functionName;
