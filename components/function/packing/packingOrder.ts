import type * as pulumi from "@pulumi/pulumi";
import { mapOf } from "./remember";

/** Environment variable that identifies the current run, in a process that runs a program repeatedly. */
const RUN = "LOCALCLOUD_LOADED_AFTER";

/** The texts that a run has packed. */
interface Packed {
  readonly run: string;
  readonly texts: Set<string>;
}

const waiting: (() => void)[] = [];

/**
 * Resolves when the packing of this text may continue. A text that is new in this run continues at once: the user has
 * just changed it, and waits for the result. A text that the previous run also packed waits until its resource is
 * registered, which the engine does later than what the user waits for, and then for a separate turn of the event loop.
 * Between two such turns the process can receive the engine's answers, and register the function of a changed text.
 */
export async function turnToPack(text: string, resource?: pulumi.Resource): Promise<void> {
  const { last, now } = runs();
  now.texts.add(text);
  if (!last?.texts.has(text)) return;
  if (resource) await new Promise((registered) => resource.urn.apply(registered));
  await new Promise<void>((go) => {
    waiting.push(go);
    if (waiting.length === 1) setImmediate(next);
  });
}

/** Checks whether a text still waits for its turn. Until none does, cached stamps of files stay valid. */
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
