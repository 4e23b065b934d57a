import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
// In a project of your own: from "aws-callbacks".
import { SshCron } from "../../components";

const vpc = new aws.ec2.Vpc("fleet", { cidrBlock: "10.51.0.0/16" });
const subnet = new aws.ec2.Subnet("hosts", { vpcId: vpc.id, cidrBlock: "10.51.0.0/24" });

// Agents connect to Systems Manager, and accept no connections. In this VPC they need further access: a NAT gateway, or
// endpoints of the services ssm, ssmmessages and ec2messages, and of s3 for the agent's own files.
const agents = new aws.ec2.SecurityGroup("agents", {
  vpcId: vpc.id,
  description: "Agents of the fleet, which call Systems Manager.",
  ingress: [],
  egress: [
    { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"], description: "AWS" },
  ],
});

// The worker needs no key, port or network: it uses the agent of each host.
const hello = new SshCron("hello", {
  transport: "ssm",
  schedule: "rate(15 minutes)",
  targets: { tag: "Role", value: "hello" },
  user: "ec2-user",
  commands: ['echo "Hello, world, from $(uname -n)"'],
  // One host after the other, and no further one after a failure.
  batch: { size: 1 },
  forceDestroy: true,
  alarmActions: [],
});

const role = new aws.iam.Role("hosts", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "ec2.amazonaws.com" }),
});
new aws.iam.RolePolicyAttachment("agent", {
  role: role.name,
  policyArn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
});
// Agents upload output that is too long for an answer of Systems Manager to this ARN.
if (hello.outputArn)
  new aws.iam.RolePolicy("output", {
    role: role.name,
    policy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:PutObject", Resource: hello.outputArn }],
    }),
  });
const profile = new aws.iam.InstanceProfile("hosts", { role: role.name });

const template = new aws.ec2.LaunchTemplate("fleet", {
  imageId: "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
  instanceType: "t4g.nano",
  vpcSecurityGroupIds: [agents.id],
  iamInstanceProfile: { arn: profile.arn },
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
export const helloLogsBucket = hello.logsBucketName;
export const helloRunsTable = hello.runsTableName;
