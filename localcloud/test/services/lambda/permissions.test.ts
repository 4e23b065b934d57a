import {
  AddPermissionCommand,
  type AddPermissionCommandInput,
  CreateAliasCommand,
  GetPolicyCommand,
  type InvocationResponse,
  RemovePermissionCommand,
} from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { servicePrincipal, type Principal } from "../../../core/principal";
import { errorOf, LambdaCloud } from "./lambdaCloud";

const CODE = "exports.handler = async () => 'called';";
const API = "arn:aws:execute-api:us-east-1:123456789012:api1/prod/GET/x";
const ARN = "arn:aws:lambda:us-east-1:123456789012:function";

describe("Lambda: permissions", () => {
  let aws: LambdaCloud;
  before(async () => (aws = await LambdaCloud.start()));
  after(() => aws.stop());

  const allow = (input: Partial<AddPermissionCommandInput> & { FunctionName: string }) =>
    aws.lambda.send(
      new AddPermissionCommand({
        StatementId: "api",
        Action: "lambda:InvokeFunction",
        Principal: "apigateway.amazonaws.com",
        ...input,
      }),
    );
  const invokeAs = (FunctionName: string, principal: Principal) =>
    aws.cloud.call<InvocationResponse>({
      service: "lambda",
      operation: "Invoke",
      input: { FunctionName },
      principal,
    });
  const gateway = servicePrincipal("apigateway.amazonaws.com", API, "123456789012");

  it("let a service invoke a function that permits its source, and no other", async () => {
    await aws.create("open", CODE);
    expect((await errorOf(invokeAs("open", gateway))).name).to.equal("AccessDeniedException");
    await allow({
      FunctionName: "open",
      SourceArn: "arn:aws:execute-api:us-east-1:123456789012:api1/*",
    });
    expect((await invokeAs("open", gateway)).StatusCode).to.equal(200);
    const stranger = servicePrincipal(gateway.service, API.replace("api1", "api2"), "123456789012");
    expect((await errorOf(invokeAs("open", stranger))).name).to.equal("AccessDeniedException");
    const other = servicePrincipal("events.amazonaws.com", API, "123456789012");
    expect((await errorOf(invokeAs("open", other))).name).to.equal("AccessDeniedException");
  });

  it("are separate for an alias: the function's policy is not enough", async () => {
    await aws.create("aliased", CODE, { Publish: true });
    await aws.lambda.send(
      new CreateAliasCommand({ FunctionName: "aliased", Name: "live", FunctionVersion: "1" }),
    );
    await allow({ FunctionName: "aliased" });
    expect((await errorOf(invokeAs("aliased:live", gateway))).name).to.equal(
      "AccessDeniedException",
    );
    await allow({ FunctionName: "aliased", Qualifier: "live" });
    expect((await invokeAs("aliased:live", gateway)).StatusCode).to.equal(200);
    expect((await errorOf(invokeAs("aliased:1", gateway))).name).to.equal("AccessDeniedException");
  });

  it("are checked for the invoking role", async () => {
    await aws.create("called", CODE);
    const role = await aws.role("caller", []);
    const { principal } = aws.cloud.identity.assumeForService({
      roleArn: role,
      service: "lambda.amazonaws.com",
      sessionName: "test",
    });
    expect((await errorOf(invokeAs("called", principal))).name).to.equal("AccessDeniedException");
    await aws.grant("caller", ["lambda:InvokeFunction"]);
    expect((await invokeAs("called", principal)).StatusCode).to.equal(200);
  });

  it("are stored as AWS's policy statements", async () => {
    await aws.create("worded", CODE);
    const { Statement } = await allow({
      FunctionName: "worded",
      Principal: "s3.amazonaws.com",
      SourceArn: "arn:aws:s3:::bucket",
      SourceAccount: "123456789012",
    });
    const expected = {
      Sid: "api",
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: "lambda:InvokeFunction",
      Resource: `${ARN}:worded`,
      Condition: {
        StringEquals: { "AWS:SourceAccount": "123456789012" },
        ArnLike: { "AWS:SourceArn": "arn:aws:s3:::bucket" },
      },
    };
    expect(JSON.parse(Statement ?? "")).to.deep.equal(expected);
    const { Policy } = await aws.lambda.send(new GetPolicyCommand({ FunctionName: "worded" }));
    expect(JSON.parse(Policy ?? "")).to.deep.equal({
      Version: "2012-10-17",
      Id: "default",
      Statement: [expected],
    });
  });

  it("name an account's root for an account id", async () => {
    await aws.create("shared", CODE);
    const { Statement } = await allow({ FunctionName: "shared", Principal: "210987654321" });
    expect(JSON.parse(Statement ?? "").Principal).to.deep.equal({
      AWS: "arn:aws:iam::210987654321:root",
    });
    const error = await errorOf(
      allow({ FunctionName: "shared", StatementId: "x", Principal: "nobody" }),
    );
    expect(error.message).to.equal(
      "The provided principal was invalid. Please check the principal and try again.",
    );
  });

  it("have unique statement ids", async () => {
    await aws.create("repeated", CODE);
    await allow({ FunctionName: "repeated" });
    const error = await errorOf(allow({ FunctionName: "repeated" }));
    expect(error.name).to.equal("ResourceConflictException");
    expect(error.message).to.equal(
      "The statement id (api) provided already exists. Please provide a new statement id, or remove " +
        "the existing statement.",
    );
  });

  it("change a policy only with its current revision", async () => {
    await aws.create("revised", CODE);
    await allow({ FunctionName: "revised" });
    const read = () => aws.lambda.send(new GetPolicyCommand({ FunctionName: "revised" }));
    const { RevisionId } = await read();
    await allow({ FunctionName: "revised", StatementId: "second", RevisionId });
    const stale = await errorOf(
      allow({ FunctionName: "revised", StatementId: "third", RevisionId }),
    );
    expect(stale.name).to.equal("PreconditionFailedException");
    expect((await read()).RevisionId).to.not.equal(RevisionId);
  });

  it("are removed by statement, and the policy with the last one", async () => {
    await aws.create("closed", CODE);
    const remove = (StatementId: string) =>
      aws.lambda.send(new RemovePermissionCommand({ FunctionName: "closed", StatementId }));
    expect((await errorOf(remove("api"))).message).to.equal(
      "No policy is associated with the given resource.",
    );
    await allow({ FunctionName: "closed" });
    expect((await errorOf(remove("other"))).message).to.equal(
      "Statement other is not found in resource policy.",
    );
    await remove("api");
    const error = await errorOf(aws.lambda.send(new GetPolicyCommand({ FunctionName: "closed" })));
    expect(error.message).to.equal("The resource you requested does not exist.");
    expect((await errorOf(invokeAs("closed", gateway))).name).to.equal("AccessDeniedException");
  });

  it("are limited to a policy of 20 KB", async () => {
    await aws.create("crowded", CODE);
    const add = async (): Promise<void> => {
      for (let n = 0; n < 200; n++)
        await allow({ FunctionName: "crowded", StatementId: `statement-${n}`, SourceArn: API });
    };
    const error = await errorOf(add());
    expect(error.name).to.equal("PolicyLengthExceededException");
    expect(error.message).to.match(
      /^The final policy size \(\d+\) is bigger than the limit \(20480\)\.$/,
    );
  });

  it("cannot be added to $LATEST", async () => {
    await aws.create("newest", CODE);
    const error = await errorOf(allow({ FunctionName: "newest", Qualifier: "$LATEST" }));
    expect(error.message).to.equal("We currently do not support adding policies for $LATEST.");
  });
});
