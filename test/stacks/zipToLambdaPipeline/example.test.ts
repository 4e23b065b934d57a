import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { UploadStatus } from "../../../callbacks/delivery/zipToLambdaPipeline/report/status";
import { findPython } from "../../../localcloud/services/lambda/runtime/program";
import { advanceUntilQuiet, type RunningProgram, startProgram } from "../../../localcloud/testing";
import { zipOf } from "../../support/zips/zipApp";

const DIRECTORY = path.resolve(__dirname, "../../../examples/zip-to-lambda-pipeline");

/** Each app of the example, with an event and the expected answer. */
const APPS = {
  hello: {
    kind: "node",
    event: { name: "Ada" },
    answer: { hello: "Ada", text: "Hello, Ada!" },
  },
  "chalice-app": {
    kind: "chalice",
    event: { name: "Ada" },
    answer: { statusCode: 200, body: '{"hello": "Ada"}' },
  },
  "zappa-app": {
    kind: "zappa",
    event: { path: "/products" },
    answer: {
      statusCode: 200,
      headers: { "content-type": "application/json" },
      body: '{"path": "/products"}',
    },
  },
};

describe("examples/zip-to-lambda-pipeline", function () {
  this.timeout(180_000);
  let program: RunningProgram;
  before(async () => {
    program = await startProgram({ directory: DIRECTORY });
  });
  after(() => program?.close());

  for (const [app, { kind, event, answer }] of Object.entries(APPS))
    it(`deploys ${app}, which is an app of ${kind}`, async function () {
      // Python functions need Python on this computer.
      if (kind !== "node" && findPython("python3.13") === undefined) return this.skip();
      const s3 = program.client(S3Client);
      const Bucket = program.output("appsBucketName");
      const Body = zipOf(filesBelow(path.join(DIRECTORY, app)));
      await s3.send(new PutObjectCommand({ Bucket, Key: `apps/${app}.zip`, Body }));
      await advanceUntilQuiet(program.cloud, { quietMinutes: 1, limitMinutes: 30 });
      const found = await s3.send(
        new GetObjectCommand({ Bucket, Key: `status/apps/${app}.zip.json` }),
      );
      const status = JSON.parse((await found.Body?.transformToString()) ?? "") as UploadStatus;
      expect(status, JSON.stringify(status)).to.deep.include({ state: "deployed", kind });
      const { Payload } = await program.client(LambdaClient).send(
        new InvokeCommand({
          FunctionName: `${program.output("appFunctionPrefix")}${app}`,
          Qualifier: "LIVE",
          Payload: JSON.stringify(event),
        }),
      );
      expect(JSON.parse(Buffer.from(Payload ?? []).toString())).to.deep.equal(answer);
    });
});

/** Returns the texts of a folder's files, by their relative paths. */
function filesBelow(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    names.map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      return [path.relative(folder, file), readFileSync(file, "utf8")];
    }),
  );
}
