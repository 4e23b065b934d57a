import type { Counts } from "../scaled";
import { shownValue } from "./play";
import { type ScalerOptions, simulateScaler, type SimulatedWorld } from "./simulateScaler";
import { SimulatedTasks } from "./simulatedTasks";
import type { SimulatedRow, Trace } from "./trace";

export const deploymentOnlyModule = true;

export interface TaskOptions extends ScalerOptions {
  /** Seconds from a change until the new tasks run. Default 30. */
  readonly boot?: number;
  /** Number of tasks at the start. Default: the minimum. */
  readonly tasks?: number;
}

/** Simulates how an EcsTaskScaler follows a load. */
export function simulateTasks(
  trace: Trace,
  { boot = 30, tasks, ...options }: TaskOptions,
): Promise<SimulatedRow[]> {
  const { rules, min } = options.settings;
  const service = new SimulatedTasks(tasks ?? min, boot);
  let now = trace.start;
  const world: SimulatedWorld<Counts> = {
    scaled: {
      namespace: "",
      label: {},
      read() {
        const { desired, running } = service;
        return Promise.resolve({ desired, running, pending: Math.max(0, desired - running) });
      },
      change: (to) => Promise.resolve(service.change(to, now)),
    },
    pass(at) {
      now = at;
      service.pass(at);
      return false;
    },
    values(load) {
      const value = shownValue(trace, load, service.running);
      return Object.fromEntries(rules.map(({ name }) => [name, value]));
    },
    counts(load) {
      const { desired, running } = service;
      return { value: shownValue(trace, load, running), desired, running };
    },
  };
  return simulateScaler(trace, world, options);
}
