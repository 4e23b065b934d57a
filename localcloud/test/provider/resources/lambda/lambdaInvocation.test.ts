import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { client } from "../../../../provider/clients";
import { zipArchive } from "../../../../provider/zip";
import { ProviderBench } from "../../../support/resourceLifecycle";

const TYPE = "aws:lambda/invocation:Invocation";

const CODE = `exports.handler = async (event, context) => {
  if (event.fail) throw new Error(event.fail);
  return { event, version: context.functionVersion };
};`;

describe("the provider's aws:lambda/invocation:Invocation", () => {
  let bench: ProviderBench;
  before(async () => {
    bench = await ProviderBench.start();
    const { Role } = await client(IAMClient, bench.context).send(
      new CreateRoleCommand({
        RoleName: "invoked",
        AssumeRolePolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: {
            Effect: "Allow",
            Principal: { Service: "lambda.amazonaws.com" },
            Action: "sts:AssumeRole",
          },
        }),
      }),
    );
    await client(LambdaClient, bench.context).send(
      new CreateFunctionCommand({
        FunctionName: "invoked",
        Role: Role?.Arn,
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Publish: true,
        Code: { ZipFile: zipArchive({ assets: { "index.js": { text: CODE } } }, "/") },
      }),
    );
    await bench.cloud.clock.advance(60_000);
  });
  after(() => bench.stop());

  it("invokes the function when it is created, and returns its result", async () => {
    const { id, outputs } = await bench.make(TYPE, {
      functionName: "invoked",
      input: '{"a":1}',
      qualifier: "1",
    });
    expect(id).to.match(/^invoked_1_[0-9a-f]{32}$/);
    expect(JSON.parse(String(outputs.result))).to.deep.equal({ event: { a: 1 }, version: "1" });
  });

  it("fails with the function's error", async () => {
    const inputs = bench.check(TYPE, { functionName: "invoked", input: '{"fail":"no"}' });
    const error = await bench.core.create(TYPE, inputs).catch((reason: Error) => reason);
    expect(error).to.be.instanceOf(Error);
    expect((error as Error).message)
      .to.match(/^invoking Lambda Function \(invoked\): \{/)
      .and.to.contain('"errorMessage":"no"');
  });

  it("is replaced, and so invokes again, when any argument changes", () => {
    const olds = bench.check(TYPE, { functionName: "invoked", input: "{}" });
    for (const change of [{ input: '{"a":2}' }, { triggers: { code: "b" } }, { qualifier: "1" }]) {
      const { replace } = bench.core.diff(TYPE, olds, { ...olds, ...change });
      expect(replace, JSON.stringify(change)).to.equal(true);
    }
    expect(bench.core.diff(TYPE, olds, { ...olds }).changed).to.equal(false);
  });

  it("with the lifecycle CRUD also invokes at an update and at the deletion, and passes the action", async () => {
    const inputs = bench.check(TYPE, {
      functionName: "invoked",
      input: '{"a":1}',
      lifecycleScope: "CRUD",
    });
    const { id, outputs } = await bench.core.create(TYPE, inputs);
    const eventOf = (result: unknown) => (JSON.parse(String(result)) as { event: unknown }).event;
    expect(eventOf(outputs.result)).to.deep.equal({
      a: 1,
      tf: { action: "create", prev_input: null },
    });
    const news = { ...inputs, input: '{"a":2}' };
    expect(bench.core.diff(TYPE, inputs, news).replace).to.equal(false);
    const updated = await bench.core.update(TYPE, id, news, inputs);
    const tf = { action: "update", prev_input: { a: 1 } };
    expect(eventOf(updated.result)).to.deep.equal({ a: 2, tf });
    const after = bench.cloud.recorder.last;
    await bench.core.delete(TYPE, id, news, updated);
    const calls = bench.cloud.recorder.find({ after }).map(({ operation }) => operation);
    expect(calls).to.include("Invoke");
  });

  it("does not change at a refresh", async () => {
    const made = await bench.make(TYPE, { functionName: "invoked", input: '{"b":1}' });
    const found = await bench.core.refresh(TYPE, made.id, made.inputs);
    expect(found?.inputs).to.deep.equal(made.inputs);
    expect(found?.outputs.result).to.equal(made.outputs.result);
  });

  it("refuses unsupported arguments, and an input that is not JSON", () => {
    const refused = (news: Record<string, unknown>): string[] =>
      bench.core
        .check({
          urn: `urn:pulumi:dev::test::${TYPE}::thing`,
          type: TYPE,
          news: { functionName: "invoked", input: "{}", ...news },
          randomSeed: Buffer.alloc(0),
        })
        .failures.map(({ property, reason }) => `${property} ${reason}`);
    expect(refused({ lifecycleScope: "READ" })).to.deep.equal([
      "lifecycleScope must be CREATE_ONLY or CRUD",
    ]);
    expect(refused({ input: "{" })).to.deep.equal(["input contains an invalid JSON"]);
  });
});
