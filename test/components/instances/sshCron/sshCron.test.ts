import { expect } from "chai";
import { SshCron, type SshCronArgs } from "../../../../components";
import { componentGraph } from "../../../support/graph/componentGraph";
import { ACCOUNT, REGION } from "../../../support/graph/pulumiMocks";
import { PIN, ARGS, BY_SSM } from "./args";

interface Document {
  Statement: { Sid?: string; Action: string[]; Resource: string[]; Condition?: object }[];
}

const graph = (args: Partial<SshCronArgs> = {}) =>
  componentGraph(() => new SshCron("hello", { ...ARGS, ...args }));

type Graph = Awaited<ReturnType<typeof graph>>;

function statements(resources: Graph, role: string): Document["Statement"] {
  const policy = resources.find(
    ({ type, name }) => type === "aws:iam/rolePolicy:RolePolicy" && name === role,
  );
  return (JSON.parse(String(policy?.props.policy)) as Document).Statement;
}

function actions(resources: Graph, role: string): string[] {
  return statements(resources, role)
    .filter(({ Sid = "" }) => !["WriteLog", "JoinVpc", "NotByCode", "PollQueues"].includes(Sid))
    .flatMap(({ Action }) => Action)
    .sort();
}

describe("SshCron", function () {
  this.timeout(120_000);

  it("creates three functions, a queue with dead letters, a table, two schedules and its own key", async () => {
    const resources = await graph();
    const ofType = (type: string): string[] =>
      resources.filter((one) => one.type === type).map(({ name }) => name);
    expect(ofType("aws:lambda/function:Function")).to.have.members([
      "hello-trigger",
      "hello-worker",
      "hello-reconciler",
      "hello-key-maker",
    ]);
    expect(ofType("aws:scheduler/schedule:Schedule")).to.have.members(["hello", "hello-watch"]);
    expect(ofType("aws:dynamodb/table:Table")).to.deep.equal(["hello-runs"]);
    expect(ofType("aws:s3/bucket:Bucket")).to.have.members(["hello-key", "hello-logs"]);
    expect(ofType("aws:ec2/securityGroup:SecurityGroup")).to.deep.equal(["hello-worker"]);
    expect(ofType("aws:sqs/queue:Queue")).to.have.members([
      "hello-hosts",
      "hello-hosts-dead",
      "hello-trigger-failures",
    ]);
    for (const { type, parent, name } of resources)
      if (type.startsWith("aws:")) expect(parent, name).to.match(/SshCron|CallbackFunction/);
  });

  it("passes the time at which an occurrence was due to the trigger", async () => {
    const resources = await graph({ timezone: "Europe/Berlin", flexibleMinutes: 5 });
    const schedule = resources.find(
      ({ type, name }) => type.endsWith(":Schedule") && name === "hello",
    )?.props as { target: { input: string }; [name: string]: unknown };
    expect(JSON.parse(schedule.target.input)).to.deep.equal({
      scheduledTime: "<aws.scheduler.scheduled-time>",
    });
    expect(schedule).to.deep.include({
      scheduleExpression: "rate(15 minutes)",
      scheduleExpressionTimezone: "Europe/Berlin",
      state: "ENABLED",
      flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: 5 },
    });
  });

  it("is created disabled, and still handles occurrences that have begun", async () => {
    const resources = await graph({ enabled: false });
    const states = resources
      .filter(({ type }) => type.endsWith(":Schedule"))
      .map(({ name, props }) => [name, props.state]);
    expect(states).to.have.deep.members([
      ["hello", "DISABLED"],
      ["hello-watch", undefined],
    ]);
  });

  it("permits the trigger to describe, remember and send, and nothing on the hosts", async () => {
    const resources = await graph();
    expect(actions(resources, "hello-trigger-policy")).to.deep.equal([
      "dynamodb:BatchGetItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "ec2:DescribeInstances",
      "ec2:GetConsoleOutput",
      "sqs:SendMessage",
      "sqs:SendMessage",
    ]);
    const console = statements(resources, "hello-trigger-policy").find(({ Action }) =>
      Action.includes("ec2:GetConsoleOutput"),
    );
    expect(console?.Condition).to.deep.equal({ StringEquals: { "ec2:ResourceTag/Role": "hello" } });
  });

  it("permits the trigger to read the console of hosts that a wildcard target finds", async () => {
    const resources = await graph({ targets: { tag: "Name", value: "web-*" } });
    const console = statements(resources, "hello-trigger-policy").find(({ Action }) =>
      Action.includes("ec2:GetConsoleOutput"),
    );
    expect(console?.Condition).to.deep.equal({ StringLike: { "ec2:ResourceTag/Name": "web-*" } });
  });

  it("omits each statement whose option is not used", async () => {
    const targets = { host: "db.example.com", hostKeys: [PIN] };
    const key = { ssmParameter: "/ssh/key" };
    const network = { public: "The hosts are on the internet as they are." };
    const resources = await graph({
      targets,
      key,
      network,
      overlap: "allow",
      script: { text: "id" },
    });
    expect(actions(resources, "hello-trigger-policy")).to.deep.equal([
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "sqs:SendMessage",
      "sqs:SendMessage",
    ]);
    expect(actions(resources, "hello-worker-policy")).to.deep.equal([
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "s3:PutObject",
      "ssm:GetParameter",
    ]);
  });

  it("permits the worker to read the table only for keys of instances and for polled jobs", async () => {
    const reads = async (more: Partial<SshCronArgs>): Promise<boolean> =>
      actions(await graph(more), "hello-worker-policy").includes("dynamodb:GetItem");
    expect(await reads({})).to.equal(true);
    expect(await reads(BY_SSM)).to.equal(false);
    expect(await reads({ ...BY_SSM, background: true })).to.equal(false);
    expect(await reads({ ...BY_SSM, background: { poll: true } })).to.equal(true);
  });

  it("grants the worker exactly the objects of its arguments", async () => {
    const resources = await graph({
      key: { bucket: "keys", key: "hello/id_ed25519" },
      script: { bucket: "scripts", key: "hello.sh", versionId: "v1" },
      logs: { bucket: "logs", prefix: "ssh/" },
    });
    const granted = statements(resources, "hello-worker-policy").filter(({ Action }) =>
      Action.some((action) => action.startsWith("s3:")),
    );
    expect(granted.map(({ Action, Resource }) => [Action[0], Resource[0]])).to.deep.equal([
      ["s3:PutObject", "arn:aws:s3:::logs/ssh/hello/*"],
      ["s3:GetObject", "arn:aws:s3:::keys/hello/id_ed25519"],
      ["s3:GetObjectVersion", "arn:aws:s3:::scripts/hello.sh"],
    ]);
    expect(resources.map(({ name }) => name)).not.to.include("hello-key-maker");
  });

  it("permits keys through Instance Connect only for its user and its targets", async () => {
    const network = { vpcId: "vpc-1", subnetIds: ["subnet-1"], nat: true };
    const targets = [{ group: "web" }, { instances: ["i-0abc"] }];
    const resources = await graph({ key: { instanceConnect: true }, network, targets });
    const sends = statements(resources, "hello-worker-policy").filter(({ Action }) =>
      Action.includes("ec2-instance-connect:SendSSHPublicKey"),
    );
    expect(sends.map(({ Resource, Condition }) => [Resource[0], Condition])).to.deep.equal([
      [
        `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/*`,
        {
          StringEquals: {
            "ec2:osuser": "ec2-user",
            "ec2:ResourceTag/aws:autoscaling:groupName": "web",
          },
        },
      ],
      [
        `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/i-0abc`,
        { StringEquals: { "ec2:osuser": "ec2-user" } },
      ],
    ]);
  });

  it("reaches hosts by IPv6 only when configured", async () => {
    const egress = async (args: Partial<SshCronArgs>) => {
      const resources = await graph(args);
      const propsOf = (type: string, name: string) =>
        resources.find((one) => one.type === type && one.name === name)?.props as {
          egress: { cidrBlocks: string[]; ipv6CidrBlocks?: string[] }[];
          vpcConfig: { ipv6AllowedForDualStack?: boolean };
        };
      const [rule] = propsOf("aws:ec2/securityGroup:SecurityGroup", "hello-worker").egress;
      const { vpcConfig } = propsOf("aws:lambda/function:Function", "hello-worker");
      return [rule.cidrBlocks, rule.ipv6CidrBlocks, vpcConfig.ipv6AllowedForDualStack];
    };
    expect(await egress({})).to.deep.equal([["0.0.0.0/0"], undefined, undefined]);
    const open = [["0.0.0.0/0"], ["::/0"], true];
    expect(await egress({ address: "ipv6" })).to.deep.equal(open);
  });

  it("may decrypt and encrypt only with your keys that its objects use", async () => {
    const kmsOf = async (args: Partial<SshCronArgs>) =>
      statements(await graph(args), "hello-worker-policy")
        .filter(({ Action }) => Action.some((action) => action.startsWith("kms:")))
        .map(({ Action, Resource }) => [Action.join(), Resource.join()]);
    const arn = (id: string): string => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`;
    const object = { bucket: "b", key: "k" };
    const granted = await kmsOf({
      key: { ...object, kmsKey: arn("key") },
      script: { ...object, kmsKey: arn("script") },
      logs: { bucket: "b", kmsKey: arn("logs") },
    });
    expect(granted).to.have.deep.members([
      ["kms:Decrypt", arn("key")],
      ["kms:Decrypt", arn("script")],
      ["kms:GenerateDataKey", arn("logs")],
    ]);
  });

  it("permits keys through Instance Connect for jump hosts too, with their user", async () => {
    const resources = await graph({
      key: { instanceConnect: true },
      network: { vpcId: "vpc-1", subnetIds: ["subnet-1"], nat: true },
      jumpHosts: [{ host: "10.0.0.1", user: "jump", hostKeys: [PIN], instanceId: "i-0jump" }],
    });
    const onTheWay = statements(resources, "hello-worker-policy").find(({ Resource }) =>
      Resource[0].endsWith("instance/i-0jump"),
    );
    expect(onTheWay).to.deep.include({
      Action: ["ec2-instance-connect:SendSSHPublicKey"],
      Condition: { StringEquals: { "ec2:osuser": "jump" } },
    });
  });

  it("alarms on silence only after a first run, not in the first deployment without data", async () => {
    const alarmActions = [`arn:aws:sns:${REGION}:${ACCOUNT}:alarms`];
    const resources = await graph({ alarmActions });
    const alarm = resources.find(({ name }) => name === "hello-silent")?.props;
    expect(alarm).to.deep.include({
      treatMissingData: "missing",
      insufficientDataActions: alarmActions,
      alarmActions,
      period: 7 * 60,
      evaluationPeriods: 2,
    });
  });

  it("checks an occurrence each minute, and may send more, only when there are waves or polls", async () => {
    const followed = async (args: Partial<SshCronArgs>) => {
      const resources = await graph(args);
      const watch = resources.find(
        ({ name, type }) => name === "hello-watch" && type.endsWith("e"),
      );
      return [
        watch?.props.scheduleExpression,
        actions(resources, "hello-reconciler-policy").includes("lambda:InvokeFunction"),
      ];
    };
    expect(await followed({ background: true })).to.deep.equal(["rate(7 minutes)", false]);
    expect(await followed({ background: { poll: true } })).to.deep.equal(["rate(1 minute)", true]);
  });

  it("with Systems Manager creates no key and no network, and may only send to its targets and follow", async () => {
    const resources = await graph({
      ...BY_SSM,
      targets: [{ group: "web" }, { instances: ["i-1"] }],
    });
    const names = resources.map(({ name }) => name);
    expect(names).to.not.include.members(["hello-key", "hello-key-maker"]);
    const worker = resources.find(
      ({ name, type }) => name === "hello-worker" && /:Function$/.test(type),
    );
    expect(worker?.props.vpcConfig).to.equal(undefined);
    expect(JSON.stringify(worker?.props.environment)).not.to.contain("KEYS");
    expect(resources.some(({ type }) => type.includes("SecurityGroup"))).to.equal(false);
    expect(actions(resources, "hello-trigger-policy")).to.not.include("ec2:GetConsoleOutput");
    const own = statements(resources, "hello-worker-policy").filter(({ Action }) =>
      Action.some((action) => /^(ssm|s3|ec2)/.test(action)),
    );
    const arn = (id: string): string => `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/${id}`;
    expect(
      own.map(({ Action, Resource, Condition }) => [Action, Resource, Condition]),
    ).to.deep.equal([
      [["s3:PutObject"], ["arn:aws:s3:::hello-logs-id/hello/*"], undefined],
      [["ssm:SendCommand"], [`arn:aws:ssm:${REGION}::document/AWS-RunShellScript`], undefined],
      [
        ["ssm:SendCommand"],
        [arn("*")],
        { StringEquals: { "ssm:resourceTag/aws:autoscaling:groupName": "web" } },
      ],
      [["ssm:SendCommand"], [arn("i-1")], undefined],
      [
        ["ssm:CancelCommand", "ssm:GetCommandInvocation", "ssm:ListCommandInvocations"],
        ["*"],
        undefined,
      ],
      [["s3:GetObject"], ["arn:aws:s3:::hello-logs-id/hello/output/*"], undefined],
    ]);
  });
});
