import { boundsAt } from "../bounds";
import { completePoints } from "../completePoints";
import type { AuditRecord } from "../memory";
import type { Datapoint, DecideTasks, EvaluationInput, Signal } from "../model";
import type { ScalerSettings } from "../configuration";
import type { Pace } from "../pace";
import { type Counts, REFUSED, type Scaled } from "../scaled";
import { evaluateUntilRemembered } from "../scalerHandler";
import type { EvaluationContext } from "../evaluate";
import type { WakeEvent } from "../wake";
import { pointsOf, type Sample } from "./samples";
import { SimulatedAlarms } from "./simulatedAlarms";
import { SimulatedPorts } from "./simulatedPorts";
import { loadAt, SECOND, type SimulatedRow, STEP, stepsOf, type Trace } from "./trace";

export const deploymentOnlyModule = true;

/** The resource that a scaler scales, simulated without AWS. */
export interface SimulatedWorld<Now extends Counts> {
  readonly scaled: Scaled<Now>;
  /** Advances the resource to a time, under a load. Returns whether ECS sends the scaler an event. */
  pass(now: number, load: number): boolean;
  /** Returns the metric values of this step, by rule name. */
  values(load: number): Readonly<Record<string, number>>;
  counts(load: number): Pick<SimulatedRow, "value" | "desired" | "running" | "waiting">;
}

export interface ScalerOptions {
  readonly settings: ScalerSettings;
  readonly decide?: DecideTasks;
  /** Seconds after the end of a datapoint at which it can be read. Default 0. */
  readonly delay?: number;
  /**
   * Creation time of the rules that call the scaler, from which their intervals count. Milliseconds since the epoch.
   * Default: the start of the trace.
   */
  readonly rulesMadeAt?: number;
}

/** Milliseconds from an event to the evaluation: a change is then later than the datapoint that begins at the event. */
const WOKEN = 1;

/** Seconds between the calls of the rules. */
const EVERY: Readonly<Record<Pace, number>> = { minute: 60, slow: 300 };
const WAKES = { minute: "tick", slow: "slowTick" } as const;

/**
 * Simulates a trace with a scaler. The code that evaluates, decides and remembers is the code that runs in Lambda, and
 * the same events wake it: alarms, ECS events, changes of the bounds, and its rules while it has enabled them.
 */
export async function simulateScaler<Now extends Counts>(
  trace: Trace,
  world: SimulatedWorld<Now>,
  { settings, decide, delay = 0, rulesMadeAt = trace.start }: ScalerOptions,
): Promise<SimulatedRow[]> {
  const rows: SimulatedRow[] = [];
  const samples: Sample[] = [];
  const alarms = new SimulatedAlarms(settings);
  const ports = new SimulatedPorts((now) =>
    seriesOf(settings, samples, { now, until: now - delay * SECOND }),
  );
  const names = (list: typeof alarms.high): string[] => list.map(({ name }) => name);
  const config = { settings, highAlarms: names(alarms.high), lowAlarms: names(alarms.low), decide };
  const context = { ports, config, scaled: world.scaled };
  let bounds = boundsAt(settings, trace.start);
  for (const now of stepsOf(trace)) {
    const load = loadAt(trace, now);
    const before = bounds;
    bounds = boundsAt(settings, now);
    const passed = now - trace.start;
    const changed = alarms.judge(ports.on, samples, { passed, until: now - delay * SECOND });
    const events: WakeEvent[] = [
      ...(world.pass(now, load) ? [{ wake: "service" } as const] : []),
      ...(now === trace.start ? [{ wake: "update" } as const] : []),
      ...(bounds.min !== before.min || bounds.max !== before.max
        ? [{ wake: "schedule" } as const]
        : []),
      ...changed.map((alarmName) => ({ alarmData: { alarmName } })),
      ...[...ports.enabled]
        .filter((pace) => isDue(now, rulesMadeAt, EVERY[pace]))
        .map((pace) => ({ wake: WAKES[pace] })),
    ];
    const decisions: AuditRecord[] = [];
    for (const event of events) decisions.push(...(await decisionsOf(context, event, now)));
    samples.push({ time: now, values: world.values(load) });
    rows.push({ time: now, load, ...world.counts(load), decisions });
  }
  return rows;
}

/** Checks whether a rule calls within the step that begins now. */
function isDue(now: number, from: number, every: number): boolean {
  const since = now - from;
  const length = every * SECOND;
  return Math.floor((since - 1) / length) !== Math.floor((since + STEP * SECOND - 1) / length);
}

async function decisionsOf<Now extends Counts>(
  context: EvaluationContext<Now>,
  event: WakeEvent,
  now: number,
): Promise<AuditRecord[]> {
  try {
    const result = await evaluateUntilRemembered(context, event, () => now + WOKEN);
    return result.outcome === "noted" ? [result.noted] : [];
  } catch (error) {
    // A refusal changes nothing; in AWS, the alarm on errors reports it.
    if ((error as Error).name === REFUSED) return [];
    throw error;
  }
}

function seriesOf(
  { rules }: ScalerSettings,
  samples: readonly Sample[],
  { now, until }: { readonly now: number; readonly until: number },
): EvaluationInput["series"] {
  return Object.fromEntries(
    rules.map(({ name, out, in: low }) => {
      const read = (signal: Signal | undefined): Datapoint[] => {
        if (!signal) return [];
        const { period, of } = signal;
        return completePoints(
          pointsOf(samples, name, { period, count: of + 2 }, until),
          signal,
          now,
        );
      };
      return [name, { out: read(out), in: read(low) }];
    }),
  );
}
