import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { SshCron } from "../../components";
import type { Settings } from "../settings";

/** Lets the worker reach S3 and DynamoDB from the VPC without internet access: these endpoints are free. */
function createEndpoints(vpc: aws.ec2.Vpc): void {
  const { region } = aws.getRegionOutput();
  for (const service of ["s3", "dynamodb"])
    new aws.ec2.VpcEndpoint(`fleet-${service}`, {
      vpcId: vpc.id,
      serviceName: pulumi.interpolate`com.amazonaws.${region}.${service}`,
      vpcEndpointType: "Gateway",
      routeTableIds: [vpc.mainRouteTableId],
    });
}

/** Prints hello on every host with the tag `Role=hello`, every 15 minutes, over SSH. */
export function createHello(
  { alarmActions, logRetentionInDays, protectData }: Settings,
  vpc: aws.ec2.Vpc,
  subnets: readonly aws.ec2.Subnet[],
): SshCron {
  createEndpoints(vpc);
  return new SshCron("hello", {
    schedule: "rate(15 minutes)",
    targets: { tag: "Role", value: "hello" },
    user: "ec2-user",
    commands: ['echo "Hello, world, from $(uname -n)"'],
    network: { vpcId: vpc.id, subnetIds: subnets.map(({ id }) => id) },
    // The local cloud sets this tag to a host's SSH port; on AWS no host has it, and the port is 22.
    port: { tag: "aws-callbacks:ssh-port" },
    forceDestroy: !protectData,
    alarmActions,
    logRetentionInDays,
  });
}

/** Returns the user data for cloud-init: it allows the key for the image's default user at the first boot. */
export function lettingIn({ publicKey }: SshCron): pulumi.Output<string> | undefined {
  return publicKey?.apply((key) =>
    Buffer.from(`#cloud-config\nssh_authorized_keys:\n  - ${key}\n`).toString("base64"),
  );
}
