import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { shellQuote, SshCron, type SshHost } from "../../../../components";

/** Variables that a test changes between two deployments. */
const { HOSTS = "2", SECONDS = "20", INLINE, ENABLED, CONNECT, FOLLOWED, WAVES, SSM } = process.env;

const vpc = new aws.ec2.Vpc("fleet", { cidrBlock: "10.40.0.0/16" });
const subnet = new aws.ec2.Subnet("hosts", { vpcId: vpc.id, cidrBlock: "10.40.0.0/24" });

const hello = new SshCron("hello", {
  schedule: "rate(15 minutes)",
  targets: { tag: "Role", value: "hello" },
  user: "ec2-user",
  commands: INLINE
    ? (host: SshHost) => [`echo ${shellQuote(host.tags.Motto ?? "no motto")} at ${host.id}`]
    : [
        'echo "Hello from $(basename "$HOME")"',
        'test "$WHO" = "it\'s me"',
        ...(SSM ? ["head -c 30000 /dev/zero | tr '\\0' x"] : []),
        "cat exit-code 2>/dev/null && exit 3 || true",
      ],
  environment: { WHO: "it's me" },
  ...(INLINE ? { where: (host: SshHost) => host.name !== "left out" } : {}),
  ...(CONNECT ? { key: { instanceConnect: true } } : {}),
  ...(FOLLOWED ? { batch: { size: 1 }, background: { poll: true } } : {}),
  ...(WAVES ? { batch: { size: Number(WAVES) } } : {}),
  ...(SSM
    ? { transport: "ssm" }
    : {
        network: { vpcId: vpc.id, subnetIds: [subnet.id], nat: true },
        port: { tag: "aws-callbacks:ssh-port" },
        connectTimeout: 2,
        readyTimeout: 3,
      }),
  timeout: Number(SECONDS),
  connectAttempts: 1,
  enabled: ENABLED !== "no",
  forceDestroy: true,
  alarmActions: [],
});

/** cloud-init authorizes the key for the image's default user. */
const userData = hello.publicKey?.apply((key) =>
  Buffer.from(`#cloud-config\nssh_authorized_keys:\n  - ${key}\n`).toString("base64"),
);
/** Lets agents call Systems Manager, and write output that is longer than its answers. */
function managedProfile(outputArn: pulumi.Input<string>): aws.iam.InstanceProfile {
  const role = new aws.iam.Role("managed", {
    assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "ec2.amazonaws.com" }),
  });
  const policyArn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
  new aws.iam.RolePolicyAttachment("managed", { role: role.name, policyArn });
  const Statement = [{ Effect: "Allow", Action: "s3:PutObject", Resource: outputArn }];
  const policy = pulumi.jsonStringify({ Version: "2012-10-17", Statement });
  new aws.iam.RolePolicy("managed", { role: role.name, policy });
  return new aws.iam.InstanceProfile("managed", { role: role.name });
}
const profile = hello.outputArn && managedProfile(hello.outputArn);
const template = new aws.ec2.LaunchTemplate("fleet", {
  imageId: "ami-0123456789abcdef0",
  instanceType: "t4g.nano",
  userData,
  ...(profile ? { iamInstanceProfile: { arn: profile.arn } } : {}),
  updateDefaultVersion: true,
});
const group = new aws.autoscaling.Group("fleet", {
  minSize: 0,
  desiredCapacity: Number(HOSTS),
  maxSize: 20,
  vpcZoneIdentifiers: [subnet.id],
  launchTemplate: { id: template.id, version: "$Latest" },
  waitForCapacityTimeout: "0",
  tags: [
    { key: "Name", value: "web", propagateAtLaunch: true },
    { key: "Role", value: "hello", propagateAtLaunch: true },
  ],
});

export const groupName = group.name;
export const logsBucket = hello.logsBucketName;
export const runsTable = hello.runsTableName;
export const queueUrl = hello.queue.queue.url;
export const triggerName = hello.trigger.name;
export const keyBucket = hello.keyBucketName;
export const publicKey = hello.publicKey;
