import type { Deps } from "../../deps";
import { nameOf, reasonOf } from "../../retry";
import type { PipelineClients } from "./clients";
import { moveLive, readLive } from "./deploy/live";
import { isInterference, problemOf } from "./deploy/problem";
import { removeApp } from "./deploy/removeApp";
import { type AppRecord, type Lease, type Live, storeOf, withLive } from "./record/appRecord";
import { claimByHand } from "./record/claim";
import { release } from "./record/finish";
import { statusOf, type UploadStatus, writeStatus } from "./report/status";
import { sendEvent } from "./report/sendEvent";
import type { WorkerConfig } from "./settings";
import { keyOf, nameProblem } from "./uploads/appName";

export const deploymentOnlyModule = true;

/** Manual request to the worker, by the commands `rollback-app` and `remove-app`. */
export type ManualRequest =
  | { readonly rollback: { readonly app: string; readonly to?: string } }
  | { readonly remove: { readonly app: string } };

/** Its result; `refused` is the reason why nothing was done. */
export type ManualAnswer =
  | { readonly app: string; readonly live: string; readonly before: string }
  | { readonly app: string; readonly removed: boolean }
  | { readonly refused: string };

interface ManualContext {
  readonly clients: PipelineClients;
  readonly config: WorkerConfig;
  readonly deps: Deps;
  /** Owner and end of the lease on the app meanwhile. */
  readonly owner: string;
  readonly until: number;
}

/** Carries out a manual request, while no upload of the app is worked on. */
export async function changeManually(
  asked: ManualRequest,
  context: ManualContext,
): Promise<ManualAnswer> {
  const { clients, config, deps, owner, until } = context;
  const { app } = "rollback" in asked ? asked.rollback : asked.remove;
  const problem = nameProblem(app, config.functionPrefix);
  if (problem) return { refused: problem.message };
  const lease: Lease = { name: app, owner, until };
  const record = await claimByHand(storeOf(context), lease, deps.now());
  if (!record) return { refused: `an upload of ${app} is in progress; try again in a minute` };
  let after = record;
  try {
    const done =
      "rollback" in asked
        ? await rollBack(asked.rollback, record, context)
        : await remove(app, { clients, config });
    after = done.record;
    if (done.status) await reportChange(app, done.status, context);
    return done.answer;
  } catch (error) {
    const refused = isInterference(error)
      ? `somebody else is changing ${app}; try again`
      : problemOf(error)?.message;
    if (refused === undefined) throw error;
    return { refused };
  } finally {
    await release(storeOf(context), lease, after);
  }
}

interface Done {
  readonly record: AppRecord;
  readonly answer: ManualAnswer;
  /** The new status of the app; absent when nothing has changed. */
  readonly status?: Pick<UploadStatus, "state" | "versionId" | "live" | "reason">;
}

/**
 * Reports the change. The change is made: the caller gets its answer even if the status or the event cannot be written.
 */
async function reportChange(
  app: string,
  { state, versionId, ...more }: Required<Done>["status"],
  { clients, config, deps }: ManualContext,
): Promise<void> {
  const functionName = config.functionPrefix + app;
  const subject = { key: keyOf(app), versionId };
  const status = statusOf(subject, state, deps.now(), { app, functionName, ...more });
  const reports = [
    writeStatus(clients.s3, config.bucketName, status),
    sendEvent(clients.events, config.pipeline, status),
  ].map((report) =>
    report.catch((error: unknown) =>
      console.warn("the manual change was not reported", { app, reason: reasonOf(error) }),
    ),
  );
  await Promise.all(reports);
}

/** Moves LIVE to a version that it had before. The next upload moves LIVE forward again. */
async function rollBack(
  { app, to }: { readonly app: string; readonly to?: string },
  record: AppRecord,
  { clients: { lambda }, config, deps }: ManualContext,
): Promise<Done> {
  const functionName = config.functionPrefix + app;
  const refuse = (refused: string): Done => ({ record, answer: { refused } });
  const live = await readLive(lambda, functionName);
  const before = live?.FunctionVersion;
  if (!live || before === undefined) return refuse(`there is no app ${app} that is live`);
  const earlier = record.lives.filter(({ version }) => version !== before);
  // Not simply the previous one: after a rollback, that is the newer version which was rolled back.
  const isMeant = ({ version }: Live): boolean =>
    to === undefined ? Number(version) < Number(before) : version === to;
  const target = earlier.find(isMeant);
  if (!target) {
    const known = earlier.map(({ version }) => version).join(", ");
    if (known === "") return refuse(`LIVE of ${app} has never had another version than ${before}`);
    if (to === undefined)
      return refuse(`LIVE of ${app} had no version older than ${before}; it had ${known}`);
    return refuse(`LIVE of ${app} had no version ${to}; it had ${known}`);
  }
  try {
    await moveLive(lambda, functionName, target.version, live);
  } catch (error) {
    if (nameOf(error) !== "ResourceNotFoundException") throw error;
    const kept = `the last ${config.keepVersions} are kept, and what LIVE had before`;
    return refuse(`version ${target.version} of ${app} is deleted; ${kept}`);
  }
  const at = new Date(deps.now()).toISOString();
  return {
    record: { ...record, lives: withLive(record.lives, { ...target, at }) },
    answer: { app, live: target.version, before },
    status: {
      state: "deployed",
      versionId: target.versionId,
      live: target.version,
      reason: `rolled back from version ${before}`,
    },
  };
}

async function remove(
  app: string,
  { clients, config }: Pick<ManualContext, "clients" | "config">,
): Promise<Done> {
  const functionName = config.functionPrefix + app;
  const removed = await removeApp(clients, functionName, config);
  const status = { state: "removed", versionId: "", reason: "removed manually" } as const;
  return { record: { lives: [] }, answer: { app, removed }, ...(removed ? { status } : {}) };
}
