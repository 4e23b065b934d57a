import type { Size } from "../../callbacks/ecs/containerInstances/fit";
import { CommandError } from "../commandError";
import { parseOptions } from "../parseOptions";
import { TARGET } from "./compare";

export const SIMULATE_USAGE = `aws-callbacks simulate <trace.csv> [options]

  Simulates the decisions of an EcsTaskScaler with a target under the load of the trace. If the second column of the
  trace is 'tasks', simulates an EcsClusterScaler that needs room for that number of tasks. Prints a table of the changes
  and writes a chart.

  --target <number>   value that each task should have (default: ${TARGET}); of a cluster, percent reserved (default: 90)
  --min, --max <n>    bounds (default: 2 and 20)
  --resolution <s>    20 or 60: seconds of a datapoint (default: 60)
  --boot <seconds>    from a decision to a running task (default: 30), or an instance that accepts tasks (default: 120)
  --task <cpu/MiB>    CPU units and memory of a task, for a cluster (default: 1024/1024)
  --instance <...>    the same of an empty instance (default: 2048/7680)
  --out <file>        file of the chart (default: the trace's name with .svg)
  --compare           without a trace: compares typical loads with Application Auto Scaling`;

/** Options that are given on the command line. */
export type SimulateValues = ReturnType<typeof parse>["values"];

/**
 * Parses the command line of `simulate`.
 *
 * @throws CommandError for an option that does not exist.
 */
export function parse(args: readonly string[]) {
  return parseOptions("simulate", args, {
    target: { type: "string" },
    min: { type: "string" },
    max: { type: "string" },
    resolution: { type: "string" },
    boot: { type: "string" },
    task: { type: "string" },
    instance: { type: "string" },
    out: { type: "string" },
    compare: { type: "boolean" },
  });
}

export function number(
  values: SimulateValues,
  name: "target" | "min" | "max" | "resolution" | "boot",
  byDefault: number,
): number {
  const given = values[name];
  const value = given === undefined ? byDefault : Number(given);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new CommandError(`simulate: --${name} is a number from 0 on, not '${String(given)}'.`);
}

export function size(
  values: SimulateValues,
  name: "task" | "instance",
  byDefault: Pick<Size, "cpu" | "memory">,
): Pick<Size, "cpu" | "memory"> {
  const given = values[name];
  if (given === undefined) return byDefault;
  const [, cpu, memory] = /^(\d+)\/(\d+)$/.exec(given) ?? [];
  const found = { cpu: Number(cpu), memory: Number(memory) };
  if (found.cpu > 0 && found.memory > 0) return found;
  throw new CommandError(
    `simulate: --${name} is '<CPU units>/<MiB>', such as '1024/2048', not '${given}'.`,
  );
}
