import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import {
  CallbackFunction,
  type CallbackFunctionArgs,
} from "../../../components/function/callbackFunction";
import {
  ACCOUNT,
  mockPulumi,
  type PulumiMocks,
  REGION,
  type RegisteredResource,
  unwrap,
} from "../../support/graph/pulumiMocks";

const callback = async (event: unknown): Promise<unknown> => event;
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
const quiet = { alarmActions: [] };

interface PolicyStatement {
  Sid?: string;
  Effect: string;
  Action: string[];
  Resource: string[];
  Condition?: object;
}

describe("CallbackFunction", () => {
  let mocks: PulumiMocks;
  beforeEach(() => {
    mocks = mockPulumi();
  });

  /** Builds a function and waits until all its children are registered. */
  async function build(args: Partial<CallbackFunctionArgs> = {}): Promise<CallbackFunction> {
    const built = new CallbackFunction("hello", { callback, permissions: [], ...quiet, ...args });
    await registered(built);
    return built;
  }

  const statements = (): PolicyStatement[] => {
    const { policy } = mocks.only("aws:iam/rolePolicy:RolePolicy").inputs;
    return (JSON.parse(policy as string) as { Statement: PolicyStatement[] }).Statement;
  };

  const functionInputs = (): Record<string, unknown> =>
    mocks.only("aws:lambda/function:Function").inputs;

  const alarm = (name: string): RegisteredResource => {
    const found = mocks
      .ofType("aws:cloudwatch/metricAlarm:MetricAlarm")
      .find((one) => one.name === name);
    if (!found) throw new Error(`no alarm ${name}`);
    return found;
  };

  it("registers these resources and no others", async () => {
    await build();
    expect(mocks.resources.map(({ type, name }) => `${type} ${name}`)).to.have.members([
      "aws-callbacks:index:CallbackFunction hello",
      "aws:cloudwatch/logGroup:LogGroup hello-logs",
      "aws:sqs/queue:Queue hello-failures",
      "aws:sqs/queuePolicy:QueuePolicy hello-failures",
      "aws:iam/role:Role hello-role",
      "aws:iam/rolePolicy:RolePolicy hello-policy",
      "aws:lambda/function:Function hello",
      "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig hello-failures",
      "aws:cloudwatch/metricAlarm:MetricAlarm hello-errors",
      "aws:cloudwatch/metricAlarm:MetricAlarm hello-failures",
    ]);
  });

  it("is the parent of each of them", async () => {
    const built = await build();
    const children = [built.function, built.role, built.rolePolicy, built.logGroup];
    const { failureQueue, alarms } = built;
    if (!failureQueue) throw new Error("no failure queue");
    for (const child of [...children, failureQueue, ...alarms]) {
      const type = (child as unknown as { __pulumiType: string }).__pulumiType;
      expect(await unwrap(child.urn)).to.contain(
        `aws-callbacks:index:CallbackFunction$${type}::hello`,
      );
    }
  });

  it("sets runtime, architecture, limits and JSON logs in its own group", async () => {
    await build();
    const { code, sourceCodeHash, ...inputs } = functionInputs();
    expect(inputs).to.deep.equal({
      role: `arn:aws:iam:${REGION}:${ACCOUNT}:hello-role-0000001`,
      handler: "index.handler",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      timeout: 30,
      memorySize: 256,
      loggingConfig: {
        logFormat: "JSON",
        applicationLogLevel: "INFO",
        logGroup: "hello-logs-0000001",
      },
    });
    expect(sourceCodeHash).to.match(/^[A-Za-z0-9+/]{43}=$/);
    expect(code).to.be.instanceOf(pulumi.asset.AssetArchive);
  });

  it("deploys only the bundled text", async () => {
    await build();
    const archive = functionInputs().code as pulumi.asset.AssetArchive;
    const assets = (await archive.assets) as Record<string, pulumi.asset.StringAsset>;
    expect(Object.keys(assets)).to.deep.equal(["index.js"]);
    expect(await assets["index.js"].text).to.contain("exports.handler = ");
  });

  it("passes a long text to Pulumi as a file, which is not stored in the stack's state", async () => {
    const long = "x".repeat(20_000);
    await build({ callback: async () => long });
    const archive = functionInputs().code as pulumi.asset.AssetArchive;
    const assets = (await archive.assets) as Record<string, pulumi.asset.FileAsset>;
    const file = await assets["index.js"].path;
    expect(file).to.match(/^node_modules\//);
    expect(readFileSync(file, "utf8")).to.contain("exports.handler = ").and.contain(long);
  });

  it("allows writes to its own log and failure queue, and nothing more", async () => {
    await build();
    expect(statements()).to.deep.equal([
      {
        Sid: "WriteLog",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [`arn:aws:cloudwatch:${REGION}:${ACCOUNT}:log-group:hello-logs-0000001:*`],
      },
      {
        Sid: "KeepFailures",
        Effect: "Allow",
        Action: ["sqs:SendMessage"],
        Resource: [`arn:aws:sqs:${REGION}:${ACCOUNT}:hello-failures-0000001`],
      },
    ]);
  });

  it("adds exactly the given permissions, including conditions and Outputs", async () => {
    const table = pulumi.output(`arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/comments`);
    const conditions = { StringEquals: { "aws:PrincipalTag/team": ["a", "b"] } };
    const actions = ["dynamodb:GetItem"];
    await build({ permissions: [{ sid: "Read", actions, resources: [table], conditions }] });
    expect(statements()[0]).to.deep.equal({
      Sid: "Read",
      Effect: "Allow",
      Action: ["dynamodb:GetItem"],
      Resource: [`arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/comments`],
      Condition: { StringEquals: { "aws:PrincipalTag/team": ["a", "b"] } },
    });
    expect(statements()).to.have.length(3);
  });

  it("lets only Lambda assume the role, and attaches no managed policy", async () => {
    await build();
    const { assumeRolePolicy, ...inputs } = mocks.only("aws:iam/role:Role").inputs;
    expect(inputs).to.deep.equal({});
    expect(JSON.parse(assumeRolePolicy as string)).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ],
    });
    expect(mocks.ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")).to.deep.equal([]);
  });

  it("grants no wildcard action and no wildcard resource by default", async () => {
    await build();
    for (const { Effect, Action, Resource } of statements()) {
      expect(Effect).to.equal("Allow");
      expect(Action.join()).not.to.contain("*");
      expect(Resource).not.to.include("*");
    }
  });

  it("keeps failed events 14 days in an encrypted queue that only accepts TLS", async () => {
    await build();
    expect(mocks.only("aws:sqs/queue:Queue").inputs).to.deep.equal({
      messageRetentionSeconds: 1_209_600,
      sqsManagedSseEnabled: true,
    });
    const { policy } = mocks.only("aws:sqs/queuePolicy:QueuePolicy").inputs;
    expect(JSON.parse(policy as string))
      .to.have.nested.property("Statement[0]")
      .that.deep.equals({
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: `arn:aws:sqs:${REGION}:${ACCOUNT}:hello-failures-0000001`,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
  });

  it("sends permanent failures to that queue", async () => {
    await build({ asynchronous: { maximumRetryAttempts: 0 } });
    const config = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
    expect(mocks.only(config).inputs).to.deep.equal({
      functionName: "hello-0000001",
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: 21_600,
      destinationConfig: {
        onFailure: { destination: `arn:aws:sqs:${REGION}:${ACCOUNT}:hello-failures-0000001` },
      },
    });
  });

  it("has neither queue nor permission to send when nothing calls it asynchronously", async () => {
    const built = await build({ asynchronous: false });
    expect(built.failureQueue).to.equal(undefined);
    expect(mocks.resources.filter(({ type }) => type.startsWith("aws:sqs/"))).to.deep.equal([]);
    expect(statements().map(({ Sid }) => Sid)).to.deep.equal(["WriteLog"]);
    expect(built.alarms).to.have.length(2);
    const alarms = mocks.ofType("aws:cloudwatch/metricAlarm:MetricAlarm");
    expect(alarms.map(({ inputs }) => inputs.metricName)).to.have.members(["Errors", "Throttles"]);
  });

  it("uses a failure queue of the user without an alarm on it", async () => {
    const queue = new aws.sqs.Queue("shared");
    const built = await build({ failureQueue: queue });
    expect(built.failureQueue).to.equal(queue);
    expect(mocks.only("aws:sqs/queue:Queue").name).to.equal("shared");
    expect(statements()[1].Resource).to.deep.equal([await unwrap(queue.arn)]);
    const alarms = mocks.ofType("aws:cloudwatch/metricAlarm:MetricAlarm");
    expect(alarms.map(({ inputs }) => inputs.metricName)).to.have.members(["Errors", "Throttles"]);
  });

  it("gives an alias its own retries and failure queue", async () => {
    const built = await build({ publish: true });
    const alias = new aws.lambda.Alias("live", {
      name: "LIVE",
      functionName: built.name,
      functionVersion: built.version,
    });
    const config = built.handleFailuresOf("live", alias);
    expect(await unwrap(config.urn)).to.contain("CallbackFunction$aws:lambda/functionEvent");
    expect(await unwrap(config.qualifier)).to.equal("LIVE");
    expect(functionInputs().publish).to.equal(true);
  });

  it("refuses an alias without a failure queue", async () => {
    const built = await build({ asynchronous: false });
    const alias = new aws.lambda.Alias("live", { functionName: "f", functionVersion: "1" });
    expect(() => built.handleFailuresOf("live", alias)).to.throw("asynchronous: false");
  });

  it("alarms at the first error and the first lost event of a minute", async () => {
    await build({ alarmActions: [TOPIC] });
    const common = {
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      period: 60,
      treatMissingData: "notBreaching",
      alarmActions: [TOPIC],
      threshold: 0,
    };
    const errors = alarm("hello-errors");
    const failures = alarm("hello-failures");
    expect(errors.inputs).to.deep.include({
      ...common,
      namespace: "AWS/Lambda",
      metricName: "Errors",
      statistic: "Sum",
      dimensions: { FunctionName: "hello-0000001" },
    });
    expect(failures.inputs).to.deep.include({
      ...common,
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      statistic: "Maximum",
      dimensions: { QueueName: "hello-failures-0000001" },
    });
  });

  it("creates the requested alarms, each once", async () => {
    const built = await build({ timeout: 10, alarms: ["slow", "undelivered", "slow"] });
    expect(built.alarms).to.have.length(2);
    const slow = alarm("hello-slow");
    const undelivered = alarm("hello-undelivered");
    expect(slow.inputs).to.include({ extendedStatistic: "p95", threshold: 8000 });
    expect(slow.inputs).not.to.have.property("statistic");
    expect(undelivered.inputs).to.include({ metricName: "DestinationDeliveryFailures" });
  });

  it("passes every option on", async () => {
    await build({
      description: "greets",
      environment: { TABLE_NAME: pulumi.output("comments"), LEVEL: "high" },
      timeout: 900,
      memorySize: 10_240,
      ephemeralStorage: 1024,
      reservedConcurrency: 0,
      runtime: "nodejs22.x",
      logLevel: "WARN",
      logRetentionInDays: 365,
      tracing: true,
      tags: { team: "a" },
    });
    expect(functionInputs()).to.deep.include({
      description: "greets",
      environment: { variables: { TABLE_NAME: "comments", LEVEL: "high" } },
      timeout: 900,
      memorySize: 10_240,
      ephemeralStorage: { size: 1024 },
      reservedConcurrentExecutions: 0,
      runtime: "nodejs22.x",
      tracingConfig: { mode: "Active" },
      tags: { team: "a" },
    });
    expect(functionInputs().loggingConfig).to.include({ applicationLogLevel: "WARN" });
    expect(mocks.only("aws:cloudwatch/logGroup:LogGroup").inputs).to.deep.equal({
      retentionInDays: 365,
      tags: { team: "a" },
    });
    expect(statements()[2]).to.deep.equal({
      Sid: "Trace",
      Effect: "Allow",
      Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
      Resource: ["*"],
    });
  });

  it("joins a VPC with permissions that its code is denied", async () => {
    const vpc = { subnetIds: ["subnet-1"], securityGroupIds: pulumi.output(["sg-1"]) };
    await build({ vpc });
    expect(functionInputs().vpcConfig).to.deep.equal({
      subnetIds: ["subnet-1"],
      securityGroupIds: ["sg-1"],
    });
    const [join, deny] = statements().slice(2);
    expect(join).to.include({ Sid: "JoinVpc", Effect: "Allow" });
    expect(deny).to.deep.include({
      Effect: "Deny",
      Action: join.Action,
      Condition: { Null: { "lambda:SourceFunctionArn": "false" } },
    });
    expect(join.Action).to.include("ec2:CreateNetworkInterface").and.have.length(6);
  });

  it("can be used twice in one program", async () => {
    await build();
    const second = new CallbackFunction("other", { callback, permissions: [], ...quiet });
    await registered(second);
    const keys = mocks.resources.map(({ type, name }) => `${type} ${name}`);
    expect(new Set(keys).size).to.equal(keys.length);
  });

  it("makes the code unknown while a captured Output is unknown", async () => {
    mocks = mockPulumi({ preview: true });
    const queueName = pulumi.output<string>(pulumi.unknown as unknown as string);
    const built = new CallbackFunction("hello", {
      callback: async () => queueName.get(),
      permissions: [],
      ...quiet,
    });
    await unwrap(built.function.urn);
    expect(functionInputs()).to.include({ handler: "index.handler" });
    const { code, sourceCodeHash } = functionInputs();
    expect(code).to.deep.equal(pulumi.unknown);
    expect(sourceCodeHash).to.deep.equal(pulumi.unknown);
  });

  it("writes the value of a known captured Output into the code", async () => {
    const queueName = pulumi.output("jobs");
    const built = await build({ callback: async () => queueName.get() });
    const archive = (await unwrap(built.function.code)) as pulumi.asset.AssetArchive;
    const assets = (await archive.assets) as Record<string, pulumi.asset.StringAsset>;
    expect(await assets["index.js"].text).to.contain('"jobs"');
  });
});

async function registered(built: CallbackFunction): Promise<void> {
  const { function: fn, rolePolicy, logGroup, role, failureQueue, alarms } = built;
  const known = [
    fn,
    rolePolicy,
    logGroup,
    role,
    ...alarms,
    ...(failureQueue ? [failureQueue] : []),
  ];
  for (const { urn } of known) await unwrap(urn);
  // The queue's policy and the invoke configuration are not exposed: they settle right after.
  await new Promise((resolve) => setImmediate(resolve));
}
