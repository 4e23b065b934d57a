import type { Deps } from "../../deps";
import type { PipelineClients } from "./clients";
import { storeOf } from "./deploy/deployUpload";
import { moveLive, readLive } from "./deploy/live";
import { isInterference, problemOf } from "./deploy/problem";
import { removeApp } from "./deploy/removeApp";
import { type AppRecord, claimByHand, type Lease, release, withLive } from "./record/appRecord";
import type { PipelineConfig } from "./settings";
import { nameProblem } from "./uploads/appName";

export const deploymentOnlyModule = true;

/** What an operator asks of the worker, by the commands `rollback-app` and `remove-app`. */
export type ByHand =
  | { readonly rollback: { readonly app: string; readonly to?: string } }
  | { readonly remove: { readonly app: string } };

/** What came of it; `refused` says why nothing did. */
export type ByHandAnswer =
  | { readonly app: string; readonly live: string; readonly before: string }
  | { readonly app: string; readonly removed: boolean }
  | { readonly refused: string };

interface Hands {
  readonly clients: PipelineClients;
  readonly config: PipelineConfig;
  readonly deps: Deps;
  /** Who has the app meanwhile, and until when. */
  readonly owner: string;
  readonly until: number;
}

/** Works on an app by hand, while no upload of it is worked on. */
export async function byHand(asked: ByHand, hands: Hands): Promise<ByHandAnswer> {
  const { clients, config, deps, owner, until } = hands;
  const { app } = "rollback" in asked ? asked.rollback : asked.remove;
  const problem = nameProblem(app, config.functionPrefix);
  if (problem) return { refused: problem.message };
  const lease: Lease = { name: app, owner, until };
  const record = await claimByHand(storeOf(hands), lease, deps.now());
  if (!record) return { refused: `an upload of ${app} is being worked on; try again in a minute` };
  let after = record;
  try {
    const done =
      "rollback" in asked
        ? await rollBack(asked.rollback, record, hands)
        : await remove(app, { clients, config });
    after = done.record;
    return done.answer;
  } catch (error) {
    const refused = isInterference(error)
      ? `somebody else is changing ${app}; try again`
      : problemOf(error)?.message;
    if (refused === undefined) throw error;
    return { refused };
  } finally {
    await release(storeOf(hands), lease, after);
  }
}

interface Done {
  readonly record: AppRecord;
  readonly answer: ByHandAnswer;
}

/** Moves LIVE to a version that it had before. The next upload moves it on from there. */
async function rollBack(
  { app, to }: { readonly app: string; readonly to?: string },
  record: AppRecord,
  { clients: { lambda }, config, deps }: Hands,
): Promise<Done> {
  const functionName = config.functionPrefix + app;
  const refuse = (refused: string): Done => ({ record, answer: { refused } });
  const live = await readLive(lambda, functionName);
  const before = live?.FunctionVersion;
  if (!live || before === undefined) return refuse(`there is no app ${app} that is live`);
  const earlier = record.lives.filter(({ version }) => version !== before);
  const target = to === undefined ? earlier[0] : earlier.find(({ version }) => version === to);
  if (!target) {
    const known = earlier.map(({ version }) => version).join(", ");
    if (known === "") return refuse(`LIVE of ${app} has never had another version than ${before}`);
    return refuse(`LIVE of ${app} had no version ${to}; it had ${known}`);
  }
  await moveLive(lambda, functionName, target.version, live);
  const at = new Date(deps.now()).toISOString();
  return {
    record: { ...record, lives: withLive(record.lives, { ...target, at }) },
    answer: { app, live: target.version, before },
  };
}

async function remove(
  app: string,
  { clients, config }: Pick<Hands, "clients" | "config">,
): Promise<Done> {
  const functionName = config.functionPrefix + app;
  const removed = await removeApp(clients.lambda, functionName, config.pipeline);
  return { record: { lives: [] }, answer: { app, removed } };
}
