import * as path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
// In a project of your own: from "aws-callbacks".
import { shellQuote, SshCron } from "../../components";

const vpc = new aws.ec2.Vpc("fleet", { cidrBlock: "10.50.0.0/16" });
const subnet = new aws.ec2.Subnet("hosts", { vpcId: vpc.id, cidrBlock: "10.50.0.0/24" });

// The worker reaches S3 and DynamoDB through these endpoints, which are free; this VPC has no internet access.
for (const service of ["s3", "dynamodb"])
  new aws.ec2.VpcEndpoint(service, {
    vpcId: vpc.id,
    serviceName: pulumi.interpolate`com.amazonaws.${aws.getRegionOutput().region}.${service}`,
    vpcEndpointType: "Gateway",
    routeTableIds: [vpc.mainRouteTableId],
  });

// The script is an S3 object: a new version of it runs without an update of the hosts or of the job.
const scripts = new aws.s3.Bucket("scripts", { forceDestroy: true });
const script = new aws.s3.BucketObjectv2("hello", {
  bucket: scripts.id,
  key: "hello.sh",
  source: new pulumi.asset.FileAsset(path.join(__dirname, "hello.sh")),
});

const hello = new SshCron("hello", {
  schedule: "rate(15 minutes)",
  targets: { tag: "Role", value: "hello" },
  user: "ec2-user",
  // Others may have written a tag: quoted, the shell treats it as text.
  commands: (host) => [`echo ${shellQuote(`${host.name} in ${host.zone}`)}`],
  script: { bucket: scripts, key: "hello.sh" },
  network: { vpcId: vpc.id, subnetIds: [subnet.id] },
  // The local cloud's hosts each have their own port; on AWS the tag is absent, and the port is 22.
  port: { tag: "aws-callbacks:ssh-port" },
  // Not while the fleet is busy, and not right after a failed run.
  window: { from: "00:00", to: "23:59" },
  when: (_occurrence, [last]) => (last?.counts?.failed ?? 0) < 5,
  forceDestroy: true,
  alarmActions: [],
});

const hosts = new aws.ec2.SecurityGroup("hosts", {
  vpcId: vpc.id,
  description: "Hosts of the fleet: the worker of the job hello reaches them.",
  ingress: hello.workerSecurityGroupId
    ? [
        {
          protocol: "tcp",
          fromPort: 22,
          toPort: 22,
          securityGroups: [hello.workerSecurityGroupId],
          description: "The worker of the job hello",
        },
      ]
    : [],
  egress: [],
});

const template = new aws.ec2.LaunchTemplate("fleet", {
  imageId: "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
  instanceType: "t4g.nano",
  vpcSecurityGroupIds: [hosts.id],
  // cloud-init installs the job's public key; the program never knows the private one.
  userData: hello.publicKey?.apply((key) =>
    Buffer.from(`#cloud-config\nssh_authorized_keys:\n  - ${key}\n`).toString("base64"),
  ),
  metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
  updateDefaultVersion: true,
});

const group = new aws.autoscaling.Group("fleet", {
  minSize: 0,
  desiredCapacity: 2,
  maxSize: 4,
  vpcZoneIdentifiers: [subnet.id],
  launchTemplate: { id: template.id, version: "$Latest" },
  healthCheckType: "EC2",
  waitForCapacityTimeout: "0",
  tags: [
    { key: "Name", value: "hello", propagateAtLaunch: true },
    { key: "Role", value: "hello", propagateAtLaunch: true },
  ],
});

export const fleetGroupName = group.name;
export const scriptKey = script.key;
export const helloLogsBucket = hello.logsBucketName;
export const helloRunsTable = hello.runsTableName;
