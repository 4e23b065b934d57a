import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { presign } from "../../../localcloud/test/services/s3/presign";
import { roleSession } from "../../../localcloud/test/support/roleSession";
import { formatUnusedPermissions, unusedPermissions } from "../../../localcloud/testing";
import { nodeApp } from "../../support/zips/zipApp";
import { PipelineProgram } from "../../support/programs/pipelineProgram";
import { runAppCommand } from "./runAppCommand";

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** The program's uploader `ci` may upload the apps `web` and `shop-*`, and the role `build` may assume its role. */
describe("uploaders of a ZipToLambdaPipeline", function () {
  this.timeout(300_000);
  let apps: PipelineProgram;
  let ci: Credentials;
  let folder: string;
  const made: { destroy(): void }[] = [];
  before(async () => {
    apps = await PipelineProgram.start({ UPLOADERS: "yes" });
    folder = mkdtempSync(path.join(tmpdir(), "zips-"));
    ci = await assume(apps.program.access(apps.output("buildRoleName")).credentials);
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    for (const client of made) client.destroy();
    await apps?.close();
  });

  async function assume(by: object): Promise<Credentials> {
    const sts = clientOf(STSClient, by);
    const RoleArn = apps.output("uploaderRoleArn");
    const { Credentials: session } = await sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: "run-7" }),
    );
    return {
      accessKeyId: session?.AccessKeyId ?? "",
      secretAccessKey: session?.SecretAccessKey ?? "",
      sessionToken: session?.SessionToken ?? "",
    };
  }

  function clientOf<Client extends { destroy(): void }>(
    Class: new (settings: object) => Client,
    credentials: object,
  ): Client {
    const { endpoint, region } = apps.program.access();
    const client = new Class({ endpoint, region, credentials, maxAttempts: 1 });
    made.push(client);
    return client;
  }

  const put = (Key: string, credentials: object = ci): Promise<unknown> =>
    clientOf(S3Client, credentials).send(
      new PutObjectCommand({ Bucket: apps.output("bucketName"), Key, Body: nodeApp("1") }),
    );
  const refusalOf = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => "allowed",
      (error: Error) => error.name,
    );

  it("deploy their own apps with deploy-zip, in an assumed session", async () => {
    for (const app of ["web", "shop-cart"]) {
      const file = path.join(folder, `${app}.zip`);
      writeFileSync(file, nodeApp(`"${app}"`));
      const printed = await runAppCommand(apps, `deploy-zip ${file}`, { credentials: ci });
      expect(printed).to.contain(`${app}: deployed, version 1`);
      expect(await apps.invoke(app)).to.equal(app);
    }
  });

  it("are granted only what deploy-zip uses", async () => {
    const unused = await unusedPermissions(apps.cloud, {
      roles: ["apps-ci-uploader-*"],
      exceptions: [
        {
          id: "uploader-ListBucket",
          reason: "S3 says that a status is not there yet only to those who may list.",
          action: "s3:ListBucket",
        },
      ],
    });
    expect(unused, formatUnusedPermissions(unused)).to.deep.equal([]);
  });

  it("may upload no other app, write no status, read no settings, delete no zip and call no worker", async () => {
    for (const key of [
      "apps/other.zip",
      "apps/web2.zip",
      "apps/shop.zip",
      "status/apps/web.zip.json",
      "settings/apps.json",
    ])
      expect(await refusalOf(put(key)), key).to.equal("AccessDenied");
    const s3 = clientOf(S3Client, ci);
    const Bucket = apps.output("bucketName");
    for (const Key of ["apps/other.zip", "settings/apps.json", "status/apps/other.zip.json"])
      expect(await refusalOf(s3.send(new GetObjectCommand({ Bucket, Key }))), Key).to.equal(
        "AccessDenied",
      );
    const zip = { Bucket, Key: "apps/web.zip" };
    expect(await refusalOf(s3.send(new DeleteObjectCommand(zip)))).to.equal("AccessDenied");
    const printed = await runAppCommand(apps, "remove-app web --yes", { credentials: ci });
    expect(printed).to.contain("not authorized to perform: lambda:InvokeFunction");
    expect(await apps.invoke("web")).to.equal("web");
  });

  it("exclude everyone else, whatever their permissions in the account", async () => {
    const all = { Effect: "Allow", Action: ["s3:*", "sts:AssumeRole"], Resource: "*" };
    const developer = await roleSession(apps.cloud, "developer", [all]);
    expect(await refusalOf(put("apps/web.zip", developer))).to.equal("AccessDenied");
    expect(await refusalOf(put("apps/other.zip", developer))).to.equal("AccessDenied");
    expect(await refusalOf(assume(developer))).to.equal("AccessDenied");
    // Other objects of the bucket are not restricted.
    expect(await refusalOf(put("notes.txt", developer))).to.equal("allowed");
  });

  it("delegate the upload of one app with a signed URL", async () => {
    const urlOf = (key: string): Promise<string> =>
      presign(apps.cloud, {
        method: "PUT",
        path: `/${apps.output("bucketName")}/${key}`,
        credentials: ci,
        expiresIn: 300,
      });
    const upload = async (key: string): Promise<number> => {
      const body = Buffer.from(nodeApp(`"by its URL"`));
      return (await fetch(await urlOf(key), { method: "PUT", body })).status;
    };
    expect(await upload("apps/web.zip")).to.equal(200);
    expect(await upload("apps/other.zip")).to.equal(403);
    await apps.settle();
    expect(await apps.invoke("web")).to.equal("by its URL");
    expect(await apps.functionNames()).not.to.include(apps.functionName("other"));
  });
});
