import * as aws from "@pulumi/aws";
import { EniLifecycleHook } from "../../../../components";

/** Variables that a test changes between two deployments. */
const { COUNT = "1", NOTIFY = "sns", FAILURES = "3", EMPTY } = process.env;

/** Groups with hooks, or nothing at all. */
const made = EMPTY ? undefined : createFleets();

function createFleets() {
  const ZONES = ["us-east-1a", "us-east-1b"];
  const vpc = new aws.ec2.Vpc("net", { cidrBlock: "10.0.0.0/16" });
  const subnets = (kind: string, first: number): aws.ec2.Subnet[] =>
    ZONES.map(
      (availabilityZone, index) =>
        new aws.ec2.Subnet(`${kind}-${index}`, {
          vpcId: vpc.id,
          cidrBlock: `10.0.${first + index}.0/24`,
          availabilityZone,
        }),
    );
  const hosts = subnets("hosts", 0);
  const data = subnets("data", 10);
  const dataGroup = new aws.ec2.SecurityGroup("data", {
    vpcId: vpc.id,
    description: "Interfaces of the data plane",
  });
  const machine = { imageId: "ami-0123456789abcdef0", instanceType: "m5.xlarge" };
  const template = new aws.ec2.LaunchTemplate("fleet", machine);
  const spot = new aws.ec2.LaunchTemplate("spot", {
    ...machine,
    instanceMarketOptions: { marketType: "spot" },
  });

  const hook = new EniLifecycleHook("data", {
    interfaces: Array.from({ length: Number(COUNT) }, (_value, index) => ({
      subnets: data,
      securityGroups: [dataGroup.id],
      ...(index === 0 ? { sourceDestCheck: false } : {}),
    })),
    notify: NOTIFY as "sns" | "eventbridge",
    loop: { failures: Number(FAILURES), minutes: 60 },
    alarmActions: [],
  });

  const groupArgs = {
    minSize: 0,
    maxSize: 10,
    desiredCapacity: 0,
    vpcZoneIdentifiers: hosts.map(({ id }) => id),
    launchTemplate: { id: template.id, version: "$Latest" },
    waitForCapacityTimeout: "0",
  };
  // The tests change the groups' size, so the program ignores it.
  const opts = { ignoreChanges: ["desiredCapacity"] };
  const fleet = new aws.autoscaling.Group(
    "fleet",
    { ...groupArgs, initialLifecycleHooks: hook.initialLifecycleHooks("fleet", groupArgs) },
    opts,
  );
  const other = new aws.autoscaling.Group(
    "other",
    { ...groupArgs, launchTemplate: { id: spot.id, version: "$Latest" } },
    opts,
  );
  hook.attachTo("other", other);
  return { fleet, other, hook, data, template };
}

export const fleetName = made?.fleet.name;
export const otherName = made?.other.name;
export const hookId = made?.hook.hookId;
export const functionName = made?.hook.functionName;
export const dataSubnetIds = made?.data.map(({ id }) => id);
export const templateId = made?.template.id;
