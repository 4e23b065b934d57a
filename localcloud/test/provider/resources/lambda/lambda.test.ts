import {
  AddPermissionCommand,
  LambdaClient,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  RemovePermissionCommand,
  UpdateAliasCommand,
  UpdateEventSourceMappingCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionUrlConfigCommand,
} from "@aws-sdk/client-lambda";
import { client } from "../../../../provider/clients";
import { ARCHIVE, ASSET, SIGNATURE } from "../../../../provider/values";
import {
  describeLifecycle,
  type Made,
  type ProviderBench,
} from "../../../support/resourceLifecycle";

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } },
  ],
});

const archive = (text: string): Record<string, unknown> => ({
  [SIGNATURE]: ARCHIVE,
  hash: text,
  assets: {
    "index.js": {
      [SIGNATURE]: ASSET,
      hash: text,
      text: `exports.handler = async () => "${text}";`,
    },
  },
});

async function functionInputs(bench: ProviderBench): Promise<Record<string, unknown>> {
  const role = await bench.make("aws:iam/role:Role", {
    assumeRolePolicy: TRUST,
    forceDetachPolicies: true,
    inlinePolicies: [
      {
        name: "queues",
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }],
        }),
      },
    ],
  });
  return {
    role: role.outputs.arn,
    handler: "index.handler",
    runtime: "nodejs22.x",
    code: archive("one"),
  };
}

const makeFunction = async (bench: ProviderBench, more = {}): Promise<Made> =>
  bench.make("aws:lambda/function:Function", { ...(await functionInputs(bench)), ...more });

describeLifecycle({
  type: "aws:lambda/function:Function",
  async inputs(bench) {
    return {
      ...(await functionInputs(bench)),
      description: "answers",
      memorySize: 256,
      timeout: 10,
      environment: { variables: { MODE: "1" } },
      tags: { a: "1" },
    };
  },
  updates: [
    { code: archive("two"), architectures: ["arm64"] },
    {
      memorySize: 512,
      timeout: 20,
      environment: { variables: { MODE: "2", LEVEL: "3" } },
      publish: true,
    },
    {
      reservedConcurrentExecutions: 5,
      tracingConfig: { mode: "Active" },
      ephemeralStorage: { size: 1024 },
    },
    {
      description: undefined,
      environment: undefined,
      tags: { b: "2" },
      reservedConcurrentExecutions: undefined,
    },
    { loggingConfig: { logFormat: "JSON", applicationLogLevel: "DEBUG" } },
  ],
  replaces: [{ name: "other" }],
  drift: {
    async make({ context }, { id: FunctionName }) {
      const lambda = client(LambdaClient, context);
      await lambda.send(
        new UpdateFunctionConfigurationCommand({
          FunctionName,
          Timeout: 900,
          Environment: { Variables: { HACK: "1" } },
        }),
      );
      await lambda.send(
        new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 1 }),
      );
    },
    expected: ["timeout", "environment", "reservedConcurrentExecutions"],
  },
  untold: ["code"],
});

describeLifecycle({
  type: "aws:lambda/alias:Alias",
  async inputs(bench) {
    const { id } = await makeFunction(bench, { publish: true });
    return { functionName: id, functionVersion: "1", description: "live" };
  },
  updates: [{ functionVersion: "$LATEST" }, { description: undefined, functionVersion: "1" }],
  replaces: [{ name: "other" }, { functionName: "other" }],
  drift: {
    async make({ context }, { inputs }) {
      const lambda = client(LambdaClient, context);
      const at = { FunctionName: String(inputs.functionName) };
      await lambda.send(new UpdateFunctionConfigurationCommand({ ...at, Timeout: 7 }));
      const { Version } = await lambda.send(new PublishVersionCommand(at));
      await lambda.send(
        new UpdateAliasCommand({
          ...at,
          Name: String(inputs.name),
          RoutingConfig: { AdditionalVersionWeights: { [String(Version)]: 0.25 } },
        }),
      );
    },
    expected: ["routingConfig"],
  },
  importId: ({ inputs }) => `${String(inputs.functionName)}/${String(inputs.name)}`,
});

