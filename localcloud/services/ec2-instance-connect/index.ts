import type * as Sdk from "@aws-sdk/client-ec2-instance-connect";
import { constraints } from "../../constraints/ec2-instance-connect";
import { formatArn } from "../../core/arn";
import { AwsError } from "../../core/errors";
import type { Operation, ServiceDefinition } from "../../core/service";
import type { InputOf, OutputOf } from "../../entities/api";

type SendSshPublicKey = Operation<
  undefined,
  InputOf<typeof Sdk, "SendSSHPublicKey">,
  OutputOf<typeof Sdk, "SendSSHPublicKey">
>;

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-connect-methods.html */
const VALID_MS = 60_000;

/** https://docs.aws.amazon.com/ec2-instance-connect/latest/APIReference/API_SendSSHPublicKey.html */
const sendSshPublicKey: SendSshPublicKey = {
  access({ InstanceId, InstanceOSUser }, context) {
    const machine = context.cloud.machines.at(InstanceId);
    const tags = [...(machine?.facts.tags ?? [])].flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value] as const,
      [`ec2:ResourceTag/${key}`, value] as const,
    ]);
    return [
      {
        action: "ec2-instance-connect:SendSSHPublicKey",
        resource: formatArn("ec2", context, `instance/${InstanceId}`),
        context: { ...Object.fromEntries(tags), "ec2:osuser": InstanceOSUser },
      },
    ];
  },
  run({ InstanceId, InstanceOSUser: user, SSHPublicKey: publicKey, ...input }, context) {
    const machine = context.cloud.machines.at(InstanceId);
    const { facts } = machine ?? {};
    const isThere =
      facts?.region === context.region && facts.zone === (input.AvailabilityZone ?? facts.zone);
    if (!machine || !isThere)
      throw new AwsError("EC2InstanceNotFoundException", "The specified instance was not found.");
    if (!machine.isUp)
      throw new AwsError(
        "EC2InstanceStateInvalidException",
        "Unable to connect because the instance is not in a valid state.",
      );
    // RSA and Ed25519: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-connect-prerequisites.html
    if (!/^ssh-(rsa|ed25519) +[A-Za-z0-9+/=]+( |$)/.test(publicKey.trim()))
      throw new AwsError("InvalidArgsException", "The SSH public key is not valid.");
    const now = context.clock.now();
    const others = machine.temporaryKeys.filter(({ until }) => until > now);
    machine.temporaryKeys = [...others, { user, publicKey, until: now + VALID_MS }];
    return { RequestId: context.requestId, Success: true };
  },
};

/**
 * EC2 Instance Connect: public keys that allow a login for one minute. Whether the user exists is checked at the
 * login. AWS documents no rate limit, so there is none here. Not supported: the serial console, and tunnels through
 * endpoints.
 */
export const ec2InstanceConnect: ServiceDefinition<undefined> = {
  name: "ec2-instance-connect",
  signingName: "ec2-instance-connect",
  iamPrefix: "ec2-instance-connect",
  sdk: () => require("@aws-sdk/client-ec2-instance-connect") as object,
  constraints: () => ({ table: constraints(), code: "InvalidArgsException" }),
  createStore: () => undefined,
  operations: { SendSSHPublicKey: sendSshPublicKey },
};
