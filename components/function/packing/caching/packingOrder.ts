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
 * Resolves when the packing of this text may continue: in a separate turn of the event loop, so that the process can
 * send and receive registrations between two of them, and the engine works meanwhile. A text that the previous run
 * packed too waits until its resource is registered as well, which the engine does later than what the user waits for.
 * Only a text that differs from all of the previous run continues at once: the user has just changed it.
 */
export async function turnToPack(text: string, resource?: pulumi.Resource): Promise<void> {
  const { last, now } = runs();
  now.texts.add(text);
  if (last && !last.texts.has(text)) return;
  if (last && resource) await new Promise((registered) => resource.urn.apply(registered));
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
