import type { Instance } from "@aws-sdk/client-ec2";
import { CreateTagsCommand, StopInstancesCommand } from "@aws-sdk/client-ec2";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  type SendCommandCommandInput,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";
import { until } from "../../support/until";
import { connection } from "../ec2/ec2Cloud";
import { SshFleet } from "../ec2/sshFleet";
import { createManagedProfile } from "./managedProfile";

describe("SSM Run Command", () => {
  let f: SshFleet;
  let ssm: SSMClient;
  let fleet: Instance[];
  let stranger: Instance;

  before(async () => {
    f = await SshFleet.start();
    ssm = new SSMClient(connection(f.c.cloud));
    await createManagedProfile(f.c.cloud, "output");
    fleet = await f.launch({ MaxCount: 4, IamInstanceProfile: { Name: "managed" } });
    [stranger] = await f.launch();
    await tag([...fleet, stranger], "Role", "hello");
    await tag([fleet[0]], "Name", "first");
  });
  after(async () => {
    ssm.destroy();
    await f.stop();
  });

  const idOf = ({ InstanceId = "" }: Instance): string => InstanceId;
  const tag = (some: Instance[], Key: string, Value: string) =>
    f.c.client.send(new CreateTagsCommand({ Resources: some.map(idOf), Tags: [{ Key, Value }] }));

  async function send(
    command: string,
    more: Partial<SendCommandCommandInput> = {},
    by = ssm,
  ): Promise<string> {
    const { Command } = await by.send(
      new SendCommandCommand({
        DocumentName: "AWS-RunShellScript",
        Parameters: { commands: [command] },
        ...(!more.InstanceIds && { Targets: [{ Key: "tag:Role", Values: ["hello"] }] }),
        ...more,
      }),
    );
    return Command?.CommandId ?? "";
  }

  async function command(CommandId: string) {
    const { Commands: [found] = [] } = await ssm.send(new ListCommandsCommand({ CommandId }));
    return found;
  }

  /** Returns the result of a command when it has ended. */
  async function ended(id: string) {
    const isOver = async () => !/Pending|InProgress|ing/.test((await command(id)).Status ?? "");
    await until("the command's end", isOver);
    return command(id);
  }

  const invocation = (CommandId: string, InstanceId: string) =>
    ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId }));

  async function statuses(CommandId: string): Promise<(string | undefined)[]> {
    const { CommandInvocations = [] } = await ssm.send(
      new ListCommandInvocationsCommand({ CommandId }),
    );
    return CommandInvocations.map(({ StatusDetails }) => StatusDetails).sort();
  }

  it("lists the instances whose role allows their agent, and no others", async () => {
    const { InstanceInformationList = [] } = await ssm.send(
      new DescribeInstanceInformationCommand({
        Filters: [{ Key: "tag:Role", Values: ["hello"] }],
      }),
    );
    expect(InstanceInformationList.map(({ InstanceId }) => InstanceId)).to.have.members(
      fleet.map(idOf),
    );
    expect(InstanceInformationList[0]).to.include({ PingStatus: "Online", PlatformType: "Linux" });
    await expectAwsError(
      send("true", { InstanceIds: [idOf(stranger)] }),
      "InvalidInstanceId",
      `Instances [[${idOf(stranger)}]] not in a valid state for account 123456789012`,
    );
  });

  it("runs a script as root on every instance with the tag, and returns each output and exit code", async () => {
    const id = await send("echo $USER in ${PWD##*/}; echo oops >&2", { Comment: "hello" });
    expect(await ended(id)).to.include({
      Status: "Success",
      TargetCount: 4,
      CompletedCount: 4,
      ErrorCount: 0,
      Comment: "hello",
    });
    expect(await invocation(id, idOf(fleet[0]))).to.include({
      Status: "Success",
      ResponseCode: 0,
      PluginName: "aws:runShellScript",
      StandardOutputContent: "root in root\n",
      StandardErrorContent: "oops\n",
    });
    const { CommandInvocations = [] } = await ssm.send(
      new ListCommandInvocationsCommand({
        CommandId: id,
        InstanceId: idOf(fleet[0]),
        Details: true,
      }),
    );
    expect(CommandInvocations.map(({ InstanceName }) => InstanceName)).to.deep.equal(["first"]);
    expect(CommandInvocations[0].CommandPlugins?.[0].Output).to.equal(
      "root in root\n\n----------ERROR-------\noops\n",
    );
  });

  it("sends to no further instance after more failures than MaxErrors, whose default is 0", async () => {
    const one = { MaxConcurrency: "1" };
    const first = await send("exit 3", one);
    expect(await ended(first)).to.include({ Status: "Failed", ErrorCount: 1, CompletedCount: 4 });
    expect(await statuses(first)).to.deep.equal([
      "Failed",
      "Terminated",
      "Terminated",
      "Terminated",
    ]);
    const half = await send("exit 3", { ...one, MaxErrors: "50%" });
    expect(await ended(half)).to.include({ Status: "Failed", ErrorCount: 3 });
    const all = await send("exit 3", { MaxErrors: "100%" });
    expect(await ended(all)).to.include({ StatusDetails: "Incomplete", ErrorCount: 4 });
  });

  it("runs on at most MaxConcurrency instances at the same time", async () => {
    const id = await send("read line < /dev/null; sleep 0.3", { MaxConcurrency: "2" });
    let most = 0;
    await until("its end", async () => {
      const now = await statuses(id);
      most = Math.max(most, now.filter((one) => one === "InProgress").length);
      return now.every((one) => one === "Success");
    });
    expect(most).to.equal(2);
  });

  it("ends scripts that exceed the document's timeout, in cloud time", async () => {
    const InstanceIds = [idOf(fleet[0])];
    const Parameters = { commands: ["echo begun; sleep 1000"], executionTimeout: ["60"] };
    const id = await send("", { InstanceIds, Parameters });
    await until("its start", async () => (await statuses(id))[0] === "InProgress");
    await until("output", async () => {
      return (await invocation(id, InstanceIds[0])).StandardOutputContent === "begun\n";
    });
    await f.c.seconds(61);
    expect(await ended(id)).to.include({ Status: "TimedOut" });
    expect(await invocation(id, InstanceIds[0])).to.include({
      StatusDetails: "ExecutionTimedOut",
      ResponseCode: -1,
    });
  });

  it("is cancelled while running and while waiting", async () => {
    const id = await send("sleep 1000", { MaxConcurrency: "1" });
    await until("its start", async () => (await statuses(id)).includes("InProgress"));
    await ssm.send(new CancelCommandCommand({ CommandId: id }));
    expect(await ended(id)).to.include({ Status: "Cancelled" });
    expect(new Set(await statuses(id))).to.deep.equal(new Set(["Cancelled"]));
  });

  it("returns 24 000 characters of an output, and uploads all of it to a bucket", async () => {
    const s3 = new S3Client({ ...connection(f.c.cloud), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: "output" }));
    const InstanceIds = [idOf(fleet[0])];
    const to = { InstanceIds, OutputS3BucketName: "output", OutputS3KeyPrefix: "runs" };
    const id = await send("head -c 30000 /dev/zero | tr '\\0' x", to);
    await ended(id);
    const { StandardOutputContent = "" } = await invocation(id, InstanceIds[0]);
    expect(StandardOutputContent).to.have.length(24_000);
    const Key = `runs/${id}/${InstanceIds[0]}/awsrunShellScript/0.awsrunShellScript/stdout`;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "output", Key }));
    expect(await Body?.transformToString()).to.equal("x".repeat(30_000));
    s3.destroy();
  });

  it("can be sent only to instances with the tags in the caller's policy", async () => {
    const on = (name: string, value: string) => ({
      Effect: "Allow",
      Action: "ssm:SendCommand",
      Resource: "arn:aws:ec2:us-east-1:123456789012:instance/*",
      Condition: { StringEquals: { [`ssm:resourceTag/${name}`]: value } },
    });
    const credentials = await roleSession(f.c.cloud, "sender", [
      {
        Effect: "Allow",
        Action: "ssm:SendCommand",
        Resource: "arn:aws:ssm:us-east-1::document/AWS-RunShellScript",
      },
      on("Name", "first"),
    ]);
    const by = new SSMClient({ ...connection(f.c.cloud), credentials });
    expect(await ended(await send("true", { InstanceIds: [idOf(fleet[0])] }, by))).to.include({
      Status: "Success",
    });
    await expectAwsError(send("true", {}, by), "AccessDeniedException");
    by.destroy();
  });

  it("sends each change of a command's state to EventBridge", async () => {
    const events = new EventBridgeClient(connection(f.c.cloud));
    const sqs = new SQSClient(connection(f.c.cloud));
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "events" }));
    const QueueArn = "arn:aws:sqs:us-east-1:123456789012:events";
    const Statement = {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: QueueArn,
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    const pattern = {
      source: ["aws.ssm"],
      "detail-type": ["EC2 Command Status-change Notification"],
    };
    await events.send(
      new PutRuleCommand({ Name: "commands", EventPattern: JSON.stringify(pattern) }),
    );
    const Targets = [{ Id: "queue", Arn: QueueArn }];
    await events.send(new PutTargetsCommand({ Rule: "commands", Targets }));
    const id = await send("exit 3", { InstanceIds: [idOf(fleet[0])] });
    await ended(id);
    const seen: unknown[] = [];
    await until("both events", async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      for (const { Body = "{}" } of Messages) {
        const { detail } = JSON.parse(Body) as { detail: Record<string, unknown> };
        seen.push([detail["command-id"], detail["document-name"], detail.status]);
      }
      return seen.length >= 2;
    });
    expect(seen).to.have.deep.members([
      [id, "AWS-RunShellScript", "InProgress"],
      [id, "AWS-RunShellScript", "Failed"],
    ]);
    events.destroy();
    sqs.destroy();
  });

  it("reports agents that accept nothing, cannot be reached, never respond or are not installed", async () => {
    const InstanceIds = [idOf(fleet[1])];
    const behave = (behaviour: string, instanceId = InstanceIds[0]): Promise<Response> =>
      fetch(`${f.c.cloud.endpoint}/_localcloud/agent`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ instanceId, behaviour }),
      });
    const expire = { InstanceIds, TimeoutSeconds: 30 };
    await behave("silent");
    const silent = await send("true", expire);
    expect(await statuses(silent)).to.deep.equal(["Delayed"]);
    await f.c.seconds(31);
    expect(await statuses(silent)).to.deep.equal(["DeliveryTimedOut"]);
    await behave("undeliverable");
    expect(await statuses(await send("true", expire))).to.deep.equal(["Undeliverable"]);
    await behave("unregistered");
    await expectAwsError(send("true", expire), "InvalidInstanceId");
    await behave("mute");
    const Parameters = { commands: ["echo done > started"], executionTimeout: ["60"] };
    const mute = await send("", { ...expire, Parameters });
    await behave("normal");
    // The first script has run, as the second one observes.
    const wait = "while [ ! -s started ]; do sleep 0.02; done; cat started";
    expect(await ended(await send(wait, expire))).to.include({ Status: "Success" });
    expect(await statuses(mute)).to.deep.equal(["InProgress"]);
    await f.c.seconds(91);
    await until("its expiry", async () => (await statuses(mute))[0] === "DeliveryTimedOut");
    expect((await behave("asleep")).status).to.equal(400);
  });

  it("refuses other documents, invalid parameters and instances that are not running", async () => {
    const DocumentName = "AWS-UpdateSSMAgent";
    await expectAwsError(send("true", { DocumentName }), "InvalidDocument");
    await expectAwsError(send("true", { Parameters: {} }), "InvalidParameters");
    await expectAwsError(send("#".repeat(65_536)), "MaxDocumentSizeExceeded");
    await expectAwsError(send("true", { MaxErrors: "x" }), "ValidationException");
    const none = await send("true", { Targets: [{ Key: "tag:Role", Values: ["nobody"] }] });
    expect(await command(none)).to.include({ StatusDetails: "NoInstancesInTag", TargetCount: 0 });
    await expectAwsError(invocation(none, idOf(fleet[0])), "InvocationDoesNotExist");
    const InstanceIds = [idOf(fleet[3])];
    await f.c.client.send(new StopInstancesCommand({ InstanceIds }));
    await expectAwsError(send("true", { InstanceIds }), "InvalidInstanceId");
  });
});
