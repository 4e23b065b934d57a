import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { inspectZip } from "../inspect/inspectZip";
import type { ZipSource } from "../inspect/model";
import { shown } from "../inspect/reject";
import { storeOf } from "../record/appRecord";
import { extendLease } from "../record/claim";
import { manifestOf, settingsOf } from "../settings";
import { builtKeyOf } from "../uploads/appName";
import type { Inspected, Work } from "./deployUpload";
import { notYet, rejectedUpload } from "./problem";

export const deploymentOnlyModule = true;

/**
 * Runs the build commands of a zip, and inspects the result as if it had been uploaded.
 *
 * @throws a rejection for a zip whose build fails, or that this worker cannot build.
 */
export async function buildUpload(
  work: Work,
  source: ZipSource,
  commands: readonly string[],
): Promise<Inspected> {
  const { clients, config, deps, lease } = work;
  const { builder } = deps;
  if (!builder) throw needsInstances(commands);
  const rest = lease.until - deps.now();
  await keep(work, lease.until + builder.seconds * 1000);
  const built = await builder.build(source, commands, lease.owner);
  try {
    console.log("built", { app: lease.name, commands, output: built.output });
    await keep(work, deps.now() + rest);
    const result = await inspectZip(built.source, {
      settings: manifestOf(settingsOf(config, lease.name)),
      now: () => deps.now(),
      isBuilt: true,
    });
    if (!result.accepted) {
      const message = `the result of its build is refused: ${result.message}`;
      throw rejectedUpload({ ...result, message, buildOutput: built.output });
    }
    const Body = readFileSync(built.path);
    const key = builtKeyOf(lease.name);
    const { VersionId: versionId = "" } = await clients.s3.send(
      new PutObjectCommand({ Bucket: config.bucketName, Key: key, Body }),
    );
    const sha256 = createHash("sha256").update(Body).digest("base64");
    return { accepted: result, code: { key, versionId, sha256 }, buildOutput: built.output };
  } finally {
    built.remove();
  }
}

/** Extends the lease by the time of a build, and no longer: after a crash the next worker would have to wait. */
async function keep(work: Work, until: number): Promise<void> {
  if (!(await extendLease(storeOf(work), work.lease, until)))
    throw notYet(5, "another worker has the app");
}

function needsInstances([command = ""]: readonly string[]): Error {
  return rejectedUpload({
    code: "buildNeedsInstances",
    message: `the zip has commands to build, such as '${shown(command)}', and this pipeline's worker is a function`,
    fix: 'deploy the pipeline with worker: "instances"; or build before zipping, and leave build out',
  });
}
