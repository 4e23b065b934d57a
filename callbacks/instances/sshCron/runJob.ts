import type { Client } from "ssh2";
import { runCommands, type Work } from "./job";
import type { RunEnd } from "./model";
import { connect, type Destination } from "./ssh/connect";
import { execute } from "./ssh/execute";
import { fingerprintOf } from "./ssh/hostKeys";

export const deploymentOnlyModule = true;

/** A job on a host that is reached by SSH. */
export interface JobRun extends Work {
  readonly destination: Destination;
  /** Hosts to connect through, in order. */
  readonly jumpHosts: readonly Destination[];
  /** Remembers the unknown key that a host has shown, before anything runs. */
  remember?(hostKey: Buffer): Promise<void>;
}

/** Runs a job on one host. Nothing is retried once a command may have reached the host. */
export async function runJob(run: JobRun): Promise<RunEnd> {
  const opened: Client[] = [];
  try {
    for (let attempt = 1; ; attempt += 1) {
      const connected = await connectAll(run, opened);
      if (!("state" in connected)) return await runOn(run, connected);
      const again = connected.state === "unreachable" && attempt < run.attempts;
      const wait = 1000 * 2 ** (attempt - 1);
      if (!again || run.now() + wait >= run.limits.until) return connected;
      run.note(`try ${attempt}: ${connected.reason}`);
      await run.sleep(wait);
    }
  } finally {
    for (const client of opened.reverse()) client.destroy();
  }
}

interface Reached {
  readonly client: Client;
  readonly hostKey: string;
}

async function connectAll(
  { destination, jumpHosts, limits, now, remember }: JobRun,
  opened: Client[],
): Promise<Reached | RunEnd> {
  let via: Client | undefined;
  for (const hop of [...jumpHosts, destination]) {
    const left = Math.max(1, limits.until - now());
    const within = {
      connect: Math.min(limits.connect, left),
      ready: Math.min(limits.ready, left),
    };
    const connected = await connect(hop, within, via);
    if ("state" in connected) {
      if (hop === destination) return connected;
      return { ...connected, reason: `jump host ${connected.reason}` };
    }
    opened.push(connected.client);
    via = connected.client;
    if (hop !== destination) continue;
    const isFirst = hop.pins.length === 0;
    if (isFirst) await remember?.(connected.hostKey);
    const trust = isFirst ? "first use, trusted unseen" : "verified";
    return { client: via, hostKey: `${fingerprintOf(connected.hostKey)} (${trust})` };
  }
  throw new Error("the destination is the last hop");
}

async function runOn(run: JobRun, { client, hostKey }: Reached): Promise<RunEnd> {
  const end = await runCommands(run, (line, options) => execute(client, line, options));
  return { ...end, hostKey };
}
