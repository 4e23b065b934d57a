import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { simulateCluster } from "../../callbacks/ecs/ecsClusterScaler/simulation/simulateCluster";
import { clusterOutcomeOf, outcomeOf } from "../../callbacks/ecs/scaling/simulation/outcome";
import { simulateTasks } from "../../callbacks/ecs/scaling/simulation/simulateTasks";
import {
  changesOf,
  type SimulatedRow,
  type Trace,
} from "../../callbacks/ecs/scaling/simulation/trace";
import { CommandError } from "../commandError";
import { chart, type ChartWords } from "./chart";
import { clusterScalerAt } from "./clusterScalerAt";
import { compare, comparisonTable, scalerAt, TARGET } from "./compare";
import { readTrace } from "./readTrace";
import { number, parse, SIMULATE_USAGE, type SimulateValues, size } from "./simulateOptions";

/** Runs `simulate`; `print` receives each line of its output. */
export async function simulateCommand(
  args: readonly string[],
  print: (line: string) => void,
): Promise<void> {
  const { values, positionals } = parse(args);
  if (values.help || (args.length === 0 && !values.compare)) return print(SIMULATE_USAGE);
  if (values.compare) return print(comparisonTable(await compare()));
  const [file, extra] = positionals;
  if (file === undefined || extra !== undefined)
    throw new CommandError("simulate: give one file, as in 'simulate step.csv'.");
  const trace = readTrace(read(file));
  const played = trace.kind === "tasks" ? playCluster : playTasks;
  const { rows, words, came } = await played(trace, values);
  changeLines(rows, words).forEach(print);
  print("");
  print(came);
  const out = values.out ?? file.replace(/(\.csv)?$/, ".svg");
  write(out, chart(rows, { ...words, title: path.basename(file) }));
  print(`Chart: ${out}`);
}

/** Rows of a simulation, the labels for its chart, and its result in words. */
interface Played {
  readonly rows: readonly SimulatedRow[];
  readonly words: Omit<ChartWords, "title">;
  readonly came: string;
}

async function playTasks(trace: Trace, values: SimulateValues): Promise<Played> {
  const resolution = number(values, "resolution", 60);
  if (resolution !== 20 && resolution !== 60)
    throw new CommandError(`simulate: --resolution is 20 or 60, not ${resolution}.`);
  const target = number(values, "target", TARGET);
  const settings = scalerAt(resolution, { target, ...boundsOf(values) });
  const rows = await simulateTasks(trace, { settings, boot: number(values, "boot", 30) });
  const { secondsAbove, taskHours, changes, most } = outcomeOf(rows, target);
  return {
    rows,
    words: { threshold: target, value: "value of a task", counted: "tasks" },
    came:
      `${(secondsAbove / 60).toFixed(1)} minutes above ${target}, ${taskHours.toFixed(1)} task-hours, ` +
      `${changes} changes, at most ${most} tasks`,
  };
}

async function playCluster(trace: Trace, values: SimulateValues): Promise<Played> {
  const target = number(values, "target", 90);
  const { min, max } = boundsOf(values);
  const sizes = {
    task: size(values, "task", { cpu: 1024, memory: 1024 }),
    instance: size(values, "instance", { cpu: 2048, memory: 7680 }),
    boot: number(values, "boot", 120),
    instances: min,
  };
  if (sizes.task.cpu > sizes.instance.cpu || sizes.task.memory > sizes.instance.memory)
    throw new CommandError("simulate: a task of --task fits on no instance of --instance.");
  const settings = clusterScalerAt({ target, min, max });
  const rows = await simulateCluster(trace, { settings, sizes });
  const { longestWait, instanceHours, changes, most } = clusterOutcomeOf(rows);
  return {
    rows,
    words: { threshold: target, value: "percent reserved", counted: "instances" },
    came:
      `tasks wait at most ${(longestWait / 60).toFixed(1)} minutes, ${instanceHours.toFixed(1)} instance-hours, ` +
      `${changes} changes, at most ${most} instances`,
  };
}

function boundsOf(values: SimulateValues): { readonly min: number; readonly max: number } {
  return { min: number(values, "min", 2), max: number(values, "max", 20) };
}

function changeLines(rows: readonly SimulatedRow[], { counted }: Played["words"]): string[] {
  return [
    `time                 load    value  ${counted.padEnd(10)} why`,
    ...changesOf(rows).map(({ row: { time, load, value }, decision: { from, to, why } }) =>
      [
        new Date(time).toISOString().slice(0, 19).replace("T", " "),
        String(Math.round(load)).padStart(5),
        value.toFixed(1).padStart(8),
        ` ${from} -> ${to}`.padEnd(11),
        why,
      ].join(" "),
    ),
  ];
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem = code === "ENOENT" ? `'${file}' does not exist.` : message;
    throw new CommandError(`simulate: ${problem}`);
  }
}

function write(file: string, content: string): void {
  try {
    createFolder(path.dirname(path.resolve(file)));
    writeFileSync(file, content);
  } catch (error) {
    throw new CommandError(`simulate: the chart cannot be written: ${(error as Error).message}`);
  }
}

/** Node's `recursive` option never returns where a folder above cannot have folders, as `/proc` or a link to nothing. */
function createFolder(folder: string): void {
  if (existsSync(folder)) return;
  createFolder(path.dirname(folder));
  mkdirSync(folder);
}
