import { expect } from "chai";
import { errorOf, LambdaCloud } from "./lambdaCloud";
import type { CreateFunctionCommandInput } from "@aws-sdk/client-lambda";

describe("Lambda: handlers", () => {
  let aws: LambdaCloud;
  before(async () => (aws = await LambdaCloud.start()));
  after(() => aws.stop());

  const forms: [
    title: string,
    files: Record<string, string>,
    expected: unknown,
    options?: Partial<CreateFunctionCommandInput>,
  ][] = [
    ["an async function", { "index.js": "exports.handler = async (e) => e.n + 1" }, 2],
    [
      "a callback",
      {
        "index.js":
          "exports.handler = (e, c, done) => { setTimeout(() => done(null, e.n + 1), 5); }",
      },
      2,
    ],
    [
      "context.succeed",
      {
        "index.js":
          "exports.handler = (e, c) => { c.succeed(e.n + 1); setInterval(() => {}, 60000); }",
      },
      2,
    ],
    ["context.done", { "index.js": "exports.handler = (e, c) => { c.done(null, e.n + 1); }" }, 2],
    [
      "a callback that does not wait",
      {
        "index.js":
          "exports.handler = (e, c, done) => { c.callbackWaitsForEmptyEventLoop = false; setInterval(() => {}, 60000); done(null, e.n + 1); }",
      },
      2,
    ],
    [
      "a callback that waits for the event loop",
      {
        "index.js":
          "exports.handler = (e, c, done) => { const r = { n: 1 }; done(null, r); setTimeout(() => { r.n = 2; }, 30); }",
      },
      { n: 2 },
    ],
    [
      "a callback handler that never calls back",
      { "index.js": "exports.handler = () => {}" },
      null,
    ],
    [
      "a synchronous value up to Node.js 22 (ignored)",
      { "index.js": "exports.handler = (e) => e.n + 1" },
      null,
    ],
    [
      "a synchronous value from Node.js 24 on",
      { "index.js": "exports.handler = (e) => e.n + 1" },
      2,
      { Runtime: "nodejs24.x" },
    ],
    ["undefined as null", { "index.js": "exports.handler = async () => undefined" }, null],
    ["an ES module", { "index.mjs": "export const handler = async (e) => e.n + 1;" }, 2],
    [
      "an ES module by package type",
      {
        "package.json": '{"type":"module"}',
        "index.js":
          "import { plus } from './plus.js'; export const handler = async (e) => plus(e.n);",
        "plus.js": "export const plus = (n) => n + 1;",
      },
      2,
    ],
    [
      "top-level await",
      {
        "index.mjs":
          "const step = await Promise.resolve(1); export const handler = async (e) => e.n + step;",
      },
      2,
    ],
    [
      "a handler in a folder",
      { "src/app.js": "exports.handler = async (e) => e.n + 1" },
      2,
      { Handler: "src/app.handler" },
    ],
    [
      "a nested export",
      { "index.js": "exports.a = { step: 1, async b(e) { return e.n + this.step; } }" },
      2,
      { Handler: "index.a.b" },
    ],
    [
      "a bundled dependency",
      {
        "index.js": "exports.handler = require('dep').plus",
        "node_modules/dep/index.js": "exports.plus = async (e) => e.n + 1",
      },
      2,
    ],
    [
      "the runtime's own SDK",
      {
        "index.js":
          "const { SQSClient } = require('@aws-sdk/client-sqs'); exports.handler = async () => typeof SQSClient",
      },
      "function",
    ],
    [
      "the runtime's own SDK from an ES module",
      {
        "index.mjs":
          "import { SQSClient } from '@aws-sdk/client-sqs'; export const handler = async () => typeof SQSClient;",
      },
      "function",
    ],
  ];
  forms.forEach(([title, files, expected, options], index) => {
    it(`run with ${title}`, async () => {
      await aws.create(`form-${index}`, files, options);
      const answer = await aws.invoke(`form-${index}`, { n: 1 });
      expect(answer.value).to.deep.equal(expected);
      expect(answer.error).to.equal(undefined);
    });
  });

  it("find no package that is neither in the zip nor in AWS's runtime", async () => {
    await aws.create("leaky", "require('fflate'); exports.handler = async () => 1;");
    expect((await aws.invoke("leaky")).value.errorType).to.equal("Runtime.ImportModuleError");
  });

  it("may not use callbacks from Node.js 24 on", async () => {
    await aws.create("old-style", "exports.handler = (e, c, done) => done(null, 1);", {
      Runtime: "nodejs24.x",
    });
    const { errorType } = (await aws.invoke("old-style")).value;
    expect(errorType).to.equal("Runtime.CallbackHandlerDeprecated");
  });

  it("receive AWS's context", async () => {
    await aws.create(
      "context",
      `exports.handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() });`,
      { Timeout: 7, MemorySize: 256 },
    );
    const clientContext = { custom: { from: "test" } };
    const { value } = await aws.invoke(
      "context",
      {},
      {
        ClientContext: Buffer.from(JSON.stringify(clientContext)).toString("base64"),
      },
    );
    expect(value).to.include({
      functionName: "context",
      functionVersion: "$LATEST",
      invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:context",
      memoryLimitInMB: "256",
      logGroupName: "/aws/lambda/context",
      callbackWaitsForEmptyEventLoop: true,
    });
    expect(value.logStreamName).to.match(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
    expect(value.awsRequestId).to.match(/^[0-9a-f-]{36}$/);
    expect(value.left).to.be.within(5000, 7000);
    expect(value.clientContext).to.deep.equal(clientContext);
  });

  it("see only the function's variables, AWS's own, the role's keys and PATH", async () => {
    process.env.HOST_SECRET = "of this computer";
    try {
      await aws.create("environment", "exports.handler = async () => process.env;", {
        Environment: { Variables: { STAGE: "dev", TZ: "Europe/Paris" } },
      });
      const env = (await aws.invoke("environment")).value as Record<string, string>;
      expect(env).to.include({
        STAGE: "dev",
        TZ: "Europe/Paris",
        AWS_LAMBDA_FUNCTION_NAME: "environment",
        AWS_REGION: "us-east-1",
        AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x",
        AWS_ENDPOINT_URL: aws.cloud.endpoint,
        _HANDLER: "index.handler",
        PATH: process.env.PATH,
      });
      expect(env.AWS_ACCESS_KEY_ID).to.match(/^ASIA/);
      expect(env).to.not.have.any.keys("HOST_SECRET", "HOME", "USER", "NODE_CHANNEL_FD");
      const names = Object.keys(env).filter((name) => !/^(_|AWS_|LAMBDA_)/.test(name));
      expect(names).to.have.members(["PATH", "LANG", "TZ", "STAGE"]);
    } finally {
      delete process.env.HOST_SECRET;
    }
  });

  it("see the cloud's time", async () => {
    const own = await LambdaCloud.start("manual");
    try {
      await own.create(
        "clock",
        "exports.handler = async () => [Date.now(), new Date().getTime(), new Date(5).getTime(), new Date() instanceof Date];",
      );
      const week = 7 * 24 * 3600 * 1000;
      await own.cloud.clock.advance(week);
      const [now, date, fixed, isDate] = (await own.invoke("clock")).value as unknown as number[];
      expect(now).to.be.closeTo(own.cloud.clock.now(), 60_000);
      expect(date).to.be.closeTo(own.cloud.clock.now(), 60_000);
      expect(fixed).to.equal(5);
      expect(isDate).to.equal(true);
    } finally {
      await own.stop();
    }
  });

  it("call AWS with the function's role, limited to its permissions", async () => {
    await aws.role("reader", ["sqs:ListQueues"]);
    const Role = aws.roleArn.replace("worker", "reader");
    const code = `
      const { SQSClient, ListQueuesCommand, CreateQueueCommand } = require("@aws-sdk/client-sqs");
      const sqs = new SQSClient({});
      exports.handler = async (event) => {
        await sqs.send(event.create ? new CreateQueueCommand({ QueueName: "q" }) : new ListQueuesCommand({}));
        return "done";
      };`;
    await aws.create("caller", code, { Role, Timeout: 20 });
    expect((await aws.invoke("caller")).value).to.equal("done");
    const denied = (await aws.invoke("caller", { create: true })).value;
    expect(denied.errorMessage).to.match(
      /assumed-role\/reader\/caller is not authorized to perform: sqs:createqueue/i,
    );
    const [call] = aws.cloud.recorder.find({ operation: "ListQueues", roleName: "reader" });
    expect(call.principal).to.include({
      sourceFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:caller",
    });
  });

  it("do not run in a dry run", async () => {
    await aws.create("dry", "throw new Error('never loaded');");
    const answer = await aws.invoke("dry", {}, { InvocationType: "DryRun" });
    expect(answer.statusCode).to.equal(204);
    expect(aws.logs.lines("/aws/lambda/dry")).to.deep.equal([]);
  });

  it("do not run for payloads that are not JSON or too large", async () => {
    await aws.create("strict", "exports.handler = async () => 1;");
    const garbled = await errorOf(aws.invoke("strict", {}, { Payload: "{not json" }));
    expect(garbled.name).to.equal("InvalidRequestContentException");
    expect(garbled.message).to.match(/^Could not parse request body into json: /);
    const large = await errorOf(aws.invoke("strict", "x".repeat(6_291_456)));
    expect(large.$metadata?.httpStatusCode).to.equal(413);
    expect(large.message).to.equal(
      "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
    );
    const asynchronous = await errorOf(
      aws.invoke("strict", "x".repeat(1_048_576), { InvocationType: "Event" }),
    );
    expect(asynchronous.message).to.equal(
      "1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
    );
    const context = await errorOf(aws.invoke("strict", {}, { ClientContext: "%%%" }));
    expect(context.name).to.equal("InvalidRequestContentException");
    const missing = await errorOf(aws.invoke("nobody"));
    expect(missing.name).to.equal("ResourceNotFoundException");
    expect(missing.message).to.equal(
      "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nobody",
    );
  });

  it("are invoked by function name, partial ARN and ARN", async () => {
    await aws.create("named", "exports.handler = async (e, c) => c.invokedFunctionArn;");
    const arn = "arn:aws:lambda:us-east-1:123456789012:function:named";
    for (const name of ["named", "123456789012:function:named", arn])
      expect((await aws.invoke(name)).value).to.equal(arn);
    expect((await aws.invoke(`${arn}:$LATEST`)).value).to.equal(`${arn}:$LATEST`);
    const elsewhere = await errorOf(aws.invoke(arn.replace("us-east-1", "eu-west-1")));
    expect(elsewhere.message).to.equal(
      "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
    );
  });
});
