import type { Trace } from "../../callbacks/ecs/scaling/simulation/trace";
import { CommandError } from "../commandError";

/** Kind of a trace, by the name of its second column. */
const KINDS: Readonly<Record<string, Trace["kind"]>> = {
  load: "load",
  cpu: "perTask",
  tasks: "tasks",
};

/**
 * Parses a trace in CSV: a header `time,load`, `time,cpu` or `time,tasks`, then lines with two columns. A time is an ISO
 * date or seconds since the epoch; the lines are at equal distances, a multiple of 10 seconds.
 *
 * @throws CommandError naming the line.
 */
export function readTrace(text: string): Trace {
  const [head = "", ...lines] = text.trim().split(/\r?\n/);
  const [time, column = ""] = head.split(",").map((name) => name.trim());
  const kind = Object.hasOwn(KINDS, column) ? KINDS[column] : undefined;
  if (time !== "time" || kind === undefined)
    throw new CommandError(
      `The first line of a trace is 'time,load', 'time,cpu' or 'time,tasks', not '${head}'.`,
    );
  const points = lines.map((line, index) => {
    const [at = "", value] = line.split(",").map((part) => part.trim());
    const instant = /^\d+(\.\d+)?$/.test(at) ? Number(at) * 1000 : Date.parse(at);
    if (!Number.isFinite(instant) || value === "" || !Number.isFinite(Number(value)))
      throw new CommandError(
        `Line ${index + 2} of the trace is '${line}'; write '<time>,<number>'.`,
      );
    return { instant, value: Number(value) };
  });
  const [first, second] = points;
  if (!first || !second) throw new CommandError("A trace has at least two lines of values.");
  const every = (second.instant - first.instant) / 1000;
  const uneven = points.findIndex(
    ({ instant }, index) => instant !== first.instant + index * every * 1000,
  );
  if (every <= 0 || every % 10 !== 0 || uneven >= 0)
    throw new CommandError(
      `Line ${(uneven < 0 ? 1 : uneven) + 2} of the trace: times must be at equal intervals, a multiple of 10 seconds.`,
    );
  return { start: first.instant, every, kind, values: points.map(({ value }) => value) };
}
