import { reasonOf } from "../../retry";
import {
  backgroundFolder,
  createStatusReader,
  clearBackground,
  backgroundStatusScript,
} from "./background";
import { keepLog, reportEnd } from "./ending";
import type { RunEnd } from "./model";
import { createOutput } from "./output";
import { prepare, type RunPorts } from "./prepare";
import type { RunMessage } from "./settings";
import type { Claim } from "./store/runStore";
import { visible } from "./visible";

export const deploymentOnlyModule = true;

/**
 * Asks a host about a background job that was started on it. A host that cannot be reached now is asked again: only an
 * answer, or the end of the job's time, ends the run.
 *
 * @param over milliseconds since the epoch at which the function is ended.
 */
export async function pollMessage(
  message: RunMessage,
  ports: RunPorts,
  over: number,
): Promise<RunEnd | "running" | "repeated"> {
  const { settings, store, now } = ports;
  const { occurrence, host } = message;
  // The next poll message is already on its way.
  if (now() >= message.startBy) return "running";
  const run = await store.run(occurrence, host.id);
  if (run?.state !== "running" || !run.detached) return "repeated";
  const { startedAt = 0, name = host.name } = run;
  const { timeout = 0 } = settings.polling ?? {};
  const isLate = now() >= startedAt + timeout * 1000;
  const output = createOutput(settings.outputLimit + GAP_LINE);
  const answer = await ask(message, ports, over, output.add).catch((error: unknown) => ({
    kind: "unknown" as const,
    reason: visible(reasonOf(error)),
  }));
  const end = endOf(answer, settings.successExitCodes, isLate ? timeout : undefined);
  if (!end) return "running";
  const logged = await keepLog(message, ports, output, end);
  const overlaps = settings.overlap === "allow";
  const claim: Claim = { occurrence, host: host.id, name, now: startedAt, until: over, overlaps };
  if (!(await store.finish(claim, logged, now()))) return "repeated";
  // Not before the end is recorded: if this call ends in between, the next one asks again, and the host still knows.
  if (answer.kind !== "unknown") await clear(message, ports, over);
  return reportEnd(message, ports, startedAt, logged);
}

/** Bytes for the host's own line about the omitted output. */
const GAP_LINE = 100;

type Answer =
  | { readonly kind: "running" }
  | { readonly kind: "gone"; readonly bytes: number }
  | {
      readonly kind: "exit";
      readonly exit: number;
      readonly bytes: number;
      readonly hostKey?: string;
    }
  | { readonly kind: "unknown"; readonly reason: string };

async function ask(
  message: RunMessage,
  ports: RunPorts,
  over: number,
  hear: (chunk: Uint8Array) => void,
): Promise<Answer> {
  const { name, outputLimit } = ports.settings;
  const reader = createStatusReader(hear);
  const line = backgroundStatusScript(backgroundFolder(name, message.occurrence), outputLimit);
  const end = await runLine(line, message, ports, over, reader.hear);
  const status = reader.status();
  if (end.state !== "ok" || status === undefined)
    return { kind: "unknown", reason: end.reason ?? "the host's answer cannot be read" };
  if (status === "running") return { kind: status };
  const { bytes } = status;
  if (status.end === "gone") return { kind: "gone", bytes };
  const { hostKey } = end;
  return { kind: "exit", exit: status.end, bytes, ...(hostKey ? { hostKey } : {}) };
}

/** @param over seconds that the job was allowed, once they are over; undefined before. */
function endOf(
  answer: Answer,
  successExitCodes: readonly number[],
  over: number | undefined,
): RunEnd | undefined {
  switch (answer.kind) {
    case "exit": {
      const { kind: _kind, ...about } = answer;
      if (successExitCodes.includes(answer.exit)) return { state: "ok", ...about };
      return { state: "failed", ...about, reason: `exit ${answer.exit}: in the background` };
    }
    case "gone":
      return {
        state: "lost",
        bytes: answer.bytes,
        reason: "it is gone without an exit code: the host was restarted, or the job was killed",
      };
    case "running":
    case "unknown": {
      if (over === undefined) return undefined;
      const why = answer.kind === "unknown" ? `; the host does not answer: ${answer.reason}` : "";
      return { state: "timeout", reason: `not done within ${over} s, in the background${why}` };
    }
  }
}

/** Cleans up if possible: the run is over in any case. */
async function clear(message: RunMessage, ports: RunPorts, over: number): Promise<void> {
  const line = clearBackground(backgroundFolder(ports.settings.name, message.occurrence));
  const hear = (): void => undefined;
  await runLine(line, message, ports, over, hear).catch(() => undefined);
}

/** Milliseconds reserved for writing the log and the record. */
const RESERVE = 15_000;

async function runLine(
  line: string,
  message: RunMessage,
  ports: RunPorts,
  over: number,
  hear: (chunk: Uint8Array) => void,
): Promise<RunEnd> {
  const { settings, now, sleep } = ports;
  const prepared = await prepare(message, ports);
  if ("state" in prepared) return prepared;
  return prepared.runOnHost({
    // As the user that started the job, even if the commands ran as another user.
    job: { commands: [line], environment: {}, successExitCodes: [0] },
    limits: {
      connect: settings.connectTimeout * 1000,
      ready: settings.readyTimeout * 1000,
      command: settings.commandTimeout * 1000,
      until: Math.min(now() + settings.timeout * 1000, over - RESERVE),
    },
    attempts: 1,
    now,
    sleep,
    hear,
    note: () => undefined,
  });
}