describeLifecycle({
  type: "aws:lambda/permission:Permission",
  async inputs(bench) {
    const { id } = await makeFunction(bench);
    return {
      function: id,
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      sourceArn: "arn:aws:execute-api:eu-central-1:123456789012:abc/*/GET/x",
    };
  },
  replaces: [{ principal: "events.amazonaws.com" }, { sourceArn: "arn:aws:sqs:eu-central-1:1:q" }],
  importId: ({ inputs }) => `${String(inputs.function)}/${String(inputs.statementId)}`,
});

describe("aws:lambda/permission:Permission, changed by somebody else", function () {
  describeLifecycle({
    type: "aws:lambda/permission:Permission",
    async inputs(bench) {
      const { id } = await makeFunction(bench);
      return {
        function: id,
        action: "lambda:InvokeFunction",
        principal: "events.amazonaws.com",
        statementId: "me",
      };
    },
    importId: ({ inputs }) => `${String(inputs.function)}/${String(inputs.statementId)}`,
    foreignChange: {
      async make({ context }, { inputs }) {
        const lambda = client(LambdaClient, context);
        const at = { FunctionName: String(inputs.function), StatementId: "me" };
        await lambda.send(new RemovePermissionCommand(at));
        await lambda.send(
          new AddPermissionCommand({
            ...at,
            Action: "lambda:InvokeFunction",
            Principal: "s3.amazonaws.com",
          }),
        );
      },
      expected: ["principal"],
    },
  });
});

describeLifecycle({
  type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  async inputs(bench) {
    const { id } = await makeFunction(bench);
    const queue = await bench.make("aws:sqs/queue:Queue", {});
    return {
      functionName: id,
      maximumRetryAttempts: 1,
      destinationConfig: { onFailure: { destination: queue.outputs.arn } },
    };
  },
  updates: [
    { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
    { maximumRetryAttempts: undefined, destinationConfig: undefined },
  ],
  replaces: [{ functionName: "other" }],
  drift: {
    make: ({ context }, { inputs }) =>
      client(LambdaClient, context).send(
        new PutFunctionEventInvokeConfigCommand({
          FunctionName: String(inputs.functionName),
          MaximumRetryAttempts: 0,
        }),
      ),
    expected: ["maximumRetryAttempts", "maximumEventAgeInSeconds"],
  },
});

describeLifecycle({
  type: "aws:lambda/eventSourceMapping:EventSourceMapping",
  async inputs(bench) {
    const { outputs } = await makeFunction(bench);
    const queue = await bench.make("aws:sqs/queue:Queue", {});
    return { functionName: outputs.arn, eventSourceArn: queue.outputs.arn, batchSize: 5 };
  },
  updates: [
    { batchSize: 7, functionResponseTypes: ["ReportBatchItemFailures"] },
    { scalingConfig: { maximumConcurrency: 3 }, maximumBatchingWindowInSeconds: 2 },
    { functionResponseTypes: undefined, scalingConfig: undefined },
    { tags: { team: "a", stage: "dev" } },
    { tags: { team: "b" }, enabled: false },
  ],
  replaces: [{ eventSourceArn: "arn:aws:sqs:eu-central-1:123456789012:other" }],
  drift: {
    make: ({ context }, { id: UUID }) =>
      client(LambdaClient, context).send(
        new UpdateEventSourceMappingCommand({ UUID, Enabled: true, BatchSize: 2 }),
      ),
    expected: ["enabled", "batchSize"],
  },
});

describeLifecycle({
  type: "aws:lambda/functionUrl:FunctionUrl",
  async inputs(bench) {
    const { id } = await makeFunction(bench);
    return { functionName: id, authorizationType: "NONE" };
  },
  updates: [
    { cors: { allowOrigins: ["https://example.com"], maxAge: 60 } },
    { cors: undefined, authorizationType: "AWS_IAM" },
  ],
  replaces: [{ qualifier: "LIVE" }],
  drift: {
    make: ({ context }, { inputs }) =>
      client(LambdaClient, context).send(
        new UpdateFunctionUrlConfigCommand({
          FunctionName: String(inputs.functionName),
          AuthType: "NONE",
        }),
      ),
    expected: ["authorizationType"],
  },
});

describeLifecycle({
  type: "aws:lambda/invocation:Invocation",
  async inputs(bench) {
    const { id } = await makeFunction(bench);
    return { functionName: id, input: "{}" };
  },
  replaces: [{ input: '{"a":1}' }, { triggers: { version: "2" } }],
  untold: ["functionName", "input"],
  permanent: true,
});
