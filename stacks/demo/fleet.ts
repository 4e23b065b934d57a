import * as aws from "@pulumi/aws";
import { EniLifecycleHook, type SshCron } from "../../components";
import type { Settings } from "../settings";
import { createHello, lettingIn } from "./hello";

/** Amazon Linux 2023 for Graviton: https://docs.aws.amazon.com/linux/al2023/ug/ec2.html (Systems Manager parameter) */
const IMAGE = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64";
/** The smallest type that supports a second interface. */
const INSTANCE_TYPE = "t4g.nano";
const ZONES = 2;

/** The hosts that the demo's jobs and hooks work on. */
export interface Fleet {
  readonly group: aws.autoscaling.Group;
  readonly vpc: aws.ec2.Vpc;
  /** Subnets of the hosts, one in each zone. */
  readonly hostSubnets: readonly aws.ec2.Subnet[];
  /** Subnets of their second interfaces, one in each zone. */
  readonly dataSubnets: aws.ec2.Subnet[];
  readonly hostGroup: aws.ec2.SecurityGroup;
  /** The job that runs on the hosts. */
  readonly hello: SshCron;
}

/**
 * Creates hosts in a separate network that is not reachable from outside, each with a second interface in another
 * subnet and the tag `Role=hello`.
 */
export function createFleet(settings: Settings): Fleet {
  const vpc = new aws.ec2.Vpc("fleet", {
    cidrBlock: "10.30.0.0/16",
    tags: { Name: "aws-callbacks demo" },
  });
  const hostSubnets = createSubnets("hosts", vpc, 0);
  const dataSubnets = createSubnets("data", vpc, 16);
  const hello = createHello(settings, vpc, hostSubnets);
  const hostGroup = new aws.ec2.SecurityGroup("hosts", {
    vpcId: vpc.id,
    description: "Hosts of the demo fleet: they connect by HTTPS.",
    ingress: [
      {
        protocol: "tcp",
        fromPort: 22,
        toPort: 22,
        securityGroups: hello.workerSecurityGroupId ? [hello.workerSecurityGroupId] : [],
        description: "The worker of the job hello",
      },
    ],
    egress: [
      {
        protocol: "tcp",
        fromPort: 443,
        toPort: 443,
        cidrBlocks: ["0.0.0.0/0"],
        description: "What the hosts call",
      },
    ],
  });
  const template = new aws.ec2.LaunchTemplate("fleet", {
    imageId: IMAGE,
    instanceType: INSTANCE_TYPE,
    vpcSecurityGroupIds: [hostGroup.id],
    userData: lettingIn(hello),
    metadataOptions: {
      httpEndpoint: "enabled",
      httpTokens: "required",
      httpPutResponseHopLimit: 1,
    },
    updateDefaultVersion: true,
  });
  const hook = createDataHook(settings, vpc, dataSubnets);
  const group = new aws.autoscaling.Group("fleet", {
    minSize: 0,
    desiredCapacity: 2,
    maxSize: 6,
    vpcZoneIdentifiers: hostSubnets.map(({ id }) => id),
    launchTemplate: { id: template.id, version: "$Latest" },
    healthCheckType: "EC2",
    // `up` does not wait for hosts to boot.
    waitForCapacityTimeout: "0",
    initialLifecycleHooks: hook.initialLifecycleHooks("fleet"),
    tags: [
      { key: "Name", value: "aws-callbacks demo", propagateAtLaunch: true },
      { key: "Role", value: "hello", propagateAtLaunch: true },
    ],
  });
  return { group, vpc, hostSubnets, dataSubnets, hostGroup, hello };
}

/** Adds an interface in the data subnet of its zone to every host before it enters service. */
function createDataHook(
  { alarmActions, logRetentionInDays }: Settings,
  vpc: aws.ec2.Vpc,
  subnets: aws.ec2.Subnet[],
): EniLifecycleHook {
  const dataGroup = new aws.ec2.SecurityGroup("data", {
    vpcId: vpc.id,
    description: "Second interfaces of the demo fleet: they talk with each other.",
    ingress: [
      { protocol: "-1", fromPort: 0, toPort: 0, self: true, description: "From each other" },
    ],
    egress: [{ protocol: "-1", fromPort: 0, toPort: 0, self: true, description: "To each other" }],
  });
  return new EniLifecycleHook("data", {
    interfaces: [{ subnets, securityGroups: [dataGroup.id] }],
    loop: { failures: 3 },
    // Rarely: a demo can wait for the cleanup of leftovers.
    sweepMinutes: 15,
    alarmActions,
    logRetentionInDays,
  });
}

function createSubnets(name: string, vpc: aws.ec2.Vpc, first: number): aws.ec2.Subnet[] {
  const { names } = aws.getAvailabilityZonesOutput({
    filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
  });
  return Array.from(
    { length: ZONES },
    (_value, index) =>
      new aws.ec2.Subnet(`${name}-${index + 1}`, {
        vpcId: vpc.id,
        cidrBlock: `10.30.${first + index}.0/24`,
        availabilityZone: names.apply((zones) => zones[index]),
        tags: { Name: `aws-callbacks demo ${name}` },
      }),
  );
}
