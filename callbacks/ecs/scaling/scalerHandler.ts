import type { ScalerConfig } from "./configuration";
import type { AuditRecord } from "./memory";
import type { Decision } from "./model";
import { awsPorts } from "./ports";
import { metricLine } from "./publish";
import { type Counts, REFUSED, type Scaled } from "./scaled";
import { type EvaluationContext, evaluate } from "./evaluate";
import { wakeOf, type WakeEvent } from "./wake";

export const deploymentOnlyModule = true;

/** Result of an evaluation. */
export interface Evaluated {
  readonly outcome: AuditRecord["outcome"] | "overtaken" | "ignored";
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

export type ScalerHandler = (event: WakeEvent) => Promise<Evaluated>;

/** Dependencies of the handler, injected so that tests control time. */
export interface ScalerDeps {
  now(): number;
  print(line: string): void;
  /** Settings of every AWS client. Lambda needs none: its environment has them. */
  readonly aws: { readonly endpoint?: string; readonly region?: string };
}

/** Most evaluations for one event, when other evaluations overtake them. */
const MOST_EVALUATIONS = 4;

/**
 * Creates the handler. Every event leads to the same evaluation of the present state. So an event that arrives twice,
 * late or with another one does no harm, and the next event makes up for a lost one.
 */
export function scalerHandler<Now extends Counts>(
  config: ScalerConfig,
  scaled: Scaled<Now>,
  deps: ScalerDeps,
): ScalerHandler {
  const ports = awsPorts(config, deps.aws);
  const context = { ports, config, scaled };

  const evaluateEvent: ScalerHandler = async (event) => {
    const result = await evaluateUntilRemembered(context, event, () => deps.now());
    if (result.outcome === "overtaken") return evaluatedOf("overtaken", result.decision);
    if (result.outcome === "underWay") return { ...result, outcome: "overtaken", why: UNDER_WAY };
    const { noted, running } = result;
    deps.print(metricLine(config.name, scaled, noted, running));
    // Fails the run: the alarm on errors notifies the user.
    if (noted.failed !== undefined) throw failure(noted.failed);
    return evaluatedOf(noted.outcome, noted);
  };

  return async (event) => {
    try {
      if (scaled.recordNotice && !(await scaled.recordNotice(event, ports.store))) return notOurs();
      return await evaluateEvent(event);
    } catch (error) {
      const { name, message } = error as Error;
      // An alarm sends one event, perhaps the one that led to this failure: the ticks ensure another evaluation.
      if (![REFUSED, DECIDE_FAILED].includes(name))
        await ports.enable("minute").catch(() => undefined);
      // An update of the program must not fail because of the service's present state.
      if (wakeOf(event) !== "update") throw error;
      console.error("failed", { reason: `${name}: ${message}` });
      return { outcome: "refused", from: NaN, to: NaN, why: message };
    }
  };
}

/**
 * Evaluates again after being overtaken: this event may be newer than the state that the other evaluation has read, which
 * may just have stopped the ticks.
 */
export async function evaluateUntilRemembered<Now extends Counts>(
  context: EvaluationContext<Now>,
  event: WakeEvent,
  now: () => number,
): ReturnType<typeof evaluate> {
  let result = await evaluate(context, event, now());
  for (
    let evaluations = 1;
    result.outcome === "overtaken" && evaluations < MOST_EVALUATIONS;
    evaluations += 1
  )
    result = await evaluate(context, event, now());
  if (result.outcome === "overtaken") await context.ports.enable("minute");
  return result;
}

const UNDER_WAY = "another evaluation makes a change";

function evaluatedOf(
  outcome: Evaluated["outcome"],
  { from, to, why }: Pick<Decision, "from" | "to" | "why">,
): Evaluated {
  return { outcome, from, to, why };
}

function notOurs(): Evaluated {
  return { outcome: "ignored", from: NaN, to: NaN, why: "it is not an instance of the fleet" };
}

const DECIDE_FAILED = "DecideFailed";

/** Creates an error without a stack, which would only show places in the bundled file. */
function failure(message: string): Error {
  return Object.assign(new Error(message), { name: DECIDE_FAILED, stack: "" });
}
