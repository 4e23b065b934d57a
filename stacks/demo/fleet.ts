import * as aws from "@pulumi/aws";
import type { SshCron } from "../../components";
import type { Settings } from "../common";
import { createHello, lettingIn } from "./hello";

/** Amazon Linux 2023 for Graviton: https://docs.aws.amazon.com/linux/al2023/ug/ec2.html (Systems Manager parameter) */
const IMAGE = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64";
/** The smallest one that takes a second interface. */
const INSTANCE_TYPE = "t4g.nano";
const ZONES = 2;

/** What jobs and hooks of the demo's fleet work on. */
export interface Fleet {
  readonly group: aws.autoscaling.Group;
  readonly vpc: aws.ec2.Vpc;
  /** Of the hosts, one in each zone. */
  readonly hostSubnets: readonly aws.ec2.Subnet[];
  /** Of their second interfaces, one in each zone. */
  readonly dataSubnets: readonly aws.ec2.Subnet[];
  readonly hostGroup: aws.ec2.SecurityGroup;
  /** The job that runs on the hosts. */
  readonly hello: SshCron;
}

/** Hosts in a network of their own that no address outside reaches: each carries the tag `Role=hello`. */
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
    description: "Hosts of the demo's fleet: they connect by HTTPS.",
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
  const group = new aws.autoscaling.Group("fleet", {
    minSize: 0,
    desiredCapacity: 2,
    maxSize: 6,
    vpcZoneIdentifiers: hostSubnets.map(({ id }) => id),
    launchTemplate: { id: template.id, version: "$Latest" },
    healthCheckType: "EC2",
    // Nobody waits for hosts to boot.
    waitForCapacityTimeout: "0",
    tags: [
      { key: "Name", value: "aws-callbacks demo", propagateAtLaunch: true },
      { key: "Role", value: "hello", propagateAtLaunch: true },
    ],
  });
  return { group, vpc, hostSubnets, dataSubnets, hostGroup, hello };
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
