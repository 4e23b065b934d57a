import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetAccountSettingsCommand,
  GetFunctionCommand,
  type GetFunctionCommandOutput,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
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
const HOUR_MS = 3_600_000;

describe("Lambda: code that stays in its bucket (REFERENCE)", function () {
  this.timeout(30_000);
  let aws: LambdaCloud;
  let bucket: S3Client;

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
    for (const Bucket of ["apps", "plain"]) await bucket.send(new CreateBucketCommand({ Bucket }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await bucket.send(new PutBucketVersioningCommand({ Bucket: "apps", VersioningConfiguration }));
  });
  after(async () => {
    bucket?.destroy();
    await aws?.stop();
  });
  beforeEach(() => allow());

  const allow = (sourceArn = "arn:aws:lambda:us-east-1:123456789012:function:*") =>
    bucket.send(
      new PutBucketPolicyCommand({
        Bucket: "apps",
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "lambda.amazonaws.com" },
              Action: ["s3:GetObject", "s3:GetObjectVersion"],
              Resource: "arn:aws:s3:::apps/*",
              Condition: { ArnLike: { "aws:SourceArn": sourceArn } },
            },
          ],
        }),
      }),
    );
  const deny = () => bucket.send(new DeleteBucketPolicyCommand({ Bucket: "apps" }));

  async function put(value: number, more: Partial<PutObjectCommandInput> = {}): Promise<string> {
    const input = { Bucket: "apps", Key: "a.zip", Body: answering(value), ...more };
    const { VersionId = "" } = await bucket.send(new PutObjectCommand(input));
    return VersionId;
  }
  const create = (FunctionName: string, code: object, client = aws.lambda) =>
    client.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: aws.roleArn,
        Code: { S3Bucket: "apps", S3Key: "a.zip", S3ObjectStorageMode: "REFERENCE", ...code },
      }),
    );
  const update = (FunctionName: string, code: object) =>
    aws.lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName, S3Bucket: "apps", S3Key: "a.zip", ...code }),
    );
  const describeFunction = (
    FunctionName: string,
    Qualifier?: string,
  ): Promise<GetFunctionCommandOutput> =>
    aws.lambda.send(new GetFunctionCommand({ FunctionName, Qualifier }));
  const stateOf = async (name: string, qualifier?: string) =>
    (await describeFunction(name, qualifier)).Configuration?.State;

  it("is the version that the request names, or the newest at that time", async () => {
    const [first, second] = [await put(1), await put(2)];
    await create("named", { S3ObjectVersion: first });
    await create("newest", {});
    await put(3);
    for (const [name, S3ObjectVersion, value] of [
      ["named", first, 1],
      ["newest", second, 2],
    ] as const) {
      // Recorded on AWS: no Location beside it.
      expect((await describeFunction(name)).Code).to.deep.equal({
        RepositoryType: "S3",
        ResolvedS3Object: { S3Bucket: "apps", S3Key: "a.zip", S3ObjectVersion },
      });
      expect((await aws.invoke(name)).value).to.equal(value);
    }
  });

  it("does not count as Lambda's own storage, until an update omits the mode", async () => {
    const used = async () =>
      (await aws.lambda.send(new GetAccountSettingsCommand({}))).AccountUsage?.TotalCodeSize ?? 0;
    const S3ObjectVersion = await put(1);
    const before = await used();
    await create("counted", { S3ObjectVersion });
    expect(await used()).to.equal(before);
    await update("counted", { S3ObjectVersion });
    expect(await used()).to.equal(before + answering(1).length);
    expect((await describeFunction("counted")).Code).to.have.property("Location");
    await update("counted", { S3ObjectVersion, S3ObjectStorageMode: "REFERENCE" });
    expect(await used()).to.equal(before);
    const { AccountLimit } = await aws.lambda.send(new GetAccountSettingsCommand({}));
    // Recorded on AWS since July 2026: 300 GiB.
    expect(AccountLimit?.TotalCodeSize).to.equal(322_122_547_200);
  });

  it("must be readable for Lambda itself, as the bucket policy says for this function", async () => {
    await put(1);
    const says =
      "Lambda service principal lambda.amazonaws.com does not have s3:GetObject and s3:GetObjectVersion " +
      "permission on s3://apps/a.zip. Update the bucket policy to grant the Lambda service principal access and retry.";
    const refused = async (name: string) => {
      const error = await errorOf(create(name, {}));
      expect(error).to.include({ name: "InvalidParameterValueException", message: says });
    };
    await deny();
    await refused("mine");
    await allow("arn:aws:lambda:us-east-1:123456789012:function:mine");
    await refused("theirs");
    await create("mine", {});
    expect(await stateOf("mine")).to.equal("Active");
  });

  it("must be readable for the caller too", async () => {
    await put(1);
    const statement = {
      Effect: "Allow",
      Action: ["lambda:CreateFunction", "iam:PassRole"],
      Resource: "*",
    };
    const client = new LambdaClient({
      region: "us-east-1",
      endpoint: aws.cloud.endpoint,
      credentials: await roleSession(aws.cloud, "deploys", [statement]),
      maxAttempts: 1,
    });
    const denied = await errorOf(create("unread", {}, client));
    expect(denied.name).to.equal("AccessDeniedException");
    client.destroy();
  });

  it("is in a bucket with versions, in no Glacier class, and not beside an upload", async () => {
    await bucket.send(new PutObjectCommand({ Bucket: "plain", Key: "a.zip", Body: answering(1) }));
    await put(1, { Key: "cold.zip", StorageClass: "GLACIER_IR" });
    for (const [code, says] of [
      [{ S3Bucket: "plain" }, "requires a bucket with versioning enabled"],
      [{ S3Key: "cold.zip" }, "does not support the storage class GLACIER_IR"],
      [{ S3Key: "none.zip" }, "S3 Error Code: NoSuchKey"],
      [
        { S3Bucket: undefined, S3Key: undefined, ZipFile: answering(1) },
        "Please do not provide other FunctionCode parameters when providing a ZipFile.",
      ],
    ] as const) {
      const error = await errorOf(create("refused", code));
      expect(error.name).to.equal("InvalidParameterValueException");
      expect(error.message).to.include(says);
    }
  });

  for (const [title, lose] of [
    ["the object is deleted", (VersionId: string) => remove(VersionId)],
    ["the bucket policy no longer allows it", () => deny()],
  ] as const)
    it(`leaves a function Inactive, which cannot be invoked, after ${title}`, async () => {
      const name = title.split(" ")[1];
      const S3ObjectVersion = await put(1);
      await create(name, { S3ObjectVersion });
      const published = new PublishVersionCommand({ FunctionName: name });
      await aws.lambda.send(published);
      await lose(S3ObjectVersion);
      expect((await aws.invoke(name)).value).to.equal(1);
      await aws.cloud.clock.advance(HOUR_MS);
      expect(await stateOf(name)).to.equal("Inactive");
      expect(await stateOf(name, "1")).to.equal("Inactive");
      const refused = await errorOf(aws.invoke(name));
      expect(refused.name).to.equal("ResourceConflictException");
      expect(refused.message).to.include("in the following state: Inactive");
      const change = new UpdateFunctionConfigurationCommand({ FunctionName: name, Timeout: 9 });
      const unread = await errorOf(aws.lambda.send(change));
      expect(unread.name).to.equal("InvalidParameterValueException");
      await update(name, { ZipFile: answering(4), S3Bucket: undefined, S3Key: undefined });
      expect((await aws.invoke(name)).value).to.equal(4);
      expect(await stateOf(name, "1")).to.equal("Inactive");
      await aws.lambda.send(new DeleteFunctionCommand({ FunctionName: name }));
    });
  const remove = (VersionId: string) =>
    bucket.send(new DeleteObjectCommand({ Bucket: "apps", Key: "a.zip", VersionId }));

  it("becomes usable again when Lambda may read it again and the function is updated", async () => {
    const S3ObjectVersion = await put(1);
    await create("back", { S3ObjectVersion });
    await aws.lambda.send(new PublishVersionCommand({ FunctionName: "back" }));
    await deny();
    await aws.cloud.clock.advance(HOUR_MS);
    await allow();
    await aws.cloud.clock.advance(HOUR_MS);
    expect(await stateOf("back")).to.equal("Inactive");
    const change = { FunctionName: "back", Timeout: 9 };
    await aws.lambda.send(new UpdateFunctionConfigurationCommand(change));
    expect([await stateOf("back"), await stateOf("back", "1")]).to.deep.equal(["Active", "Active"]);
    expect((await aws.invoke("back")).value).to.equal(1);
  });

  it("does not matter to a function that has a copy", async () => {
    const S3ObjectVersion = await put(1);
    await create("copied", { S3ObjectVersion, S3ObjectStorageMode: "COPY" });
    await remove(S3ObjectVersion);
    await aws.cloud.clock.advance(2 * HOUR_MS);
    expect(await stateOf("copied")).to.equal("Active");
    expect((await aws.invoke("copied")).value).to.equal(1);
  });
});
