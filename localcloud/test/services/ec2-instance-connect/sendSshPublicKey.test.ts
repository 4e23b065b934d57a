import {
  EC2InstanceConnectClient,
  SendSSHPublicKeyCommand,
  type SendSSHPublicKeyCommandInput,
} from "@aws-sdk/client-ec2-instance-connect";
import { CreateTagsCommand, type Instance, StopInstancesCommand } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";
import { connection } from "../ec2/ec2Cloud";
import { newKey } from "../ec2/sshClient";
import { SshFleet } from "../ec2/sshFleet";

describe("EC2 Instance Connect", () => {
  const key = newKey();
  let f: SshFleet;
  let client: EC2InstanceConnectClient;
  let host: Instance;
  before(async () => {
    f = await SshFleet.start();
    client = new EC2InstanceConnectClient(connection(f.c.cloud));
    [host] = await f.launch({ KeyName: undefined });
  });
  afterEach(() => f.endConnections());
  after(async () => {
    client.destroy();
    await f.stop();
  });

  const send = (more: Partial<SendSSHPublicKeyCommandInput> = {}, by = client) =>
    by.send(
      new SendSSHPublicKeyCommand({
        InstanceId: host.InstanceId,
        InstanceOSUser: "ec2-user",
        SSHPublicKey: key.public,
        ...more,
      }),
    );
  const login = (username = "ec2-user") => f.failure(host, { username, privateKey: key.private });

  it("adds a key for a user of an instance for 60 seconds of cloud time", async () => {
    expect(await login()).to.match(/authentication methods failed/);
    expect((await send()).Success).to.equal(true);
    await f.c.seconds(59);
    expect(await login()).to.equal("connected");
    expect(await login("ubuntu")).to.match(/authentication methods failed/);
    await f.c.seconds(1);
    expect(await login()).to.match(/authentication methods failed/);
  });

  it("accepts a key for a user who does not exist, whose login then fails", async () => {
    await send({ InstanceOSUser: "stranger" });
    expect(await login("stranger")).to.match(/authentication methods failed/);
  });

  it("refuses an unknown instance, an invalid key, and an instance that is not running", async () => {
    await expectAwsError(
      send({ InstanceId: "mi-0123456789abcdef0" }),
      "InvalidArgsException",
      "1 validation error detected: Value 'mi-0123456789abcdef0' at 'instanceId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^i-[a-f0-9]+$",
    );
    await expectAwsError(
      send({ InstanceId: "i-0123456789abcdef0" }),
      "EC2InstanceNotFoundException",
    );
    await expectAwsError(send({ AvailabilityZone: "us-east-1f" }), "EC2InstanceNotFoundException");
    await expectAwsError(send({ SSHPublicKey: "x".repeat(100) }), "InvalidArgsException");
    const [other] = await f.launch();
    const InstanceIds = [other.InstanceId ?? ""];
    await f.c.client.send(new StopInstancesCommand({ InstanceIds }));
    await expectAwsError(
      send({ InstanceId: other.InstanceId }),
      "EC2InstanceStateInvalidException",
    );
  });

  it("is limited to the user and the tags in a role's policy", async () => {
    await f.c.client.send(
      new CreateTagsCommand({
        Resources: [host.InstanceId ?? ""],
        Tags: [{ Key: "Role", Value: "hello" }],
      }),
    );
    const credentials = await roleSession(f.c.cloud, "connector", [
      {
        Effect: "Allow",
        Action: "ec2-instance-connect:SendSSHPublicKey",
        Resource: "arn:aws:ec2:us-east-1:123456789012:instance/*",
        Condition: {
          StringEquals: { "ec2:osuser": "ec2-user", "aws:ResourceTag/Role": "hello" },
        },
      },
    ]);
    const by = new EC2InstanceConnectClient({ ...connection(f.c.cloud), credentials });
    await send({}, by);
    await expectAwsError(send({ InstanceOSUser: "root" }, by), "AccessDeniedException");
    const [other] = await f.launch();
    await expectAwsError(send({ InstanceId: other.InstanceId }, by), "AccessDeniedException");
    by.destroy();
  });
});
