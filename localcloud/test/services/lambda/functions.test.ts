import { createHash } from "node:crypto";
import {
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  GetAccountSettingsCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetFunctionRecursionConfigCommand,
  GetRuntimeManagementConfigCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  paginateListFunctions,
  PutFunctionRecursionConfigCommand,
  type Runtime,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { zipSync } from "fflate";
import { lambda as lambdaService } from "../../../services/lambda";
import type { LambdaStore } from "../../../services/lambda/store";
import { errorOf, LambdaCloud, zip } from "./lambdaCloud";

const ONE = "exports.handler = async () => 1;";
const TWO = "exports.handler = async () => 2;";

describe("Lambda: functions", () => {
  let aws: LambdaCloud;
  before(async () => (aws = await LambdaCloud.start("manual")));
  after(() => aws.stop());

  const configuration = (FunctionName: string) =>
    aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));

  it("are described like on AWS when new", async () => {
    await aws.create("new", ONE, { Tags: { team: "a" } });
    const { Configuration, Code, Tags } = await aws.lambda.send(
      new GetFunctionCommand({ FunctionName: "new" }),
    );
    expect(Configuration).to.deep.include({
      FunctionName: "new",
      FunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:new",
      Runtime: "nodejs20.x",
      Role: aws.roleArn,
      Handler: "index.handler",
      CodeSize: zip(ONE).length,
      CodeSha256: createHash("sha256").update(zip(ONE)).digest("base64"),
      Description: "",
      Timeout: 3,
      MemorySize: 128,
      Version: "$LATEST",
      State: "Active",
      LastUpdateStatus: "Successful",
      PackageType: "Zip",
      Architectures: ["x86_64"],
      EphemeralStorage: { Size: 512 },
      TracingConfig: { Mode: "PassThrough" },
      LoggingConfig: { LogFormat: "Text", LogGroup: "/aws/lambda/new" },
    });
    expect(Configuration?.LastModified).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
    expect(Configuration).to.not.have.property("Environment");
    expect(Code?.RepositoryType).to.equal("S3");
    expect(Tags).to.deep.equal({ team: "a" });
  });

  it("have unique names", async () => {
    await aws.create("twice", ONE);
    const error = await errorOf(aws.create("twice", ONE));
    expect(error.name).to.equal("ResourceConflictException");
    expect(error.$metadata?.httpStatusCode).to.equal(409);
    expect(error.message).to.equal("Function already exist: twice");
  });

  const refusals: [
    title: string,
    options: Partial<CreateFunctionCommandInput>,
    name: string,
    text: RegExp,
  ][] = [
    [
      "too little memory",
      { MemorySize: 127 },
      "ValidationException",
      /^1 validation error detected: Value '127' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128$/,
    ],
    [
      "too much memory",
      { MemorySize: 10_241 },
      "ValidationException",
      /'memorySize'.*less than or equal to 10240$/,
    ],
    [
      "a timeout of 0",
      { Timeout: 0 },
      "ValidationException",
      /'timeout'.*greater than or equal to 1$/,
    ],
    [
      "a timeout above 15 minutes",
      { Timeout: 901 },
      "ValidationException",
      /'timeout'.*less than or equal to 900$/,
    ],
    [
      "an old runtime",
      { Runtime: "nodejs16.x" },
      "InvalidParameterValueException",
      /^The runtime parameter of nodejs16\.x is no longer supported for creating or updating AWS Lambda functions\. We recommend you use a supported runtime while creating or updating functions\.$/,
    ],
    [
      "an unknown runtime",
      { Runtime: "nodejs99.x" as Runtime },
      "InvalidParameterValueException",
      /^Value nodejs99\.x at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: .* or be a valid ARN$/,
    ],
    [
      "a role that is no ARN",
      { Role: "worker" },
      "ValidationException",
      /'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:/,
    ],
    [
      "a role that does not exist",
      { Role: "arn:aws:iam::123456789012:role/nobody" },
      "InvalidParameterValueException",
      /^The role defined for the function cannot be assumed by Lambda\.$/,
    ],
    ["a handler with a space", { Handler: "index. handler" }, "ValidationException", /'handler'/],
    [
      "reserved variables",
      { Environment: { Variables: { AWS_REGION: "x", FREE: "y" } } },
      "InvalidParameterValueException",
      /contains reserved keys that are currently not supported for modification\. Reserved keys used in this request: AWS_REGION$/,
    ],
    [
      "variables above 4 KB",
      { Environment: { Variables: { LONG: "x".repeat(4096) } } },
      "InvalidParameterValueException",
      /exceeded the 4KB limit\. String measured: \{"LONG":"xx/,
    ],
    [
      "a variable name with a dash",
      { Environment: { Variables: { "A-B": "x" } } },
      "ValidationException",
      /'environment\.variables'/,
    ],
    [
      "no zip",
      { Code: { ZipFile: Buffer.from("not a zip") } },
      "InvalidParameterValueException",
      /^Could not unzip uploaded file\. Please check your file, then try to upload again\.$/,
    ],
    [
      "a path that leaves the folder",
      { Code: { ZipFile: zipSync({ "../../evil.js": Buffer.from("x") }) } },
      "InvalidParameterValueException",
      /^Could not unzip/,
    ],
    [
      "a zip in which a file is a folder too",
      { Code: { ZipFile: zip({ a: "x", "a/b": "x" }) } },
      "InvalidParameterValueException",
      /^Could not unzip/,
    ],
    [
      "a zip in which a folder has the name of a file, written another way",
      { Code: { ZipFile: zip({ "x/./a/b": "x", "x/a": "x" }) } },
      "InvalidParameterValueException",
      /^Could not unzip/,
    ],
    [
      "a zip with a name that no file can have",
      { Code: { ZipFile: zip({ [`lib/${"n".repeat(300)}.js`]: "x" }) } },
      "InvalidParameterValueException",
      /^Could not unzip/,
    ],
    [
      "a zip with a path that is too long",
      { Code: { ZipFile: zip({ [`${"folder/".repeat(600)}a.js`]: "x" }) } },
      "InvalidParameterValueException",
      /^Could not unzip/,
    ],
    [
      "layers",
      { Layers: ["arn:aws:lambda:us-east-1:123456789012:layer:x:1"] },
      "InvalidParameterValueException",
      /does not support the option Layers/,
    ],
    [
      "container images",
      { PackageType: "Image" },
      "InvalidParameterValueException",
      /does not support functions of package type Image/,
    ],
    [
      "log levels in text logs",
      { LoggingConfig: { ApplicationLogLevel: "WARN" } },
      "InvalidParameterValueException",
      /LogFormat must be set to JSON/,
    ],
    ["a name with a dot", { FunctionName: "a.b" }, "ValidationException", /'functionName'/],
    [
      "a name of 65 characters",
      { FunctionName: "x".repeat(65) },
      "ValidationException",
      /'functionName'/,
    ],
  ];
  for (const [title, options, name, text] of refusals)
    it(`refuse ${title}`, async () => {
      const error = await errorOf(aws.create("refused", ONE, options));
      expect(error.name).to.equal(name);
      expect(error.message).to.match(text);
      const missing = await errorOf(configuration("refused"));
      expect(missing.name).to.equal("ResourceNotFoundException");
    });

  it("refuse a role that does not trust Lambda", async () => {
    const Role = await aws.role("strangers", [], {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "ecs.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    });
    const error = await errorOf(aws.create("untrusted", ONE, { Role }));
    expect(error.message).to.equal(
      "The role defined for the function cannot be assumed by Lambda.",
    );
  });

  it("refuse a package above 250 MB unzipped", async () => {
    const half = new Uint8Array(132 * 1024 * 1024);
    const ZipFile = zipSync({ a: half, b: half }, { level: 1 });
    const error = await errorOf(aws.create("huge", "", { Code: { ZipFile } }));
    expect(error.message).to.equal("Unzipped size must be smaller than 262144000 bytes");
  });

  it("run new code after an update, and change the revision", async () => {
    await aws.create("evolving", ONE);
    expect((await aws.invoke("evolving")).value).to.equal(1);
    const before = await configuration("evolving");
    const updated = await aws.lambda.send(
      new UpdateFunctionCodeCommand({
        FunctionName: "evolving",
        ZipFile: zip(TWO),
        RevisionId: before.RevisionId,
      }),
    );
    expect(updated.RevisionId).to.not.equal(before.RevisionId);
    expect((await aws.invoke("evolving")).value).to.equal(2);
    const stale = await errorOf(
      aws.lambda.send(
        new UpdateFunctionCodeCommand({
          FunctionName: "evolving",
          ZipFile: zip(ONE),
          RevisionId: before.RevisionId,
        }),
      ),
    );
    expect(stale.name).to.equal("PreconditionFailedException");
    expect(stale.$metadata?.httpStatusCode).to.equal(412);
    expect((await aws.invoke("evolving")).value).to.equal(2);
  });

  it("change only the members of a configuration update", async () => {
    await aws.create("tuned", "exports.handler = async () => process.env.STAGE;", {
      Environment: { Variables: { STAGE: "dev" } },
      Timeout: 9,
    });
    expect((await aws.invoke("tuned")).value).to.equal("dev");
    await aws.lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: "tuned",
        MemorySize: 256,
        Environment: { Variables: { STAGE: "prod" } },
      }),
    );
    expect((await aws.invoke("tuned")).value).to.equal("prod");
    expect(await configuration("tuned")).to.deep.include({
      MemorySize: 256,
      Timeout: 9,
      Environment: { Variables: { STAGE: "prod" } },
    });
  });

  it("refuse changes while Pending or while an update is InProgress", async () => {
    const store = aws.cloud.registry.named("lambda")?.store("us-east-1", aws.cloud) as LambdaStore;
    store.changeDelayMs = 5_000;
    try {
      await aws.create("unhurried", ONE);
      expect(await configuration("unhurried")).to.include({
        State: "Pending",
        StateReasonCode: "Creating",
      });
      const text = "The operation cannot be performed at this time. ";
      const pending = await errorOf(aws.invoke("unhurried"));
      expect(pending.name).to.equal("ResourceConflictException");
      expect(pending.message).to.equal(
        `${text}The function is currently in the following state: Pending`,
      );
      await aws.cloud.clock.advance(5_000);
      expect(await configuration("unhurried")).to.include({
        State: "Active",
        LastUpdateStatus: "Successful",
      });
      const update = () =>
        aws.lambda.send(
          new UpdateFunctionCodeCommand({ FunctionName: "unhurried", ZipFile: zip(TWO) }),
        );
      expect(await update()).to.include({ State: "Active", LastUpdateStatus: "InProgress" });
      expect((await aws.invoke("unhurried")).value).to.equal(1);
      const busy = await errorOf(update());
      expect(busy.message).to.equal(
        `${text}An update is in progress for resource: arn:aws:lambda:us-east-1:123456789012:function:unhurried`,
      );
      await aws.cloud.clock.advance(5_000);
      expect((await aws.invoke("unhurried")).value).to.equal(2);
    } finally {
      store.changeDelayMs = 0;
    }
  });

  it("are not found once deleted", async () => {
    await aws.create("gone", ONE);
    await aws.lambda.send(new DeleteFunctionCommand({ FunctionName: "gone" }));
    expect((await errorOf(configuration("gone"))).name).to.equal("ResourceNotFoundException");
    const again = aws.lambda.send(new DeleteFunctionCommand({ FunctionName: "gone" }));
    expect((await errorOf(again)).name).to.equal("ResourceNotFoundException");
  });

  it("are listed once each, in pages", async () => {
    for (let n = 0; n < 5; n++) await aws.create(`listed-${n}`, ONE);
    const names: string[] = [];
    const pages = paginateListFunctions({ client: aws.lambda, pageSize: 3 }, {});
    for await (const { Functions = [] } of pages) {
      expect(Functions.length).to.be.at.most(3);
      names.push(...Functions.map(({ FunctionName = "" }) => FunctionName));
    }
    expect(new Set(names).size).to.equal(names.length);
    expect(names).to.include.members(["listed-0", "listed-1", "listed-2", "listed-3", "listed-4"]);
    const forged = await errorOf(aws.lambda.send(new ListFunctionsCommand({ Marker: "made-up" })));
    expect(forged.name).to.equal("InvalidParameterValueException");
  });

  it("add, list and remove tags", async () => {
    await aws.create("tagged", ONE, { Tags: { a: "1" } });
    const Resource = "arn:aws:lambda:us-east-1:123456789012:function:tagged";
    await aws.lambda.send(new TagResourceCommand({ Resource, Tags: { b: "2" } }));
    await aws.lambda.send(new UntagResourceCommand({ Resource, TagKeys: ["a"] }));
    const { Tags } = await aws.lambda.send(new ListTagsCommand({ Resource }));
    expect(Tags).to.deep.equal({ b: "2" });
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`tag${n}`, ""]));
    const error = await errorOf(aws.lambda.send(new TagResourceCommand({ Resource, Tags: many })));
    expect(error.message).to.equal("Number of tags exceeds resource tag limit.");
  });

  it("support the reads that providers make for a function", async () => {
    await aws.create("read", ONE);
    const FunctionName = "read";
    const signing = await aws.lambda.send(
      new GetFunctionCodeSigningConfigCommand({ FunctionName }),
    );
    expect(signing.CodeSigningConfigArn).to.equal(undefined);
    const runtime = await aws.lambda.send(new GetRuntimeManagementConfigCommand({ FunctionName }));
    expect(runtime.UpdateRuntimeOn).to.equal("Auto");
    await aws.lambda.send(
      new PutFunctionRecursionConfigCommand({ FunctionName, RecursiveLoop: "Allow" }),
    );
    const recursion = await aws.lambda.send(
      new GetFunctionRecursionConfigCommand({ FunctionName }),
    );
    expect(recursion.RecursiveLoop).to.equal("Allow");
    const { AccountLimit } = await aws.lambda.send(new GetAccountSettingsCommand({}));
    expect(AccountLimit?.ConcurrentExecutions).to.equal(1000);
  });

  it("have operations with the same names as in the SDK", () => {
    const commands = Object.keys(lambdaService.sdk());
    for (const operation of Object.keys(lambdaService.operations))
      expect(commands).to.include(`${operation}Command`);
  });
});
