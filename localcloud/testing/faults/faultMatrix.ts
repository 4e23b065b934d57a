import type { Cloud } from "../../cloud/cloud";
import type { RecordedCall } from "../../core/recorder";
import { callsOf } from "../calls";
import { advanceUntilQuiet } from "../quiet";
import { type FaultCase, faultCases, MATRIX_FAULTS, type MatrixFault } from "./faultCase";
import { type FaultCaseResult, FaultMatrixError, type FaultMatrixReport } from "./report";
import { chosenCase, shuffled } from "./replay";

export interface FaultMatrixOptions {
  readonly cloud: Cloud;
  /** Role whose calls fail. */
  readonly roleName: string;
  /** Distinguishes this matrix from others in `FAULT_CASE`. Default: the role's name without its random suffix. */
  readonly name?: string;
  /** Resets everything that the scenario changes; runs before every case. Default: nothing. */
  prepare?(): Promise<unknown>;
  /** Delivers the event or events, like their source does. */
  run(): Promise<unknown>;
  /** Redelivers until nothing more happens. Default: `advanceUntilQuiet`. */
  settle?(): Promise<unknown>;
  /** Throws if the invariant is broken; `fault` is undefined on the happy path. */
  check(fault: FaultCase | undefined): unknown;
  /** Determines the order of the cases, so that dependencies between them show. Default 1, or that of `FAULT_CASE`. */
  readonly seed?: number;
  /** Default: all of them. */
  readonly faults?: readonly MatrixFault[];
  /**
   * Whether to run a case, to run only a sample; a case that `FAULT_CASE` names always runs. Default: every case runs.
   */
  sample?(one: FaultCase): boolean;
}

/**
 * Runs a scenario once without a fault, then once for every call that code with the role made and every fault that this
 * call can have, each time after a reset and with fresh workers, and checks the invariant after all redeliveries.
 * `FAULT_CASE=<name>:<seed>:<call>:<fault>` runs a single case.
 *
 * @throws FaultMatrixError that lists the cases that broke the invariant, each with the command that replays it.
 */
export async function faultMatrix(options: FaultMatrixOptions): Promise<FaultMatrixReport> {
  const { roleName, faults = MATRIX_FAULTS } = options;
  const name = options.name ?? roleName.replace(/-[0-9a-f]{7}$/, "");
  const chosen = chosenCase(name);
  const seed = chosen?.seed ?? options.seed ?? 1;
  if (chosen && !chosen.isOurs) return { name, seed, calls: [], cases: [], skipped: true };
  const calls = await happyPath(options);
  const cases = shuffled(faultCases(calls, faults, roleName), seed);
  const wanted = cases.filter((one) =>
    chosen ? one.id === chosen.id : (options.sample?.(one) ?? true),
  );
  if (chosen && wanted.length === 0)
    throw new Error(
      `FAULT_CASE: '${name}' has no case ${chosen.id}; it has ${calls.length} calls.`,
    );
  const results: FaultCaseResult[] = [];
  for (const one of wanted) results.push(await runCase(options, one));
  const inOrder = results.sort((a, b) => cases.indexOf(a.case) - cases.indexOf(b.case));
  const report = { name, seed, calls, cases: inOrder, skipped: false };
  if (results.some(({ failure }) => failure)) throw new FaultMatrixError(report);
  return report;
}

async function happyPath(options: FaultMatrixOptions): Promise<readonly RecordedCall[]> {
  const { cloud, roleName } = options;
  const after = await freshStart(options);
  await deliver(options);
  await options.check(undefined);
  const calls = callsOf(cloud, roleName, { after });
  if (calls.length === 0)
    throw new Error(`On the happy path the role '${roleName}' made no call, so none can fail.`);
  return calls;
}

async function runCase(options: FaultMatrixOptions, one: FaultCase): Promise<FaultCaseResult> {
  const { cloud, roleName } = options;
  const after = await freshStart(options);
  const id = cloud.faults.add(one.rule);
  try {
    await deliver(options);
    const met = cloud.faults.list().find((active) => active.id === id)?.applied ?? 0;
    // A case without its fault proves nothing.
    if (met === 0) throw new Error(`The fault was never met: the call was not made again.`);
    await options.check(one);
    return { case: one, met, calls: callsOf(cloud, roleName, { after }) };
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    return { case: one, met: 0, calls: callsOf(cloud, roleName, { after }), failure };
  } finally {
    cloud.faults.remove(id);
  }
}

async function deliver(options: FaultMatrixOptions): Promise<void> {
  await options.run();
  await (options.settle ?? (() => advanceUntilQuiet(options.cloud)))();
}

/** Starts without state in memory from earlier cases: connections, caches, retry budgets. */
async function freshStart({ cloud, roleName, prepare }: FaultMatrixOptions): Promise<number> {
  await prepare?.();
  const sessions = new Map(
    cloud.recorder
      .find({ roleName })
      .flatMap(({ principal }) =>
        principal.type === "role" ? [[principal.accessKeyId, principal] as const] : [],
      ),
  );
  for (const principal of sessions.values()) cloud.events.emit("killWorker", principal);
  return cloud.recorder.last;
}
