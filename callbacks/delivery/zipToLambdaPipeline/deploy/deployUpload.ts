import type { PipelineClients } from "../clients";
import { inspectZip } from "../inspect/inspectZip";
import type { Accepted } from "../inspect/model";
import { type AppRecord, type Lease, type Live, storeOf, withLive } from "../record/appRecord";
import { isStillOurs } from "../record/claim";
import type { UploadState, UploadStatus } from "../report/status";
import { manifestOf, type PipelineConfig, settingsOf } from "../settings";
import type { Upload } from "../uploads/upload";
import type { WorkerDeps } from "../workerDeps";
import { type AppCode, type AppPlace, applyPlan, findFunction, publish } from "./appFunction";
import { askVerifier } from "./askVerifier";
import { buildUpload } from "./buildUpload";
import { checkStorageClass, fetchZip } from "./fetchZip";
import { applyUrl } from "./functionUrl";
import { type FunctionPlan, planFunction } from "./functionPlan";
import { keepFailures, moveLive, prune, readLive } from "./live";
import { createLogGroup } from "./logGroup";
import { removeReservation, reserve } from "./reservation";
import { notYet, rejectedUpload } from "./problem";
import { markUsed, withUnusedZips } from "./unusedZips";
import { readVariables } from "./variables";

export const deploymentOnlyModule = true;

/** An upload that is being worked on. */
export interface Work {
  readonly clients: PipelineClients;
  readonly config: PipelineConfig;
  readonly deps: WorkerDeps;
  readonly upload: Upload;
  /** Name of the app, and the worker that owns the lease. */
  readonly lease: Lease;
  readonly record: AppRecord;
  /** Milliseconds since the epoch until which to wait for Lambda. */
  readonly until: number;
  /** Reports progress. */
  report(state: UploadState, more?: Partial<UploadStatus>): Promise<void>;
}

/** Result for an upload that is neither rejected nor to be tried again. */
export type DeployResult =
  /** This version of the zip was deleted before it was deployed. */
  | { readonly kind: "gone" }
  | {
      readonly kind: "deployed";
      readonly record: AppRecord;
      readonly status: Partial<UploadStatus>;
    };

/**
 * Deploys one upload: LIVE moves last, after every step that may fail.
 *
 * @throws a rejection for a zip that cannot be deployed, an error that asks for another try, or AWS's own.
 */
export async function deployUpload(given: Work): Promise<DeployResult> {
  await given.report("building");
  const since = given.deps.now();
  const inspected = await inspect(given);
  if (!inspected) return { kind: "gone" };
  const { accepted, code, buildOutput } = inspected;
  // The time of a build is not part of the time for Lambda.
  const spent = buildOutput === undefined ? 0 : given.deps.now() - since;
  const work = { ...given, until: given.until + spent };
  const { clients, config, upload, lease, record } = work;
  const { lambda } = clients;
  const functionName = config.functionPrefix + lease.name;
  const place = { functionName, ...config, upload, code };
  const plan = await planOf(work, accepted);
  await markUsed(work, code);
  const [{ version, reserved }, live] = await Promise.all([
    build(work, place, plan),
    readLive(lambda, functionName),
  ]);
  const facts = {
    ...factsOf(accepted, plan, functionName, version),
    ...(buildOutput === undefined ? {} : { buildOutput }),
  };
  await verify(work, functionName, version, facts);
  const { reservedConcurrency } = plan;
  await reserve(lambda, functionName, { wanted: reservedConcurrency, reserved });
  if (!(await isStillOurs(storeOf(work), lease))) throw notYet(5, "another worker has the app");
  await moveLive(lambda, functionName, version, live);
  // Settings of LIVE itself: needed until an upload has succeeded with this alias, since they are lost when somebody
  // deletes the function.
  const isKnown = live !== undefined && live.FunctionVersion === record.lives[0]?.version;
  if (!isKnown) await keepFailures(lambda, functionName, config.appFailuresArn);
  const http = settingsOf(config, lease.name).http ?? "none";
  const url = await applyUrl(lambda, functionName, http, { url: record.url, isKnown });
  if (reservedConcurrency === undefined)
    await removeReservation(lambda, functionName, { ours: record.reserved, reserved });
  // The version before stays too, as the target of a rollback.
  const before = record.lives.find((one) => one.version !== version)?.version;
  const inUse = before ? [version, before] : [version];
  await prune(lambda, functionName, config.keepVersions, inUse, (deletion) =>
    withUnusedZips(work, functionName, deletion),
  );
  const at = new Date(work.deps.now()).toISOString();
  const newLive: Live = { version, versionId: upload.versionId, at };
  return {
    kind: "deployed",
    record: {
      lives: withLive(record.lives, newLive),
      ...(url === undefined ? {} : { url }),
      ...(reservedConcurrency === undefined ? {} : { reserved: reservedConcurrency }),
    },
    status: { ...facts, live: version, ...(url === undefined ? {} : { url }) },
  };
}

/** Result of the inspection of a zip, and the code for Lambda. */
export interface Inspected {
  readonly accepted: Accepted;
  readonly code: AppCode;
  /** Set for a zip that was built. */
  readonly buildOutput?: string;
}

async function inspect(work: Work): Promise<Inspected | undefined> {
  const { clients, config, deps, upload, lease } = work;
  const zip = await fetchZip(clients.s3, config.bucketName, upload, lease.owner);
  if (!zip) return undefined;
  try {
    if (config.storage === "reference") checkStorageClass(zip.storageClass);
    const settings = manifestOf(settingsOf(config, lease.name));
    const result = await inspectZip(zip.source, { settings, now: () => deps.now() });
    if (!result.accepted) throw rejectedUpload(result);
    if (result.commands) return await buildUpload(work, zip.source, result.commands);
    const { key, versionId } = upload;
    return { accepted: result, code: { key, versionId, sha256: zip.sha256 } };
  } finally {
    zip.remove();
  }
}

async function planOf({ clients, config, lease }: Work, accepted: Accepted): Promise<FunctionPlan> {
  const variables = await readVariables(clients, accepted.manifest.environment);
  const settings = settingsOf(config, lease.name);
  return planFunction(accepted, settings, { roleArn: config.appRoleArn, variables });
}

/** Publishes the version of the function for the upload, and reads its reserved concurrency. */
async function build(
  { clients, config, deps, record, until }: Work,
  place: AppPlace,
  plan: FunctionPlan,
): Promise<{ readonly version: string; readonly reserved: number | undefined }> {
  const { lambda, logs } = clients;
  const found = await findFunction(lambda, place.functionName, config.pipeline);
  if (record.lives.length === 0)
    await createLogGroup(logs, place.functionName, config.logRetentionInDays);
  const waiting = { now: () => deps.now(), sleep: (ms: number) => deps.sleep(ms), until };
  const ready = await applyPlan(lambda, place, plan, found, waiting);
  const version = await publish(lambda, place, ready);
  return { version, reserved: found?.Concurrency?.ReservedConcurrentExecutions };
}

async function verify(
  { clients, config, lease, report }: Work,
  functionName: string,
  version: string,
  facts: Partial<UploadStatus>,
): Promise<void> {
  const { verifierName } = config;
  if (verifierName === undefined) return;
  await report("verifying", facts);
  await askVerifier(clients.lambda, verifierName, { name: lease.name, functionName, version });
}

function factsOf(
  { kind, runtime, handler }: Accepted,
  { notes }: FunctionPlan,
  functionName: string,
  version: string,
): Partial<UploadStatus> {
  return {
    functionName,
    kind,
    runtime,
    handler,
    version,
    ...(notes.length > 0 ? { notes } : {}),
  };
}
