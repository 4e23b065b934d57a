import type {} from "aws-lambda";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import type { CallbackFactory } from "../../components";
import type { AnyFunction } from "../../components/function/packing/captures/closureScope";
import { packCallback } from "../../components/function/packing/packCallback";
import { LambdaCloud } from "../../localcloud/test/services/lambda/lambdaCloud";

const greeting = { words: ["Hello, ", "!"] };

// The type of a factory accepts both kinds of handler, and infers the parameters of an ordinary one.
const streaming: CallbackFactory<{ name: string }, void> = () =>
  awslambda.streamifyResponse<{ name: string }, void>(async (event, responseStream) => {
    const response = awslambda.HttpResponseStream.from(responseStream, { statusCode: 201 });
    response.write(greeting.words[0] + event.name);
    response.write(greeting.words[1]);
    response.end();
    return Promise.resolve();
  });
const ordinary: CallbackFactory<{ name: string }, string> = () => async (event) =>
  Promise.resolve(event.name);
// @ts-expect-error A callback returns a promise.
const synchronous: CallbackFactory<{ name: string }, string> = () => (event: { name: string }) =>
  event.name;

describe("A factory of a streaming callback", () => {
  let aws: LambdaCloud;
  before(async () => (aws = await LambdaCloud.start()));
  after(() => aws.stop());

  it("is packed with the runtime's global awslambda, and streams in Lambda", async () => {
    const { files } = await packCallback(streaming as AnyFunction, { isFactory: true });
    await aws.create("streaming", files, { Runtime: "nodejs24.x" });
    const { Payload } = await aws.lambda.send(
      new InvokeCommand({ FunctionName: "streaming", Payload: '{"name":"Ada"}' }),
    );
    expect(Buffer.from(Payload ?? []).toString()).to.equal(
      `{"statusCode":201}${"\0".repeat(8)}Hello, Ada!`,
    );
  });

  it("may return an ordinary callback instead, which must return a promise", async () => {
    expect(await ordinary()({ name: "Ada" }, undefined as never, undefined as never)).to.equal(
      "Ada",
    );
    expect(synchronous).to.be.a("function");
  });
});
