import * as path from "node:path";
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import {
  EnableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
} from "@aws-sdk/client-eventbridge";
import {
  GetAliasCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { type Canary, canaryText } from "../../callbacks/api/stagedApi/canary/canary";
import {
  advanceUntilQuiet,
  deniedCalls,
  formatUnusedPermissions,
  type PermissionException,
  type RunningProgram,
  startProgram,
  unusedPermissions,
} from "../../localcloud/testing";
import { loseCall } from "../support/programs/loseCall";
import { useScaler } from "./ecsTaskScaler/useScaler";
import { useFleet } from "./eniLifecycleHook/useFleet";
import { usePipeline } from "./zipToLambdaPipeline/usePipeline";
import { HELLO_EXCEPTIONS, useHello } from "./sshCron/useHello";
import { useRedeploy } from "./webhookRedeployer/useRedeployer";

const HOUR_MS = 3_600_000;

/** Permissions that AWS itself requires, although nothing in the stack uses them. */
const EXCEPTIONS: readonly PermissionException[] = [
  ...["DescribeLogGroups", "DescribeLogStreams", "FilterLogEvents", "GetLogEvents"].map(
    (action) => ({
      id: `api-account-${action}`,
      reason: "API Gateway refuses an account role without the actions of its own managed policy.",
      roleName: "api-account-role-*",
      action: `logs:${action}`,
    }),
  ),
  {
    id: "apps-worker-ListBucket",
    reason: "S3 says that a zip is gone only to those who may list; that is no call of its own.",
    roleName: "apps-worker-role-*",
    action: "s3:ListBucket",
  },
  {
    id: "apps-worker-ListTags",
    reason: "GetFunction shows tags only to those who may list them; that is no call of its own.",
    roleName: "apps-worker-role-*",
    action: "lambda:ListTags",
  },
  {
    id: "apps-worker-DeleteFunctionConcurrency",
    reason: "Takes back a reservation that the program made before: stack dev has never made one.",
    roleName: "apps-worker-role-*",
    action: "lambda:DeleteFunctionConcurrency",
  },
  {
    id: "apps-worker-DeleteFunctionUrlConfig",
    reason: "Takes away an address that the program gave before: stack dev has never given one.",
    roleName: "apps-worker-role-*",
    action: "lambda:DeleteFunctionUrlConfig",
  },
  {
    id: "scaler-slow-tick",
    reason:
      "Only a low alarm that changes nothing for a quarter of an hour enables it; roles.test.ts of the scaler does.",
    roleName: "scaler-role-*",
    action: "events:*Rule",
    resource: "*:rule/scaler-slow-tick-*",
  },
];

describe("stack dev: least privilege", function () {
  this.timeout(600_000);
  let program: RunningProgram;

  before(async () => {
    program = await startProgram({ directory: path.resolve(__dirname, "../..") });
    await useFleet(program);
    await useHello(program);
    await useComments();
    await useTrace();
    await useGreeting();
    await useCanary();
    await useRedeploy(program);
    await useScaler(program);
    await usePipeline(program);
  });
  after(() => program.close());

  async function useComments(): Promise<void> {
    const url = String(program.outputs.commentsUrl);
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ pageId: "page", userName: "Ada", message: "Hello" });
    expect((await fetch(`${url}/comments`, { method: "POST", headers, body })).status).to.equal(
      200,
    );
    expect((await fetch(`${url}/comments/page`)).status).to.equal(200);
    // An error, so that the execution log is written too.
    expect((await fetch(`${url}/comments/page?limit=0`)).status).to.equal(400);
  }

  /** Once normally, and once without concurrency, until the event is given up. */
  async function useTrace(): Promise<void> {
    const FunctionName = String(program.outputs.traceFunctionName);
    const lambda = program.client(LambdaClient);
    const { Payload } = await lambda.send(
      new InvokeCommand({ FunctionName, Payload: Buffer.from('{"hello":"world"}') }),
    );
    expect(JSON.parse(Buffer.from(Payload ?? []).toString())).to.deep.include({
      event: { hello: "world" },
    });
    await loseCall(program, { FunctionName });
  }

  /**
   * The deployment has used its gates. The rest is the release function's work for an older release and for old
   * versions: here stage was moved, and there are more versions and deployments than are kept.
   */
  async function useGreeting(): Promise<void> {
    const lambda = program.client(LambdaClient);
    const api = program.client(APIGatewayClient);
    const FunctionName = String(program.outputs.greetingFunctionName);
    const { Parameters = [] } = await program
      .client(SSMClient)
      .send(new GetParametersByPathCommand({ Path: "/staged-api", Recursive: true }));
    const parameter = (name: string): { Name?: string; Value?: string } =>
      Parameters.find(({ Name }) => Name?.endsWith(`/greeting/${name}`)) ?? {};
    const record = JSON.parse(parameter("api").Value ?? "") as {
      restApiId: string;
      description: string;
    };
    const { passed } = JSON.parse(parameter("verdicts").Value ?? "") as { passed: object };
    const { restApiId, description } = record;
    for (let number = 1; number <= 6; number += 1) {
      await lambda.send(
        new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 256 + number }),
      );
      await program.cloud.clock.advance(60_000);
      await lambda.send(new PublishVersionCommand({ FunctionName }));
    }
    const made = [];
    for (let number = 1; number <= 3; number += 1) {
      made.push(await api.send(new CreateDeploymentCommand({ restApiId, description })));
      await program.cloud.clock.advance(60_000);
    }
    const value = made[1].id;
    const patchOperations = [{ op: "replace" as const, path: "/deploymentId", value }];
    await api.send(new UpdateStageCommand({ restApiId, stageName: "stage", patchOperations }));
    await lambda.send(
      new UpdateAliasCommand({ FunctionName, Name: "STAGE", FunctionVersion: "2" }),
    );
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const release = Functions.find((found) => found.FunctionName?.startsWith("greeting-release"));
    const event = {
      ...record,
      ...passed,
      functionName: FunctionName,
      alias: "STAGE",
      stageName: "stage",
      url: program.outputs.greetingStageUrl,
      verdictsParameter: parameter("verdicts").Name,
      historyParameter: parameter("history").Name,
    };
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({
        FunctionName: release?.FunctionName,
        Payload: Buffer.from(JSON.stringify(event)),
      }),
    );
    const answer = Buffer.from(Payload ?? []).toString();
    expect(FunctionError, answer).to.equal(undefined);
    const { pruned } = JSON.parse(answer) as { pruned: Record<string, string[]> };
    expect(pruned.versions).not.to.deep.equal([]);
    expect(pruned.deployments).not.to.deep.equal([]);
  }

  /** A canary that is kept for a minute and expires; then its controller has no concurrency to run. */
  async function useCanary(): Promise<void> {
    const lambda = program.client(LambdaClient);
    const at = { FunctionName: String(program.outputs.greetingFunctionName), Name: "PROD" };
    const { FunctionVersion = "" } = await lambda.send(new GetAliasCommand(at));
    const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand(at));
    const version = Versions.at(-1)?.Version ?? "";
    const now = program.cloud.clock.now();
    const canary: Canary = {
      canary: "started",
      percent: 10,
      from: { version: FunctionVersion, deploymentId: "a" },
      to: { version, deploymentId: "b" },
      at: new Date(now).toISOString(),
      until: new Date(now + 150_000).toISOString(),
    };
    const RoutingConfig = { AdditionalVersionWeights: { [version]: 0.1 } };
    const Description = canaryText(canary);
    await lambda.send(new UpdateAliasCommand({ ...at, RoutingConfig, Description }));
    const events = program.client(EventBridgeClient);
    const { Rules = [] } = await events.send(
      new ListRulesCommand({ NamePrefix: "greeting-canary" }),
    );
    await events.send(new EnableRuleCommand({ Name: Rules[0].Name }));
    await advanceUntilQuiet(program.cloud, { quietMinutes: 5, limitMinutes: 5 });
    const ended = await lambda.send(new GetAliasCommand(at));
    expect(ended.Description).to.contain('{"canary":"expired"');

    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const controller = Functions.find((found) => found.FunctionName?.startsWith("greeting-canary"));
    const FunctionName = controller?.FunctionName;
    await lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }),
    );
    await lambda.send(new InvokeCommand({ FunctionName, InvocationType: "Event" }));
    await program.cloud.clock.advance(HOUR_MS);
  }

  it("denies nothing that the stack needs", () => {
    expect(deniedCalls(program.cloud)).to.deep.equal([]);
  });

  it("grants only what the stack uses", async () => {
    const unused = await unusedPermissions(program.cloud, {
      exceptions: [...EXCEPTIONS, ...HELLO_EXCEPTIONS],
    });
    expect(unused, formatUnusedPermissions(unused)).to.deep.equal([]);
  });
});
