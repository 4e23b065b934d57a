import { readFileSync, statSync } from "node:fs";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { DEFAULT_LIMITS } from "../../callbacks/delivery/zipToLambdaPipeline/inspect/model";
import type { UploadStatus } from "../../callbacks/delivery/zipToLambdaPipeline/report/status";
import {
  keyOf,
  nameProblem,
  statusKeyOf,
} from "../../callbacks/delivery/zipToLambdaPipeline/uploads/appName";
import { CommandError } from "../commandError";
import type { AppOptions } from "./options";
import { type AppClients, findPipeline, type FoundPipeline } from "./pipelines";
import { isNewest, readStatus } from "./readStatus";

type DeployOptions = Extract<AppOptions, { command: "deploy-zip" }>;

export interface DeployContext {
  readonly clients: AppClients;
  print(line: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

const SECOND = 1_000;

/**
 * Uploads a zip and waits until LIVE serves it.
 *
 * @throws CommandError with the pipeline's reason and fix if the zip is rejected, or if there is no result in time.
 */
export async function deployZip(options: DeployOptions, context: DeployContext): Promise<void> {
  const { app, file, wait } = options;
  const { clients, print, now } = context;
  const zip = readZip(file);
  const pipeline = await findPipeline(clients, options);
  const problem = nameProblem(app, pipeline.functionPrefix);
  if (problem) throw new CommandError(`deploy-zip: ${problem.message}; give another with --name.`);
  const begin = now();
  const at = { Bucket: pipeline.bucketName, Key: keyOf(app) };
  const { VersionId = "" } = await clients.s3.send(new PutObjectCommand({ ...at, Body: zip }));
  print(`${app}: uploaded ${sizeOf(zip.length)} to s3://${at.Bucket}/${at.Key}`);
  if (wait === 0) return;
  const status = await follow({ ...at, VersionId }, { ...context, app, begin, wait });
  if (status.state === "deployed") return printLive(status, pipeline, print);
  throw new CommandError(
    [
      `${app} was ${status.state}${status.code ? ` (${status.code})` : ""}: ${status.reason ?? "without a reason"}.`,
      ...(status.fix ? [`To fix it: ${status.fix}.`] : []),
      ...(status.live ? [`LIVE goes on with version ${status.live}.`] : []),
      ...(status.log ? [`The log: ${status.log.url}`] : []),
    ].join("\n"),
  );
}

function readZip(file: string): Buffer {
  const { zippedBytes } = DEFAULT_LIMITS;
  try {
    const { size } = statSync(file);
    if (size <= zippedBytes) return readFileSync(file);
    throw new CommandError(
      `deploy-zip: ${file} has ${sizeOf(size)}, allowed are ${sizeOf(zippedBytes)}; leave out what the app does not need.`,
    );
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`deploy-zip: ${file} cannot be read: ${(error as Error).message}.`);
  }
}

interface Following extends DeployContext {
  readonly app: string;
  readonly begin: number;
  readonly wait: number;
}

/** Prints each state once, until a final one. */
async function follow(
  upload: Record<"Bucket" | "Key" | "VersionId", string>,
  { clients: { s3 }, print, now, sleep, app, begin, wait }: Following,
): Promise<UploadStatus> {
  const statusKey = statusKeyOf(upload.Key) ?? "";
  let last = "";
  for (;;) {
    const status = await readStatus(s3, upload.Bucket, statusKey);
    if (status?.versionId === upload.VersionId) {
      const state = status.version ? `${status.state}, version ${status.version}` : status.state;
      if (state !== last) print(`${app}: ${state} (${((now() - begin) / SECOND).toFixed(1)} s)`);
      last = state;
      if (["deployed", "rejected", "removed"].includes(status.state)) return status;
    } else if (!(await isNewest(s3, upload)))
      throw new CommandError(
        `A newer upload of ${app} replaced this one, or its zip was deleted: 'apps' shows what is live.`,
      );
    if (now() - begin > wait)
      throw new CommandError(
        `${app} is not live after ${Math.round(wait / 60_000)} minutes: ${last || "the pipeline has not reported anything yet"}. It may still be in progress; 'apps' shows the result.`,
      );
    await sleep(SECOND);
  }
}

function printLive(
  { functionName = "", live, url, notes = [] }: UploadStatus,
  { name }: FoundPipeline,
  print: (line: string) => void,
): void {
  for (const note of notes) print(`note: ${note}`);
  print(`LIVE of ${functionName} (pipeline ${name}) is version ${live}.`);
  if (url !== undefined) print(`It answers at ${url} to signed requests.`);
  print(`Call it: aws lambda invoke --function-name ${functionName}:LIVE /dev/stdout`);
}

function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const units = ["kB", "MB"];
  const kilo = bytes / 1024;
  return kilo < 1024 ? `${kilo.toFixed(1)} ${units[0]}` : `${(kilo / 1024).toFixed(1)} ${units[1]}`;
}
