import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  ListFunctionUrlConfigsCommand,
  PublishVersionCommand,
  UpdateFunctionUrlConfigCommand,
} from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { roleSession } from "../../support/roleSession";
import { signedGet as getSigned } from "../../support/signedGet";
import { errorOf, LambdaCloud } from "./lambdaCloud";

const ECHO =
  "exports.handler = async (event) => ({ statusCode: 201, headers: { 'X-Mine': 'yes' }, cookies: ['a=1', 'b=2'], body: JSON.stringify(event) });";

describe("Lambda: function URLs", function () {
  this.timeout(30_000);
  let aws: LambdaCloud;
  before(async () => (aws = await LambdaCloud.start("manual")));
  after(() => aws.stop());

  /** Creates a function with a URL that everyone may call. */
  async function open(name: string, qualifier?: string): Promise<string> {
    const { FunctionUrl = "" } = await aws.lambda.send(
      new CreateFunctionUrlConfigCommand({
        FunctionName: name,
        Qualifier: qualifier,
        AuthType: "NONE",
      }),
    );
    await allow(
      name,
      { Action: "lambda:InvokeFunctionUrl", FunctionUrlAuthType: "NONE" },
      qualifier,
    );
    await allow(name, { Action: "lambda:InvokeFunction", InvokedViaFunctionUrl: true }, qualifier);
    return FunctionUrl;
  }
  const allow = (
    FunctionName: string,
    rights: { Action: string; FunctionUrlAuthType?: "NONE"; InvokedViaFunctionUrl?: boolean },
    Qualifier?: string,
  ) =>
    aws.lambda.send(
      new AddPermissionCommand({
        FunctionName,
        Qualifier,
        Principal: "*",
        StatementId: rights.Action.replace(":", "-"),
        ...rights,
      }),
    );

  it("pass the request in the payload format 2.0, and respond with the function's result", async () => {
    await aws.create("echo", ECHO);
    const url = await open("echo");
    const answer = await fetch(`${url}a/b%20c?x=1&x=2&y=%20`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie: "k=v; l=w", "X-Test": "t" },
      body: '{"n":1}',
    });
    expect(answer.status).to.equal(201);
    expect(answer.headers.get("x-mine")).to.equal("yes");
    expect(answer.headers.getSetCookie()).to.deep.equal(["a=1", "b=2"]);
    const event = (await answer.json()) as Record<string, Record<string, unknown>>;
    expect(event).to.deep.include({
      version: "2.0",
      rawPath: "/a/b%20c",
      rawQueryString: "x=1&x=2&y=%20",
      cookies: ["k=v", "l=w"],
      queryStringParameters: { x: "1,2", y: " " },
      body: '{"n":1}',
      isBase64Encoded: false,
    });
    expect(event.headers).to.include({ "x-test": "t" }).and.not.have.property("cookie");
    expect(event.requestContext).to.deep.include({ accountId: "anonymous", stage: "$default" });
    expect(event.requestContext.http).to.include({ method: "POST", path: "/a/b%20c" });
    expect(event.requestContext.time).to.match(/^\d\d\/\w{3}\/\d{4}:[\d:]{8} \+0000$/);
  });

  it("accept and return bytes", async () => {
    const code =
      "exports.handler = async (e) => ({ statusCode: 200, headers: { 'content-type': 'image/png' }, body: e.body, isBase64Encoded: e.isBase64Encoded });";
    await aws.create("bytes", code);
    const url = await open("bytes");
    const bytes = Buffer.from([0, 255, 128, 10]);
    const answer = await fetch(url, {
      method: "PUT",
      headers: { "content-type": "image/png" },
      body: bytes,
    });
    expect(Buffer.from(await answer.arrayBuffer())).to.deep.equal(bytes);
    expect(answer.headers.get("content-type")).to.equal("image/png");
  });

  it("convert any other result to a body, and a failure to status 502", async () => {
    const code =
      "exports.handler = async (e) => { if (e.rawPath === '/bad') throw new Error('x'); if (e.rawPath === '/odd') return { statusCode: 9999 }; return { hello: 1 }; };";
    await aws.create("plain", code);
    const url = await open("plain");
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get("content-type"), await answer.json()]).to.deep.equal([
      200,
      "application/json",
      { hello: 1 },
    ]);
    for (const path of ["bad", "odd"]) {
      const failed = await fetch(url + path);
      expect([failed.status, await failed.text()]).to.deep.equal([502, "Internal Server Error"]);
    }
  });

  it("require both permissions of every caller", async () => {
    await aws.create("rights", ECHO);
    const { FunctionUrl = "" } = await aws.lambda.send(
      new CreateFunctionUrlConfigCommand({ FunctionName: "rights", AuthType: "NONE" }),
    );
    expect((await fetch(FunctionUrl)).status).to.equal(403);
    await allow("rights", { Action: "lambda:InvokeFunctionUrl", FunctionUrlAuthType: "NONE" });
    expect(await (await fetch(FunctionUrl)).json())
      .to.have.property("Message")
      .that.includes("Forbidden");
    await allow("rights", { Action: "lambda:InvokeFunction", InvokedViaFunctionUrl: true });
    expect((await fetch(FunctionUrl)).status).to.equal(201);
  });

  it("with AWS_IAM require a signature of a caller with permission", async () => {
    await aws.create("signed", ECHO);
    const { FunctionUrl = "" } = await aws.lambda.send(
      new CreateFunctionUrlConfigCommand({ FunctionName: "signed", AuthType: "AWS_IAM" }),
    );
    expect((await fetch(FunctionUrl)).status).to.equal(403);
    const may = (Action: string[]) => ({
      Effect: "Allow",
      Action,
      Resource: "arn:aws:lambda:*:*:function:signed",
    });
    expect(
      (await signedGet(FunctionUrl, "half", [may(["lambda:InvokeFunctionUrl"])])).status,
    ).to.equal(403);
    const answer = await signedGet(FunctionUrl, "both", [
      may(["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"]),
    ]);
    expect(answer.status).to.equal(201);
    const event = (await answer.json()) as {
      requestContext: { authorizer: { iam: { userArn: string } } };
    };
    expect(event.requestContext.authorizer.iam.userArn).to.include(":assumed-role/both/");
  });

  const signedGet = async (url: string, role: string, statements: object[]): Promise<Response> =>
    getSigned(aws.cloud, url, await roleSession(aws.cloud, role, statements));

  it("are created, shown, updated, listed and deleted, also for an alias", async () => {
    await aws.create("many", ECHO);
    const name = { FunctionName: "many" };
    await aws.lambda.send(new PublishVersionCommand(name));
    await aws.lambda.send(new CreateAliasCommand({ ...name, Name: "LIVE", FunctionVersion: "1" }));
    const live = await open("many", "LIVE");
    expect((await fetch(live)).status).to.equal(201);
    const own = await aws.lambda.send(
      new CreateFunctionUrlConfigCommand({ ...name, AuthType: "AWS_IAM" }),
    );
    expect(own).to.include({
      InvokeMode: "BUFFERED",
      FunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:many",
    });
    const twice = await errorOf(
      aws.lambda.send(new CreateFunctionUrlConfigCommand({ ...name, AuthType: "NONE" })),
    );
    expect(twice.name).to.equal("ResourceConflictException");
    const version = await errorOf(
      aws.lambda.send(
        new CreateFunctionUrlConfigCommand({ ...name, Qualifier: "1", AuthType: "NONE" }),
      ),
    );
    expect(version.message).to.contain("Value '1' at 'qualifier' failed to satisfy constraint");
    await aws.lambda.send(new UpdateFunctionUrlConfigCommand({ ...name, AuthType: "NONE" }));
    expect(await aws.lambda.send(new GetFunctionUrlConfigCommand(name))).to.include({
      AuthType: "NONE",
      FunctionUrl: own.FunctionUrl,
    });
    const { FunctionUrlConfigs = [] } = await aws.lambda.send(
      new ListFunctionUrlConfigsCommand(name),
    );
    expect(FunctionUrlConfigs).to.have.length(2);
    await aws.lambda.send(new DeleteFunctionUrlConfigCommand({ ...name, Qualifier: "LIVE" }));
    expect((await fetch(live)).status).to.equal(404);
    const gone = await errorOf(
      aws.lambda.send(new GetFunctionUrlConfigCommand({ ...name, Qualifier: "LIVE" })),
    );
    expect(gone.name).to.equal("ResourceNotFoundException");
  });

  it("are refused with another type of authorization or invoke mode than AWS has", async () => {
    await aws.create("typed", ECHO);
    const create = (more: object) =>
      errorOf(
        aws.lambda.send(
          new CreateFunctionUrlConfigCommand({ FunctionName: "typed", AuthType: "NONE", ...more }),
        ),
      );
    expect((await create({ AuthType: "PUBLIC" })).message).to.equal(
      "1 validation error detected: Value 'PUBLIC' at 'authType' failed to satisfy constraint: Member must satisfy " +
        "enum value set: [NONE, AWS_IAM]",
    );
    expect((await create({ InvokeMode: "STREAM" })).message).to.contain(
      "Member must satisfy enum value set: [BUFFERED, RESPONSE_STREAM]",
    );
  });
});
