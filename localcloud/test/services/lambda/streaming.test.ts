import {
  AddPermissionCommand,
  CreateFunctionUrlConfigCommand,
  InvokeWithResponseStreamCommand,
  type InvokeWithResponseStreamCommandInput,
  type InvokeWithResponseStreamResponseEvent,
  type InvokeMode,
  UpdateFunctionUrlConfigCommand,
} from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { errorOf, LambdaCloud } from "./lambdaCloud";

const streaming = (body: string): string =>
  `exports.handler = awslambda.streamifyResponse(async (event, stream, context) => { ${body} });`;

/** Writes two pieces with an hour between them. */
const SLOW = streaming(`
  stream.write("first");
  await new Promise((resolve) => setTimeout(resolve, 600_000));
  stream.write("second");
  stream.end();`);

const WITH_METADATA = streaming(`
  const metadata = { statusCode: 418, headers: { "X-Mine": "yes" }, cookies: ["a=1", "b=2"] };
  const body = awslambda.HttpResponseStream.from(stream, metadata);
  body.write("tea");
  body.write("pot");
  body.end();`);

const METADATA = '{"statusCode":418,"headers":{"X-Mine":"yes"},"cookies":["a=1","b=2"]}';

describe("Lambda: streaming handlers", function () {
  this.timeout(30_000);
  let aws: LambdaCloud;
  before(async () => (aws = await LambdaCloud.start("manual")));
  after(() => aws.stop());

  async function stream(
    FunctionName: string,
    more: Partial<InvokeWithResponseStreamCommandInput> = {},
  ): Promise<AsyncIterator<InvokeWithResponseStreamResponseEvent>> {
    const output = await aws.lambda.send(
      new InvokeWithResponseStreamCommand({
        FunctionName,
        Payload: Buffer.from('{"n":1}'),
        ...more,
      }),
    );
    expect(output).to.deep.include({ StatusCode: 200, ExecutedVersion: "$LATEST" });
    if (!output.EventStream) throw new Error("The response has no event stream.");
    return output.EventStream[Symbol.asyncIterator]();
  }

  /** Returns the pieces of a response, and the event at its end. */
  async function read(events: AsyncIterator<InvokeWithResponseStreamResponseEvent>) {
    const pieces: string[] = [];
    for (let next = await events.next(); !next.done; next = await events.next()) {
      if (next.value.InvokeComplete) return { pieces, end: next.value.InvokeComplete };
      pieces.push(Buffer.from(next.value.PayloadChunk?.Payload ?? []).toString());
    }
    throw new Error("The stream ended without InvokeComplete.");
  }

  /** Creates a function with a public URL. */
  async function open(name: string, code: string, InvokeMode: InvokeMode): Promise<string> {
    await aws.create(name, code, { Timeout: 900 });
    const url = await aws.lambda.send(
      new CreateFunctionUrlConfigCommand({ FunctionName: name, AuthType: "NONE", InvokeMode }),
    );
    expect(url.InvokeMode).to.equal(InvokeMode);
    const rights = [
      { Action: "lambda:InvokeFunctionUrl", FunctionUrlAuthType: "NONE" as const },
      { Action: "lambda:InvokeFunction", InvokedViaFunctionUrl: true },
    ];
    for (const [index, right] of rights.entries())
      await aws.lambda.send(
        new AddPermissionCommand({
          FunctionName: name,
          Principal: "*",
          StatementId: `public-${index}`,
          ...right,
        }),
      );
    return url.FunctionUrl ?? "";
  }

  it("send each piece as it is written, while the function still runs", async () => {
    await aws.create("slow", SLOW, { Timeout: 900 });
    const events = await stream("slow", { LogType: "Tail" });
    const { value } = (await events.next()) as { value: InvokeWithResponseStreamResponseEvent };
    expect(Buffer.from(value.PayloadChunk?.Payload ?? []).toString()).to.equal("first");
    await aws.cloud.clock.advance(600_000);
    const { pieces, end } = await read(events);
    expect(pieces).to.deep.equal(["second"]);
    expect(end.ErrorCode).to.equal(undefined);
    expect(Buffer.from(end.LogResult ?? "", "base64").toString()).to.contain("REPORT RequestId");
  });

  it("give Invoke the whole response, byte for byte, with the metadata in front of it", async () => {
    await aws.create("bytes", streaming("stream.write(Buffer.from([1, 255, 0])); stream.end();"));
    await aws.create("metadata", WITH_METADATA);
    const { InvokeCommand } = await import("@aws-sdk/client-lambda");
    const invoke = async (FunctionName: string) =>
      Buffer.from((await aws.lambda.send(new InvokeCommand({ FunctionName }))).Payload ?? []);
    expect([...(await invoke("bytes"))]).to.deep.equal([1, 255, 0]);
    expect((await invoke("metadata")).toString()).to.equal(`${METADATA}${"\0".repeat(8)}teapot`);
  });

  it("get the event and the context, and pass a pipeline's data on", async () => {
    await aws.create(
      "piped",
      `const { pipeline } = require("node:stream/promises");
      const { Readable } = require("node:stream");
      const { createGzip, gunzipSync } = require("node:zlib");
      exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
        stream.setContentType("application/gzip");
        const text = JSON.stringify({ event, name: context.functionName, left: context.getRemainingTimeInMillis() > 0 });
        await pipeline(Readable.from([text]), createGzip(), stream);
      });`,
      { Runtime: "nodejs24.x" },
    );
    const { InvokeCommand } = await import("@aws-sdk/client-lambda");
    const { Payload } = await aws.lambda.send(
      new InvokeCommand({ FunctionName: "piped", Payload: '{"n":1}' }),
    );
    const { gunzipSync } = await import("node:zlib");
    expect(JSON.parse(gunzipSync(Payload ?? new Uint8Array()).toString())).to.deep.equal({
      event: { n: 1 },
      name: "piped",
      left: true,
    });
  });

  it("report a failure after the pieces that they have written", async () => {
    await aws.create("broken", streaming('stream.write("half"); throw new TypeError("no more");'));
    const { pieces, end } = await read(await stream("broken"));
    expect(pieces).to.deep.equal(["half"]);
    expect(end.ErrorCode).to.equal("Unhandled");
    expect(JSON.parse(end.ErrorDetails ?? "")).to.include({
      errorType: "TypeError",
      errorMessage: "no more",
    });
    const answer = await aws.invoke("broken");
    expect(answer).to.deep.include({ error: "Unhandled" });
    expect(answer.value).to.include({ errorType: "TypeError" });
  });

  it("fail if they return no promise, set the type too late, or write more than Invoke may return", async () => {
    const failure = async (name: string, code: string) => {
      await aws.create(name, code);
      return (await aws.invoke(name)).value;
    };
    expect(
      await failure(
        "sync",
        "exports.handler = awslambda.streamifyResponse((event, s) => s.end('x'));",
      ),
    ).to.include({ errorMessage: "Streaming does not support non-async handlers." });
    expect(
      await failure("late", streaming('stream.write("x"); stream.setContentType("text/plain");')),
    ).to.include({ errorType: "Runtime.InvalidStreamingOperation" });
    expect(await failure("cut", streaming("stream.destroy();"))).to.include({
      errorMessage: "Response stream is not finished.",
    });
    const large = streaming(
      'for (let n = 0; n < 7; n++) stream.write("x".repeat(2 ** 20)); stream.end();',
    );
    expect(await failure("large", large)).to.include({
      errorType: "Function.ResponseSizeTooLarge",
    });
    const { pieces, end } = await read(await stream("large"));
    expect([pieces.join("").length, end.ErrorCode]).to.deep.equal([7 * 2 ** 20, undefined]);
  });

  it("that never end their stream time out", async () => {
    await aws.create("endless", streaming('stream.write("x");'), { Timeout: 3 });
    const events = await stream("endless");
    await events.next();
    await aws.cloud.clock.advance(3_000);
    const { end } = await read(events);
    expect(JSON.parse(end.ErrorDetails ?? "")).to.include({ errorType: "Sandbox.Timedout" });
  });

  it("are not needed for InvokeWithResponseStream, which returns any result in one piece", async () => {
    await aws.create("plain", "exports.handler = async (event) => ({ n: event.n + 1 });");
    const { pieces } = await read(await stream("plain"));
    expect(pieces).to.deep.equal(['{"n":2}']);
    await aws.create("failing", 'exports.handler = async () => { throw new Error("no"); };');
    const { pieces: none, end } = await read(await stream("failing"));
    expect(none).to.deep.equal([]);
    expect(JSON.parse(end.ErrorDetails ?? "")).to.include({ errorMessage: "no" });
    const missing = new InvokeWithResponseStreamCommand({ FunctionName: "nobody" });
    expect((await errorOf(aws.lambda.send(missing))).name).to.equal("ResourceNotFoundException");
    const dry = new InvokeWithResponseStreamCommand({
      FunctionName: "plain",
      InvocationType: "DryRun",
    });
    expect((await aws.lambda.send(dry)).StatusCode).to.equal(204);
  });

  it("define status, headers and cookies of a URL with the invoke mode RESPONSE_STREAM", async () => {
    const url = await open("teapot", WITH_METADATA, "RESPONSE_STREAM");
    const answer = await fetch(url);
    expect(answer.status).to.equal(418);
    expect(answer.headers.get("x-mine")).to.equal("yes");
    expect(answer.headers.get("content-type")).to.equal("application/octet-stream");
    expect(answer.headers.getSetCookie()).to.deep.equal(["a=1", "b=2"]);
    expect(await answer.text()).to.equal("teapot");
    await aws.lambda.send(
      new UpdateFunctionUrlConfigCommand({ FunctionName: "teapot", InvokeMode: "BUFFERED" }),
    );
    // Invoke's response is no JSON, so it is the body.
    const buffered = await fetch(url);
    expect(buffered.status).to.equal(200);
    expect(await buffered.text()).to.equal(`${METADATA}${"\0".repeat(8)}teapot`);
  });

  it("reach the client of a URL while the function still runs", async () => {
    const url = await open("slowUrl", SLOW, "RESPONSE_STREAM");
    const answer = await fetch(url);
    expect(answer.headers.get("content-type")).to.equal("application/octet-stream");
    const reader = answer.body?.getReader();
    const first = (await reader?.read())?.value as Uint8Array | undefined;
    expect(Buffer.from(first ?? []).toString()).to.equal("first");
    await aws.cloud.clock.advance(600_000);
    const second = (await reader?.read())?.value as Uint8Array | undefined;
    expect(Buffer.from(second ?? []).toString()).to.equal("second");
    expect((await reader?.read())?.done).to.equal(true);
  });

  it("that fail are answered by a URL with 502 at first, and with a broken connection later", async () => {
    const early = await open("early", streaming('throw new Error("no");'), "RESPONSE_STREAM");
    expect((await fetch(early)).status).to.equal(502);
    const late = streaming('stream.write("half"); throw new Error("no");');
    const answer = await fetch(await open("lateUrl", late, "RESPONSE_STREAM"));
    expect(answer.status).to.equal(200);
    expect(await errorOf(answer.text())).to.be.instanceOf(TypeError);
  });
});
