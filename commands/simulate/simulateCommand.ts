import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { outcomeOf, simulate, type SimulatedRow } from "../../callbacks/ecs/scaling/simulate";
import { CommandError } from "../commandError";
import { chart } from "./chart";
import { compare, comparisonTable, scalerAt, TARGET } from "./compare";
import { readTrace } from "./readTrace";

export const SIMULATE_USAGE = `aws-callbacks simulate <trace.csv> [options]

  plays a load against the decisions of an EcsTaskScaler with a target: prints a table of what it does and writes a chart

  --target <number>   value that each task is to have (default: ${TARGET})
  --min, --max <n>    bounds (default: 2 and 20)
  --resolution <s>    20 or 60: seconds of a datapoint (default: 60)
  --boot <seconds>    from a decision to a task that runs (default: 30)
  --out <file>        the chart (default: the trace with .svg)
  --compare           instead of a trace: the classic loads, against Application Auto Scaling`;

/** Runs `simulate`; `print` receives the lines. */
export function simulateCommand(args: readonly string[], print: (line: string) => void): void {
  const { values, positionals } = parse(args);
  if (values.help || (args.length === 0 && !values.compare)) return print(SIMULATE_USAGE);
  if (values.compare) return print(comparisonTable(compare()));
  const [file, extra] = positionals;
  if (file === undefined || extra !== undefined)
    throw new CommandError("simulate: give one file, as in 'simulate step.csv'.");
  const trace = readTrace(read(file));
  const resolution = number(values, "resolution", 60);
  if (resolution !== 20 && resolution !== 60)
    throw new CommandError(`simulate: --resolution is 20 or 60, not ${resolution}.`);
  const target = number(values, "target", TARGET);
  const settings = scalerAt(resolution, {
    target,
    min: number(values, "min", 2),
    max: number(values, "max", 20),
  });
  const rows = simulate(trace, settings, { boot: number(values, "boot", 30), tick: resolution });
  decisionLines(rows).forEach(print);
  const { secondsAbove, taskHours, changes, most } = outcomeOf(rows, target);
  print("");
  print(
    `${(secondsAbove / 60).toFixed(1)} minutes above ${target}, ${taskHours.toFixed(1)} task-hours, ` +
      `${changes} changes, at most ${most} tasks`,
  );
  const out = values.out ?? file.replace(/(\.csv)?$/, ".svg");
  mkdirSync(path.dirname(path.resolve(out)), { recursive: true });
  writeFileSync(out, chart(rows, path.basename(file), target));
  print(`Chart: ${out}`);
}

function decisionLines(rows: readonly SimulatedRow[]): string[] {
  const changes = rows.filter(({ decision }) => decision && decision.to !== decision.from);
  return [
    "time                 load  a task  tasks      why",
    ...changes.map(({ time, load, value, decision }) =>
      [
        new Date(time).toISOString().slice(0, 19).replace("T", " "),
        String(Math.round(load)).padStart(5),
        value.toFixed(1).padStart(7),
        ` ${decision?.from} -> ${decision?.to}`.padEnd(10),
        decision?.why,
      ].join(" "),
    ),
  ];
}

function number(
  values: Readonly<Record<string, string | boolean | undefined>>,
  name: string,
  byDefault: number,
): number {
  const given = values[name];
  const value = given === undefined ? byDefault : Number(given);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new CommandError(`simulate: --${name} is a number from 0 on, not '${String(given)}'.`);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandError(`simulate: ${(error as Error).message}`);
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h" },
        target: { type: "string" },
        min: { type: "string" },
        max: { type: "string" },
        resolution: { type: "string" },
        boot: { type: "string" },
        out: { type: "string" },
        compare: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new CommandError(`simulate: ${(error as Error).message}`);
  }
}
