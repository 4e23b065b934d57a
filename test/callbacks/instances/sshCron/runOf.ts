import { createOutput } from "../../../../callbacks/instances/sshCron/output";
import type { JobRun } from "../../../../callbacks/instances/sshCron/runJob";
import { newKeyPair } from "../../../../callbacks/instances/sshCron/ssh/privateKey";
import type { SshServer } from "./sshServer";

/** Milliseconds; long enough for a busy computer: a test of a limit sets its own. */
const PATIENCE = 20_000;

export const PAIR = newKeyPair("job");

type Args = Partial<Omit<JobRun, "job">> & { job?: Partial<JobRun["job"]> };

/** A run on a host, with access to its output and notes. */
export function runOf(host: Pick<SshServer, "port"> & { pin?: string }, args: Args = {}) {
  const output = createOutput(64 * 1024);
  const notes: string[] = [];
  const run: JobRun = {
    destination: {
      address: "127.0.0.1",
      port: host.port,
      user: "ec2-user",
      pins: host.pin === undefined ? [] : [host.pin],
      privateKeys: [PAIR.privateKey],
    },
    jumpHosts: [],
    limits: {
      ...{ connect: PATIENCE, ready: PATIENCE, command: PATIENCE },
      until: Date.now() + 2 * PATIENCE,
    },
    attempts: 1,
    now: () => Date.now(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds / 100)),
    hear: (chunk) => output.add(chunk),
    note: (line) => void notes.push(line),
    ...args,
    job: { commands: ["true"], environment: {}, successExitCodes: [0], ...args.job },
  };
  return { run, output, notes };
}
