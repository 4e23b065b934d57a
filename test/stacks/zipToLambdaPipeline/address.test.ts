import {
  CreateAliasCommand,
  DeleteFunctionCommand,
  GetFunctionEventInvokeConfigCommand,
  LambdaClient,
  ListFunctionUrlConfigsCommand,
} from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { deniedCalls } from "../../../localcloud/testing";
import { roleSession } from "../../../localcloud/test/support/roleSession";
import { signedGet } from "../../../localcloud/test/support/signedGet";
import { nodeApp } from "../../support/zips/zipApp";
import { PipelineProgram } from "../../support/programs/pipelineProgram";

describe("the URL of LIVE in a ZipToLambdaPipeline", function () {
  this.timeout(180_000);
  let apps: PipelineProgram;
  let lambda: LambdaClient;
  let FunctionName: string;
  let number = 0;
  before(async () => {
    apps = await PipelineProgram.start({ HTTP: "functionUrl" });
    lambda = apps.program.client(LambdaClient);
    FunctionName = apps.functionName("web");
  });
  after(() => apps?.close());

  /** Uploads once more and returns the status of the upload. */
  async function deploy() {
    await apps.drop("web", nodeApp(String((number += 1))));
    await apps.settle();
    const { state, reason, url } = (await apps.status("web")) ?? {};
    return { state, reason, url };
  }

  async function addresses(): Promise<(string | undefined)[]> {
    const input = { FunctionName };
    const { FunctionUrlConfigs = [] } = await lambda.send(new ListFunctionUrlConfigsCommand(input));
    return FunctionUrlConfigs.map(({ FunctionUrl }) => FunctionUrl);
  }

  it("is created with the first upload, and stays the same with the next", async () => {
    const { state, reason, url } = await deploy();
    expect(state, reason).to.equal("deployed");
    expect(url).to.be.a("string");
    expect(await addresses()).to.deep.equal([url]);
    expect(await deploy()).to.deep.equal({ state: "deployed", reason: undefined, url });
  });

  it("answers signed requests of callers with both permissions on it, and refuses all others", async () => {
    const zip = nodeApp(
      "{ statusCode: 203, body: event.requestContext.http.method + event.rawPath }",
    );
    await apps.drop("web", zip);
    await apps.settle();
    const url = `${(await apps.status("web"))?.url}orders/7`;
    const Resource = `arn:aws:lambda:*:*:function:${FunctionName}:LIVE`;
    const get = async (role: string, ...Action: string[]): Promise<Response> =>
      signedGet(
        apps.cloud,
        url,
        await roleSession(apps.cloud, role, [{ Effect: "Allow", Action, Resource }]),
      );
    const answer = await get("caller", "lambda:InvokeFunctionUrl", "lambda:InvokeFunction");
    expect([answer.status, await answer.text()]).to.deep.equal([203, "GET/orders/7"]);
    expect((await get("half", "lambda:InvokeFunctionUrl")).status).to.equal(403);
    expect((await get("other-half", "lambda:InvokeFunction")).status).to.equal(403);
    expect((await fetch(url)).status, "without a signature").to.equal(403);
  });

  it("is created again, and the failure destination with it, after somebody has deleted the function", async () => {
    await lambda.send(new DeleteFunctionCommand({ FunctionName }));
    const { state, url } = await deploy();
    expect(state).to.equal("deployed");
    expect(await addresses()).to.deep.equal([url]);
    const input = { FunctionName, Qualifier: "LIVE" };
    const { DestinationConfig } = await lambda.send(new GetFunctionEventInvokeConfigCommand(input));
    expect(DestinationConfig?.OnFailure?.Destination).to.contain("app-failures");
  });

  it("is deleted with the next upload once the program has none", async () => {
    await apps.up({});
    expect(await deploy()).to.deep.equal({ state: "deployed", reason: undefined, url: undefined });
    expect(await addresses()).to.deep.equal([]);
    expect(deniedCalls(apps.cloud)).to.deep.equal([]);
  });

  it("lets old versions be deleted, except one that another alias uses", async () => {
    const [FunctionVersion = ""] = await apps.versions("web");
    await lambda.send(new CreateAliasCommand({ FunctionName, Name: "pinned", FunctionVersion }));
    for (let more = 0; more < 4; more += 1) await deploy();
    expect(await apps.versions("web")).to.deep.equal([FunctionVersion, "5", "6"]);
  });

  it("a rollback to a deleted version is refused, naming that version", async () => {
    const answer = await apps.ask({ rollback: { app: "web", to: "3" } });
    expect(answer).to.deep.equal({
      refused: "version 3 of web is deleted; the last 2 are kept, and what LIVE had before",
    });
  });
});
