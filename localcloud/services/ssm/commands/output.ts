import type { Readable } from "node:stream";
import { AwsError } from "../../../core/errors";
import type { StoreScope } from "../../../core/service";
import { PLUGIN, type Invocation, type Output, type StoredCommand } from "./command";

/** Maximum size of output that is kept for S3; GetCommandInvocation returns less. */
const KEPT = 10_000_000;

export function collect(stream: Readable, output: Output): void {
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    if (output.text.length < KEPT) output.text += text.slice(0, KEPT - output.text.length);
  });
}

/** Uploads the output as the agent does, with the instance's role. Output that it may not upload is lost. */
export async function upload(
  { cloud, region }: StoreScope,
  { id, sent }: StoredCommand,
  one: Invocation,
): Promise<void> {
  const { OutputS3BucketName: Bucket, OutputS3KeyPrefix: prefix } = sent;
  const session = cloud.machines.at(one.instanceId)?.facts.session();
  if (!Bucket || !session) return;
  const step = PLUGIN.replace(":", "");
  const folder = `${prefix ? `${prefix}/` : ""}${id}/${one.instanceId}/${step}/0.${step}`;
  for (const name of ["stdout", "stderr"] as const) {
    const Key = `${folder}/${name}`;
    one[name].url = `https://s3.${region}.amazonaws.com/${Bucket}/${Key}`;
    if (one[name].text === "") continue;
    const input = { Bucket, Key, Body: Buffer.from(one[name].text) };
    const { principal } = session;
    const call = { service: "s3", operation: "PutObject", input, principal, region };
    await cloud.call(call).catch((error: unknown) => {
      if (!(error instanceof AwsError)) throw error;
    });
  }
}
