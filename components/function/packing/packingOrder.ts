import { mapOf } from "./remember";

/** Says of the run of a program which one it is, to a process that runs it again and again. */
const RUN = "LOCALCLOUD_LOADED_AFTER";

/** The texts that a run has packed. */
interface Packed {
  readonly run: string;
  readonly texts: Set<string>;
}

const waiting: (() => void)[] = [];

/**
 * Resolves when the packing of this text may go on. What somebody has just changed is what somebody waits for: it goes
 * on at once. A text that the run before packed as well waits for a turn of the event loop of its own, so that the
 * engine is heard, and asked for the function of a changed one, between any two.
 */
export async function turnToPack(text: string): Promise<void> {
  const { last, now } = runs();
  now.texts.add(text);
  if (!last?.texts.has(text)) return;
  await new Promise<void>((go) => {
    waiting.push(go);
    if (waiting.length === 1) setImmediate(next);
  });
}

/** Whether something still waits for its turn: what was looked at for one text is right for the next. */
export function isPacking(): boolean {
  return waiting.length > 0;
}

function next(): void {
  waiting[0]?.();
  waiting.shift();
  if (waiting.length > 0) setImmediate(next);
}

function runs(): { now: Packed; last: Packed | undefined } {
  const kept = mapOf<Packed>("packed texts");
  const run = process.env[RUN] ?? "";
  const known = kept.get("now");
  if (known?.run === run) return { now: known, last: kept.get("last") };
  const now: Packed = { run, texts: new Set() };
  kept.set("now", now);
  if (known) kept.set("last", known);
  return { now, last: known };
}
