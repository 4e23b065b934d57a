import * as aws from "@pulumi/aws";
// In a project of your own: from "aws-callbacks".
import { EniLifecycleHook, interfacesUserData, LifecycleAction } from "../../components";

const ZONES = ["us-east-1a", "us-east-1b"];
const vpc = new aws.ec2.Vpc("appliances", { cidrBlock: "10.40.0.0/16" });
const createSubnets = (kind: string, first: number): aws.ec2.Subnet[] =>
  ZONES.map(
    (availabilityZone, index) =>
      new aws.ec2.Subnet(`${kind}-${index + 1}`, {
        vpcId: vpc.id,
        cidrBlock: `10.40.${first + index}.0/24`,
        availabilityZone,
      }),
  );
const management = createSubnets("management", 0);
const data = createSubnets("data", 16);
const dataGroup = new aws.ec2.SecurityGroup("data", {
  vpcId: vpc.id,
  description: "The data plane of the appliances",
  ingress: [
    {
      protocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrBlocks: ["10.40.0.0/16"],
      description: "What they inspect",
    },
  ],
});

/** Adds a second interface to every instance, in the data subnet of its zone, before it enters service. */
const dataPlane = new EniLifecycleHook("data-plane", {
  interfaces: [
    // An appliance forwards traffic of others, so the source/destination check is off.
    { subnets: data, securityGroups: [dataGroup.id], sourceDestCheck: false },
  ],
  instanceTypes: ["c7g.large"],
  alarmActions: [],
});

const template = new aws.ec2.LaunchTemplate("appliances", {
  imageId: "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
  instanceType: "c7g.large",
  metadataOptions: { httpTokens: "required", httpEndpoint: "enabled" },
  userData: Buffer.from(
    `${interfacesUserData({ count: 1 })}systemctl start appliance || true\n`,
  ).toString("base64"),
});

const groupArgs: aws.autoscaling.GroupArgs = {
  minSize: 0,
  desiredCapacity: 2,
  maxSize: 6,
  vpcZoneIdentifiers: management.map(({ id }) => id),
  launchTemplate: { id: template.id, version: "$Latest" },
  healthCheckType: "EC2",
  waitForCapacityTimeout: "15m",
};
const appliances = new aws.autoscaling.Group("appliances", {
  ...groupArgs,
  initialLifecycleHooks: dataPlane.initialLifecycleHooks("appliances", groupArgs),
});

/** Another action on the same kind of hook: records instances before they end. */
const audit = new LifecycleAction("audit", {
  on: "terminate",
  action: async ({ instanceId, zone, tags }) => {
    console.log("ends", { instanceId, zone, name: tags.Name });
  },
  alarmActions: [],
});
audit.attachTo("appliances-audit", appliances);

export const groupName = appliances.name;
export const functionName = dataPlane.functionName;
