import type { SpanRow } from "../../cloud/console/rows";
import { duration } from "../format";

/** Positions of times as fractions of the width. */
export interface Scale {
  at(time: number): number;
  /** Compressed stretches: their positions and their real durations. */
  readonly gaps: readonly Gap[];
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly ms: number;
}

/** Spans that only wait: a message in its queue, a rolling service. All others are work. */
const WAITS: ReadonlySet<string> = new Set(["message", "deployment"]);
/** Share of the width that a compressed stretch takes. */
const GAP = 0.07;
/** Minimum duration of a pause that is compressed, in milliseconds. */
const PAUSE_MS = 400;

/**
 * Returns the scale. On a linear scale of a minute every call would be one pixel wide, so with `squeeze`, stretches
 * in which everything waits get a fixed width.
 */
export function scaleOf(all: readonly SpanRow[], squeeze: boolean, until: number): Scale {
  const start = Math.min(...all.map((span) => span.start));
  const end = Math.max(start + 1, ...all.map((span) => span.end ?? until));
  const busy = squeeze ? busyStretches(all, end, until) : [];
  return busy.length < 2 ? trueScale(start, end) : compressedScale(busy, start);
}

type Stretch = [from: number, to: number];

function busyStretches(all: readonly SpanRow[], end: number, until: number): Stretch[] {
  const work = all
    .filter(({ kind, parent }) => !WAITS.has(kind) && (parent !== undefined || kind !== "deploy"))
    .map((span): Stretch => [span.start, span.end ?? until])
    .sort((one, other) => one[0] - other[0]);
  const busy: Stretch[] = [];
  for (const [from, to] of [...work, [end, end] as const]) {
    const last = busy.at(-1);
    if (last && from - last[1] < PAUSE_MS) last[1] = Math.max(last[1], to);
    else busy.push([from, to]);
  }
  return busy;
}

function trueScale(start: number, end: number): Scale {
  const ticks = [0, 0.25, 0.5, 0.75].map((at) => ({
    at,
    text: at === 0 ? "0" : duration((end - start) * at),
  }));
  return { at: (time) => (time - start) / (end - start), gaps: [], ticks };
}

function compressedScale(busy: readonly Stretch[], start: number): Scale {
  const room = Math.max(0.3, 1 - (busy.length - 1) * GAP);
  const gap = (1 - room) / (busy.length - 1);
  const total = busy.reduce((sum, [from, to]) => sum + (to - from), 0) || 1;
  const stops: [time: number, place: number][] = [];
  const gaps: Gap[] = [];
  let place = 0;
  for (const [index, [from, to]] of busy.entries()) {
    stops.push([from, place]);
    place += ((to - from) / total) * room;
    stops.push([to, place]);
    const next = busy.at(index + 1);
    if (!next || index + 1 === busy.length) break;
    gaps.push({ from: place, to: place + gap, ms: next[0] - to });
    place += gap;
  }
  const at = (time: number): number => placeOf(time, stops);
  const ticks = busy
    .filter(([from, to]) => to > from)
    .map(([from]) => ({ at: at(from), text: from === start ? "0" : duration(from - start) }));
  return { at, gaps, ticks };
}

function placeOf(time: number, stops: readonly (readonly [number, number])[]): number {
  const upper = stops.findIndex(([stop]) => stop >= time);
  if (upper <= 0) return upper === 0 ? 0 : 1;
  const [[t0, p0], [t1, p1]] = [stops[upper - 1], stops[upper]];
  return t1 === t0 ? p1 : p0 + ((time - t0) / (t1 - t0)) * (p1 - p0);
}
