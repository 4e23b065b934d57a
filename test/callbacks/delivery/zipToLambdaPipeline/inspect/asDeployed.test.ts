import { S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { inspectZip } from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/inspectZip";
import type { InspectionResult } from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/model";
import {
  bytesSource,
  objectSource,
} from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/sources";
import { asDeployed } from "../../../../support/closures/asDeployed";
import { writeZip } from "../../../../support/zips/zipWriter";

describe("zip inspector as deployed", () => {
  it("returns the same verdicts from the deployed zip", async () => {
    const inspector = await asDeployed(
      () => {
        const s3 = new S3Client({ region: "eu-west-1" });
        return (event: { archive?: string; key: string }): Promise<InspectionResult> =>
          event.archive === undefined
            ? inspectZip(objectSource(s3, { bucket: "b", key: event.key }, 100))
            : inspectZip(bytesSource(Buffer.from(event.archive, "base64")));
      },
      { isFactory: true },
    );
    after(() => inspector.close());
    const app = {
      name: "index.js",
      content: Array.from(
        { length: 30_000 },
        (_, i) => `exports.handler = ${(i * i) % 7919};`,
      ).join("\n"),
    };
    const long = { name: "b", content: Buffer.from(app.content).toString("base64") };
    for (const archive of [
      writeZip([app, long]),
      writeZip([app, { name: "../x" }]),
      writeZip([app, { name: "lambda.json", content: '{"memory":1}' }]),
      writeZip([{ name: "lambda_function.py", content: "import nope\n" }]),
      writeZip([{ ...app, flags: 0x808 }]),
    ]) {
      const verdict = await inspectZip(bytesSource(archive));
      const answer = await inspector.invoke({ archive: archive.toString("base64") });
      expect(answer.payload).to.deep.equal(verdict);
    }
  });
});
