import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { InstanceSettings } from "../../../../callbacks/delivery/zipToLambdaPipeline/instance/instanceConfig";
import { assumeRolePolicy, policyDocument } from "../../../iam/iamPolicy";
import type { Statement } from "../../../iam/statement";
import { locationOf } from "../../../location";
import { isMissingInMocks } from "../../../mocks";
import { childName } from "../../../names";
import type { ZipToLambdaPipelineArgs } from "../args";
import type { ProtectedBucket } from "../../../storage/protectedBucket";
import type { WorkerInstances } from "./args";
import { keepProgram } from "./program";
import { instanceStatements } from "./statements";
import { userDataOf } from "./userData";

/** https://docs.aws.amazon.com/linux/al2023/ug/ec2.html */
const IMAGE = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64";
const TYPE = "t4g.small";
const MOST = 4;

export interface WorkerGroupParts {
  readonly args: ZipToLambdaPipelineArgs & { readonly instances: WorkerInstances };
  readonly settings: InstanceSettings;
  readonly groupName: string;
  readonly bucket: ProtectedBucket;
  readonly queue: aws.sqs.Queue;
  /** Environment and permissions that it shares with a Lambda worker. */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  readonly permissions: Statement[];
}

export interface WorkerGroup {
  readonly group: aws.autoscaling.Group;
  readonly role: aws.iam.Role;
  readonly securityGroup: aws.ec2.SecurityGroup;
  readonly logGroup: aws.cloudwatch.LogGroup;
}

/**
 * Creates a group of 0 to `max` instances without inbound access. They are protected from scale-in from their launch.
 */
export function createWorkerGroup(
  self: pulumi.Resource,
  name: string,
  parts: WorkerGroupParts,
): WorkerGroup {
  const opts = { parent: self };
  const { args, groupName } = parts;
  const { instances, tags } = args;
  const logGroup = new aws.cloudwatch.LogGroup(
    childName(name, "instance-logs"),
    { retentionInDays: args.logRetentionInDays ?? 30, tags },
    opts,
  );
  const securityGroup = createSecurityGroup(name, instances, tags, opts);
  const identity = createRole(self, name, parts, logGroup);
  const template = new aws.ec2.LaunchTemplate(
    childName(name, "worker"),
    {
      imageId: instances.imageId ?? IMAGE,
      instanceType: instances.instanceType ?? TYPE,
      iamInstanceProfile: { arn: identity.profile.arn },
      vpcSecurityGroupIds: [securityGroup.id],
      instanceInitiatedShutdownBehavior: "terminate",
      // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
      },
      updateDefaultVersion: true,
      userData: userData(self, name, parts, logGroup),
      tagSpecifications: [{ resourceType: "instance", tags: { Name: groupName, ...tags } }],
      tags,
    },
    opts,
  );
  const group = new aws.autoscaling.Group(
    childName(name, "workers"),
    {
      name: groupName,
      minSize: 0,
      maxSize: instances.max ?? MOST,
      vpcZoneIdentifiers: instances.subnetIds,
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      protectFromScaleIn: true,
      // New code and images replace running instances once these are idle.
      instanceRefresh: {
        strategy: "Rolling",
        preferences: { minHealthyPercentage: 0, scaleInProtectedInstances: "Wait" },
      },
      // Its workers are protected; their zips return to the queue.
      forceDelete: true,
      tags: Object.entries(tags ?? {}).map(([key, value]) => ({
        key,
        value,
        propagateAtLaunch: false,
      })),
    },
    { ...opts, dependsOn: [identity.policy], ignoreChanges: ["desiredCapacity"] },
  );
  return { group, role: identity.role, securityGroup, logGroup };
}

function createSecurityGroup(
  name: string,
  { vpcId }: WorkerInstances,
  tags: ZipToLambdaPipelineArgs["tags"],
  opts: pulumi.CustomResourceOptions,
): aws.ec2.SecurityGroup {
  return new aws.ec2.SecurityGroup(
    childName(name, "worker"),
    {
      vpcId,
      // Another description would replace the group, which running workers use.
      description: `Workers of the pipeline ${name}: they connect to AWS, and nobody to them.`,
      ingress: [],
      egress: [
        {
          protocol: "tcp",
          fromPort: 443,
          toPort: 443,
          cidrBlocks: ["0.0.0.0/0"],
          description: "AWS, and packages",
        },
      ],
      tags,
    },
    opts,
  );
}

function createRole(
  self: pulumi.Resource,
  name: string,
  { args: { tags }, bucket, queue, groupName, permissions }: WorkerGroupParts,
  logGroup: aws.cloudwatch.LogGroup,
) {
  const opts = { parent: self };
  const role = new aws.iam.Role(
    childName(name, "instance-role"),
    { assumeRolePolicy: assumeRolePolicy("ec2.amazonaws.com"), tags },
    opts,
  );
  const own = instanceStatements(self, {
    bucketArn: bucket.bucket.arn,
    queueArn: queue.arn,
    logGroupArn: logGroup.arn,
    groupName,
  });
  const policy = new aws.iam.RolePolicy(
    childName(name, "instance-policy"),
    { role: role.name, policy: policyDocument([...permissions, ...own], self) },
    opts,
  );
  const profile = new aws.iam.InstanceProfile(
    childName(name, "instance"),
    { role: role.name, tags },
    opts,
  );
  return { role, policy, profile };
}

function userData(
  self: pulumi.Resource,
  name: string,
  { bucket, settings, groupName, environment }: WorkerGroupParts,
  logGroup: aws.cloudwatch.LogGroup,
): pulumi.Output<string> {
  const { object, sha256 } = keepProgram(name, bucket, settings, { parent: self });
  const boot = {
    bucket: object.bucket,
    key: object.key,
    versionId: object.versionId,
    sha256,
    region: locationOf(self).region,
    environment: { ...environment, GROUP_NAME: groupName, LOG_GROUP_NAME: logGroup.name },
  };
  return pulumi.output(boot).apply((known) => {
    const { environment, ...others } = known;
    if (Object.values({ ...environment, ...others }).some(isMissingInMocks)) return "";
    return Buffer.from(userDataOf(known)).toString("base64");
  });
}
