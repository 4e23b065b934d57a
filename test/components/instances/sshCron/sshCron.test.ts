import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { SshCron, type SshCronArgs } from "../../../../components";
import { componentGraph } from "../../../support/componentGraph";
import { ACCOUNT, mockPulumi, REGION } from "../../../support/pulumiMocks";

const PIN = `SHA256:${"A".repeat(43)}`;
const ARGS: SshCronArgs = {
  schedule: "rate(15 minutes)",
  targets: { tag: "Role", value: "hello" },
  user: "ec2-user",
  commands: ["uptime"],
  network: { vpcId: "vpc-1", subnetIds: ["subnet-1"] },
  alarmActions: [],
};

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

  it("makes three functions, a queue with dead letters, a table, two schedules and its own key", async () => {
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

  it("tells the trigger the time at which an occurrence was due", async () => {
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

  it("is created disabled, and still looks after what has begun", async () => {
    const resources = await graph({ enabled: false });
    const states = resources
      .filter(({ type }) => type.endsWith(":Schedule"))
      .map(({ name, props }) => [name, props.state]);
    expect(states).to.have.deep.members([
      ["hello", "DISABLED"],
      ["hello-watch", undefined],
    ]);
  });

  it("grants the trigger to describe, remember and send, and nothing of the hosts", async () => {
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

  it("lets the trigger read the consoles of the hosts that a target with a wildcard finds", async () => {
    const resources = await graph({ targets: { tag: "Name", value: "web-*" } });
    const console = statements(resources, "hello-trigger-policy").find(({ Action }) =>
      Action.includes("ec2:GetConsoleOutput"),
    );
    expect(console?.Condition).to.deep.equal({ StringLike: { "ec2:ResourceTag/Name": "web-*" } });
  });

  it("leaves out each statement whose option is not used", async () => {
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
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "s3:PutObject",
      "ssm:GetParameter",
    ]);
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

  it("lets a key in by Instance Connect for its user and its targets only", async () => {
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

  const refused: [string, Partial<Record<keyof SshCronArgs, unknown>>, RegExp][] = [
    ["a schedule", { schedule: "every day" }, /^schedule: 'every day' is not a schedule/],
    ["a time zone", { timezone: "Mars" }, /'Mars' is no time zone/],
    ["no target", { targets: [] }, /^targets: given \[\]; give at least one/],
    ["a target of two kinds", { targets: { tag: "a", value: "b", group: "c" } }, /tag and group/],
    ["a static host without a key", { targets: { host: "db" } }, /^targets\[0\]\.hostKeys: /],
    ["a user", { user: "root; id" }, /^user: given "root; id"/],
    ["no work", { commands: [] }, /^commands: given nothing; give commands, or a script/],
    ["an empty command", { commands: [" "] }, /^commands\[0\]: /],
    ["a key instead of its place", { key: "-----BEGIN" }, /never the key itself/],
    [
      "three keys",
      { key: [1, 2, 3].map((n) => ({ bucket: "b", key: `${n}` })) },
      /^key: given 3 places/,
    ],
    ["a job of 15 minutes", { timeout: 900 }, /^timeout: given 900; .*background: true/],
    ["a pin", { hostKeys: { pins: { "i-1": ["MD5:00"] } } }, /^hostKeys\.pins\.i-1\[0\]: /],
    ["a public network without a reason", { network: { public: "" } }, /say in a sentence why/],
    ["no network", { network: undefined }, /^network: given undefined; give \{ vpcId/],
    [
      "Instance Connect without NAT",
      { key: { instanceConnect: true } },
      /^key: given instanceConnect in a VPC without a way out; .*keep the key in S3.*nat: true.*public/,
    ],
    ["a parameter without NAT", { key: { ssmParameter: "/k" } }, /Systems Manager, whose endpoint/],
    ["a secret without NAT", { key: { secret: "arn" } }, /Secrets Manager, whose endpoint/],
    ["a variable", { environment: { "A B": "x" } }, /^environment\.A B: /],
    ["a window", { window: { from: "25:00", to: "06:00" } }, /^window\.from: given "25:00"/],
    ["a script that is not there", { script: { file: "/none" } }, /^script\.file: .*ENOENT/],
    ["an unknown option", { retries: 3 } as never, /^retries: given "retries"; allowed names are/],
  ];
  for (const [what, args, message] of refused)
    it(`refuses ${what} at preview, in a sentence`, () => {
      mockPulumi();
      const build = (): unknown => new SshCron("hello", { ...ARGS, ...args } as SshCronArgs);
      expect(build).to.throw(pulumi.ResourceError, message);
    });
});
