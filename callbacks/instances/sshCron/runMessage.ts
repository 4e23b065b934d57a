import { reasonOf } from "../../retry";
import { keepLog, reportEnd } from "./ending";
import type { RunEnd } from "./model";
import { createOutput, type Output } from "./output";
import { prepare, type Prepared, type RunPorts } from "./prepare";
import type { RunMessage } from "./settings";
import type { Claim } from "./store/runStore";
import { visible } from "./visible";

export const deploymentOnlyModule = true;

/** Milliseconds reserved for writing the log and the record. */
const RESERVE = 15_000;

/** Milliseconds after the timeout of a background job in which its end may still be polled. */
const POLL_GRACE_MS = 5 * 60_000;

/**
 * Does the work of one message, once. Before the run is claimed anything may fail and be retried; after that nothing is
 * retried, because a command may have reached the host.
 *
 * @param over milliseconds since the epoch at which the function is ended.
 */
export async function runMessage(
  message: RunMessage,
  ports: RunPorts,
  over: number,
): Promise<RunEnd | "repeated"> {
  const { settings, store, now } = ports;
  const { occurrence, host, startBy } = message;
  const { name } = host;
  const begun = now();
  const report = (end: RunEnd): RunEnd => reportEnd(message, ports, begun, end);
  const note = async (end: RunEnd): Promise<RunEnd | "repeated"> => {
    const record = { occurrence, host: host.id, name, ...end };
    return (await store.note(record, now())) ? report(end) : "repeated";
  };
  if (begun >= startBy) return note({ state: "missed", reason: "it came too late to start" });
  const prepared = await prepare(message, ports);
  const until = Math.min(begun + settings.timeout * 1000, over - RESERVE);
  const claim: Claim = {
    occurrence,
    host: host.id,
    name,
    now: begun,
    until: over,
    overlaps: settings.overlap === "allow",
  };
  const claimed = await store.claim(claim);
  if (claimed === "repeated") return "repeated";
  if (claimed === "busy")
    return note({ state: "skipped", reason: "the previous run was still active on the host" });
  const output = createOutput(settings.outputLimit);
  const end = await runPrepared(prepared, { message, ports, output, until });
  if (end.state === "started" && settings.polling) {
    const ends = begun + settings.polling.timeout * 1000 + POLL_GRACE_MS;
    if (!(await store.detach(claim, ends))) return "repeated";
    ports.print(JSON.stringify({ occurrence, host: host.id, ...end }));
    return end;
  }
  const logged = await keepLog(message, ports, output, end);
  // When the reconciler has given the run up meanwhile, it has reported it.
  return (await store.finish(claim, logged, now())) ? report(logged) : "repeated";
}

interface Running {
  readonly message: RunMessage;
  readonly ports: RunPorts;
  readonly output: Output;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

async function runPrepared(
  prepared: Prepared,
  { message, ports, output, until }: Running,
): Promise<RunEnd> {
  const { settings, now, sleep } = ports;
  const { host, occurrence } = message;
  const note = (line: string): void => output.add(Buffer.from(`${line}\n`));
  let bytes = 0;
  const place =
    settings.transport === "ssm" ? "by Systems Manager" : `${host.address}:${host.port}`;
  note(`${occurrence} ${host.id} ${place}`);
  if ("state" in prepared) return prepared;
  try {
    const end = await prepared.runOnHost({
      job: prepared.job,
      limits: {
        connect: settings.connectTimeout * 1000,
        ready: settings.readyTimeout * 1000,
        command: settings.commandTimeout * 1000,
        until,
      },
      attempts: settings.connectAttempts,
      now,
      sleep,
      hear: (chunk) => {
        bytes += chunk.length;
        output.add(chunk);
      },
      note,
    });
    return { ...end, bytes };
  } catch (error) {
    // Recorded as failed: after the claim nothing is retried.
    return { state: "failed", reason: visible(reasonOf(error)), bytes };
  }
}
