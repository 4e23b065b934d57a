import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { InstanceSettings } from "../../../../callbacks/delivery/zipToLambdaPipeline/instance/instanceConfig";
import { instanceWorkerFactory } from "../../../../callbacks/delivery/zipToLambdaPipeline/instance/instanceWorker";
import type { Files } from "../../../function/packing/bundling/bundle";
import { packCallback } from "../../../function/packing/packCallback";
import { textAsset } from "../../../function/packing/textAsset";
import { childName } from "../../../names";
import type { ProtectedBucket } from "../../../storage/protectedBucket";

/** S3 key of the program that the instances run. */
export const PROGRAM_KEY = "worker/worker.js";

export interface WorkerProgram {
  readonly object: aws.s3.BucketObjectv2;
  readonly sha256: pulumi.Output<string>;
}

/** Stores the same packed code as that of a Lambda worker in the bucket; instances fetch it by its version id. */
export function keepProgram(
  name: string,
  { bucket, versioning }: ProtectedBucket,
  settings: InstanceSettings,
  opts: { readonly parent: pulumi.Resource },
): WorkerProgram {
  const packed = packCallback(instanceWorkerFactory(settings), {
    isFactory: true,
    resource: opts.parent,
    runsIn: "instance",
  });
  const text = pulumi.output(packed).apply(({ files }) => programText(files));
  const sha256 = text.apply((one) => createHash("sha256").update(one).digest("hex"));
  const object = new aws.s3.BucketObjectv2(
    childName(name, "program"),
    {
      bucket: bucket.id,
      key: PROGRAM_KEY,
      source: text.apply(textAsset),
      sourceHash: sha256,
      contentType: "text/javascript",
    },
    { ...opts, dependsOn: [versioning] },
  );
  return { object, sha256 };
}

/** Joins the files of a packed callback into one file that calls it. */
export function programText(files: Files): string {
  const modules = Object.entries(files).map(
    ([name, text]) =>
      `${JSON.stringify(`./${name}`)}: function (module, exports, require) {\n${text}\n},\n`,
  );
  return `const modules = {
${modules.join("")}};
const loaded = {};
function load(name) {
  const code = modules[name] ?? modules[name + ".js"];
  if (!code) return require(name);
  if (!loaded[name]) code((loaded[name] = { exports: {} }), loaded[name].exports, load);
  return loaded[name].exports;
}
load("./index.js").handler().catch((error) => {
  console.error(error);
  process.exit(1);
});
`;
}
