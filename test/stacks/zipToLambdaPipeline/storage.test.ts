import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  DeleteObjectCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { deniedCalls, unusedPermissions } from "../../../localcloud/testing";
import { PipelineProgram } from "../../support/programs/pipelineProgram";
import { nodeApp, zipOf } from "../../support/zips/zipApp";

const DAY_MINUTES = 24 * 60;

describe("a ZipToLambdaPipeline whose zips Lambda reads in place", function () {
  this.timeout(600_000);
  let apps: PipelineProgram;
  /** Versions of the zip of `hello`, by the number that the app answers. */
  const zips = new Map<number, string>();
  before(async () => {
    apps = await PipelineProgram.start({ STORAGE: "reference" });
  });
  after(() => apps?.close());

  const codeOf = async (app: string, Qualifier = "LIVE") => {
    const input = { FunctionName: apps.functionName(app), Qualifier };
    return apps.program.client(LambdaClient).send(new GetFunctionCommand(input));
  };
  const isMarked = async (app: string, VersionId: string): Promise<boolean> => {
    const input = { Bucket: apps.output("bucketName"), Key: `apps/${app}.zip`, VersionId };
    const { TagSet = [] } = await apps.program
      .client(S3Client)
      .send(new GetObjectTaggingCommand(input));
    return TagSet.some(({ Key, Value }) => Key === "aws-callbacks:unused" && Value === "true");
  };
  async function deploy(app: string, number: number): Promise<string> {
    const versionId = await apps.drop(app, nodeApp(`{ number: ${number} }`));
    await apps.settle();
    expect(await apps.invoke(app)).to.deep.equal({ number });
    return versionId;
  }

  it("refers to the version of the zip that it deployed, and copies nothing", async () => {
    for (const number of [1, 2]) zips.set(number, await deploy("hello", number));
    const { Code } = await codeOf("hello");
    expect(Code).to.deep.equal({
      RepositoryType: "S3",
      ResolvedS3Object: {
        S3Bucket: apps.output("bucketName"),
        S3Key: "apps/hello.zip",
        S3ObjectVersion: zips.get(2),
      },
    });
    expect((await codeOf("hello", "1")).Code?.ResolvedS3Object?.S3ObjectVersion).to.equal(
      zips.get(1),
    );
  });

  it("marks a zip as unused only when no version of the function refers to it any more", async () => {
    for (const number of [3, 4]) zips.set(number, await deploy("hello", number));
    expect(await apps.versions("hello")).to.deep.equal(["3", "4"]);
    const marks = [...zips.values()].map((versionId) => isMarked("hello", versionId));
    expect(await Promise.all(marks)).to.deep.equal([true, true, false, false]);
  });

  it("marks a rejected zip, but not one of which a version was published", async () => {
    const broken = await apps.drop("hello", zipOf({ "README.md": "nothing runs" }));
    await apps.settle();
    expect(await apps.status("hello")).to.include({ state: "rejected", live: "4" });
    expect(await isMarked("hello", broken)).to.equal(true);
    expect(await isMarked("hello", zips.get(4) ?? "")).to.equal(false);
    expect(await apps.invoke("hello")).to.deep.equal({ number: 4 });
  });

  it("removes the mark of a zip that it deploys, and keeps the other tags", async () => {
    const s3 = apps.program.client(S3Client);
    const input = { Bucket: apps.output("bucketName"), Key: "apps/copied.zip" };
    const Tagging = "aws-callbacks%3Aunused=true&team=a";
    await s3.send(new PutObjectCommand({ ...input, Tagging, Body: nodeApp("{ number: 1 }") }));
    await apps.settle();
    expect(await apps.invoke("copied")).to.deep.equal({ number: 1 });
    const { TagSet } = await s3.send(new GetObjectTaggingCommand(input));
    expect(TagSet).to.deep.equal([{ Key: "team", Value: "a" }]);
  });

  it("refers to the newest of two equal zips, since the other may be deleted", async () => {
    await deploy("same", 1);
    const VersionId = await deploy("same", 1);
    const { ResolvedS3Object } = (await codeOf("same")).Code ?? {};
    expect(ResolvedS3Object?.S3ObjectVersion).to.equal(VersionId);
  });

  it("rejects a zip in a storage class from which Lambda cannot read it in place", async () => {
    const input = { Bucket: apps.output("bucketName"), Key: "apps/cold.zip" };
    await apps.program
      .client(S3Client)
      .send(
        new PutObjectCommand({ ...input, Body: nodeApp(`"cold"`), StorageClass: "GLACIER_IR" }),
      );
    await apps.settle();
    const status = await apps.status("cold");
    expect(status).to.include({ state: "rejected", code: "storageClass" });
    expect(status?.fix).to.contain("without a storage class");
  });

  it("serves an app again when its lost zip is uploaded once more", async () => {
    await deploy("lost", 1);
    const { S3ObjectVersion: VersionId } = (await codeOf("lost")).Code?.ResolvedS3Object ?? {};
    const input = { Bucket: apps.output("bucketName"), Key: "apps/lost.zip", VersionId };
    await apps.program.client(S3Client).send(new DeleteObjectCommand(input));
    await apps.cloud.clock.advance(DAY_MINUTES * 60_000);
    expect((await codeOf("lost")).Configuration?.State).to.equal("Inactive");
    await deploy("lost", 1);
    expect((await codeOf("lost")).Configuration?.State).to.equal("Active");
  });

  it("marks every zip of an app that is removed", async () => {
    const versionId = await deploy("gone", 1);
    expect(await apps.ask({ remove: { app: "gone" } })).to.deep.equal({
      app: "gone",
      removed: true,
    });
    expect(await isMarked("gone", versionId)).to.equal(true);
  });

  it("denies no call of the worker, and grants nothing for this that it does not use", async () => {
    const { roleName } = apps;
    expect(deniedCalls(apps.cloud, { roleName })).to.deep.equal([]);
    const unused = (await unusedPermissions(apps.cloud)).filter((one) => one.roleName === roleName);
    expect(unused.map(({ action }) => action)).to.not.include("s3:PutObjectVersionTagging");
  });

  it("copies an app's code again from the next upload after the program has gone back to that", async () => {
    await apps.up({ STORAGE: "copy" });
    await apps.drop("hello", nodeApp(`{ number: 4 }`));
    await apps.settle();
    expect((await codeOf("hello")).Code).to.have.property("Location");
    await apps.cloud.clock.advance(DAY_MINUTES * 60_000);
    expect(await apps.invoke("hello")).to.deep.equal({ number: 4 });
  });
});
