import {
  LambdaClient,
  UpdateFunctionCodeCommand,
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { ServiceDefinition } from "../../../core/service";
import { lambda } from "../../../services/lambda";
import { iam } from "../../../services/iam";
import { cloudwatch } from "../../../services/cloudwatch";
import { cloudwatchLogs } from "../../../services/cloudwatch-logs";
import { kms } from "../../../services/kms";
import { s3 } from "../../../services/s3";
import { sqs } from "../../../services/sqs";
import { sts } from "../../../services/sts";
import { roleSession } from "../../support/roleSession";
import { errorOf, LambdaCloud, zip } from "./lambdaCloud";

const answering = (value: number): Uint8Array => zip(`exports.handler = async () => ${value};`);

describe("Lambda: code from a bucket", function () {
  this.timeout(30_000);
  let aws: LambdaCloud;
  let bucket: S3Client;
  const versions: string[] = [];

  before(async () => {
    const services = [
      iam,
      sts,
      sqs,
      s3,
      kms,
      cloudwatchLogs,
      cloudwatch,
      lambda,
    ] as unknown as ServiceDefinition<never>[];
    aws = await LambdaCloud.start("manual", { services });
    bucket = new S3Client({
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      endpoint: aws.cloud.endpoint,
      forcePathStyle: true,
    });
    await bucket.send(new CreateBucketCommand({ Bucket: "apps" }));
    await bucket.send(
      new PutBucketVersioningCommand({
        Bucket: "apps",
        VersioningConfiguration: { Status: "Enabled" },
      }),
    );
    for (const value of [1, 2]) {
      const { VersionId } = await bucket.send(
        new PutObjectCommand({ Bucket: "apps", Key: "a.zip", Body: answering(value) }),
      );
      versions.push(VersionId ?? "");
    }
    await bucket.send(new PutObjectCommand({ Bucket: "apps", Key: "broken.zip", Body: "no zip" }));
  });
  after(async () => {
    bucket?.destroy();
    await aws?.stop();
  });

  const create = (FunctionName: string, code: object, client = aws.lambda) =>
    client.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: aws.roleArn,
        Code: { S3Bucket: "apps", S3Key: "a.zip", ...code },
      }),
    );
  const update = (code: object, client = aws.lambda) =>
    client.send(
      new UpdateFunctionCodeCommand({
        FunctionName: "one",
        S3Bucket: "apps",
        S3Key: "a.zip",
        ...code,
      }),
    );

  it("is the given version, or the newest", async () => {
    await create("one", { S3ObjectVersion: versions[0] });
    expect((await aws.invoke("one")).value).to.equal(1);
    await update({});
    expect((await aws.invoke("one")).value).to.equal(2);
    const { CodeSha256 } = await update({ S3ObjectVersion: versions[0], Publish: true });
    expect((await aws.invoke("one")).value).to.equal(1);
    expect(
      await aws.lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: "one", Qualifier: "1" }),
      ),
    ).to.include({ CodeSha256 });
  });

  it("is only checked by a DryRun", async () => {
    await update({ S3ObjectVersion: versions[0] });
    const before = await aws.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: "one" }),
    );
    const dry = await update({ S3ObjectVersion: versions[1], DryRun: true });
    expect(dry.CodeSha256).to.not.equal(before.CodeSha256);
    const after = await aws.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: "one" }),
    );
    expect(after.CodeSha256).to.equal(before.CodeSha256);
    expect((await errorOf(update({ S3Key: "broken.zip", DryRun: true }))).name).to.equal(
      "InvalidParameterValueException",
    );
  });

  for (const [title, code, message] of [
    [
      "a key that is not there",
      { S3Key: "b.zip" },
      "S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.",
    ],
    [
      "a version that is not there",
      { S3ObjectVersion: "nope".padEnd(32, "0") },
      "S3 Error Code: NoSuchVersion.",
    ],
    [
      "a version that is none",
      { S3ObjectVersion: "nope" },
      "S3 Error Code: InvalidArgument. S3 Error Message: Invalid version id specified",
    ],
    ["a bucket that is not there", { S3Bucket: "other" }, "S3 Error Code: NoSuchBucket."],
    ["an object that is no zip", { S3Key: "broken.zip" }, "Could not unzip uploaded file."],
    [
      "a key beside an upload",
      { ZipFile: answering(3) },
      "Please do not provide other FunctionCode parameters when providing a ZipFile.",
    ],
    [
      "neither of them",
      { S3Bucket: undefined, S3Key: undefined },
      "Please provide a source for function code.",
    ],
    ["no key", { S3Key: undefined }, "Please do not provide other FunctionCode parameters"],
  ] as const)
    it(`refuses ${title}`, async () => {
      for (const refused of [await errorOf(create("two", code)), await errorOf(update(code))]) {
        expect(refused.name).to.equal("InvalidParameterValueException");
        expect(refused.message).to.include(message);
      }
    });

  it("is read with the caller's own permissions, which are separate for versions", async () => {
    const on = (Action: string[], Resource: string) => ({ Effect: "Allow", Action, Resource });
    const deploys = on(["lambda:CreateFunction", "lambda:UpdateFunctionCode", "iam:PassRole"], "*");
    const as = async (name: string, statements: object[]): Promise<LambdaClient> =>
      new LambdaClient({
        region: "us-east-1",
        endpoint: aws.cloud.endpoint,
        credentials: await roleSession(aws.cloud, name, statements),
        maxAttempts: 1,
      });
    const none = await as("deploys", [deploys]);
    const newest = await as("reads", [deploys, on(["s3:GetObject"], "arn:aws:s3:::apps/*")]);
    const versioned = await as("reads-versions", [
      deploys,
      on(["s3:GetObjectVersion"], "arn:aws:s3:::apps/*"),
    ]);
    const denied = await errorOf(update({}, none));
    expect(denied.name).to.equal("AccessDeniedException");
    expect(denied.message).to.match(
      /^Your access has been denied by S3, .* GetObject for apps\/a\.zip\./,
    );
    await update({}, newest);
    expect((await errorOf(update({ S3ObjectVersion: versions[0] }, newest))).name).to.equal(
      "AccessDeniedException",
    );
    await update({ S3ObjectVersion: versions[0] }, versioned);
    expect((await errorOf(update({}, versioned))).name).to.equal("AccessDeniedException");
  });

  it("is updated after the time set by functionStates", async () => {
    const set = (changeSeconds: unknown) =>
      fetch(`${aws.cloud.endpoint}/_localcloud/functionStates`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ changeSeconds }),
      });
    expect((await set(5)).status).to.equal(200);
    expect(await update({ S3ObjectVersion: versions[1] })).to.include({
      LastUpdateStatus: "InProgress",
    });
    expect((await errorOf(update({}))).name).to.equal("ResourceConflictException");
    await aws.cloud.clock.advance(5_000);
    expect(
      await aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: "one" })),
    ).to.include({ LastUpdateStatus: "Successful" });
    expect((await set(-1)).status).to.equal(400);
    await set(0);
  });
});
