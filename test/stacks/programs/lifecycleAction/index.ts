import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { LifecycleAction } from "../../../../components";

const ZONES = ["us-east-1a", "us-east-1b"];
const vpc = new aws.ec2.Vpc("net", { cidrBlock: "10.0.0.0/16" });
const subnets = ZONES.map(
  (availabilityZone, index) =>
    new aws.ec2.Subnet(`hosts-${index}`, {
      vpcId: vpc.id,
      cidrBlock: `10.0.${index}.0/24`,
      availabilityZone,
    }),
);
const template = new aws.ec2.LaunchTemplate("fleet", {
  imageId: "ami-0123456789abcdef0",
  instanceType: "t3.micro",
});
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const audit = new LifecycleAction("audit", {
  on: "both",
  action: async ({ groupName, instanceId, transition, zone }) => {
    const [kind] = groupName.split("-");
    if (kind === "throws") throw new Error("no licence left");
    if (kind === "lies") return "yes" as "continue";
    if (kind === "hangs") await wait(86_400_000);
    if (kind === "slow" && transition === "launching") await wait(200_000);
    if (kind !== "good") return "continue";
    const ssm = new SSMClient({});
    const Name = `/inventory/${instanceId}`;
    if (transition === "launching")
      await ssm.send(new PutParameterCommand({ Name, Value: zone, Type: "String" }));
    else await ssm.send(new DeleteParameterCommand({ Name }));
    return undefined;
  },
  permissions: [
    {
      actions: ["ssm:PutParameter", "ssm:DeleteParameter"],
      resources: [
        pulumi.interpolate`arn:aws:ssm:us-east-1:${aws.getCallerIdentityOutput().accountId}:parameter/inventory/*`,
      ],
    },
  ],
  // A topic would call the function with a test notification for each hook.
  notify: "eventbridge",
  loop: { failures: 2 },
  alarmActions: [],
});

const deadly = new LifecycleAction("deadly", {
  action: async () => process.exit(1),
  notify: "eventbridge",
  heartbeatTimeout: 120,
  timeout: 60,
  loop: { failures: 2 },
  alarmActions: [],
});

function createGroup(name: string, action: LifecycleAction): aws.autoscaling.Group {
  return new aws.autoscaling.Group(
    name,
    {
      minSize: 0,
      maxSize: 2,
      desiredCapacity: 0,
      vpcZoneIdentifiers: subnets.map(({ id }) => id),
      launchTemplate: { id: template.id, version: "$Latest" },
      waitForCapacityTimeout: "0",
      initialLifecycleHooks: action.initialLifecycleHooks(name),
    },
    // The tests change the groups' size, so the program ignores it.
    { ignoreChanges: ["desiredCapacity"] },
  );
}

const kinds = ["good", "throws", "lies", "slow", "hangs"];
kinds.forEach((kind) => createGroup(kind, audit));
createGroup("dies", deadly);
export const logGroupName = audit.function.logGroup.name;
