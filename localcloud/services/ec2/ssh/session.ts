import { constants } from "node:os";
import type { ServerChannel, Session } from "ssh2";
import { killGroup } from "../../../core/machines/machine";
import {
  closed,
  type MachineExit,
  type MachineProcess,
} from "../../../core/machines/machineProcess";
import type { ConnectedHost } from "./connection";

/** Variables that sshd accepts from clients (AcceptEnv of common images). */
const ACCEPTED_VARIABLES = /^(LANG|LC_\w+)$/;

/** Serves one command, or one shell that reads commands. There is no terminal, no agent and no SFTP. */
export function serveSession(session: Session, user: string, host: ConnectedHost): void {
  const variables: Record<string, string> = {};
  let started: Promise<MachineProcess | undefined> = Promise.resolve(undefined);
  session.on("env", (accept, reject, { key, val }) => {
    if (!ACCEPTED_VARIABLES.test(key)) return reject?.();
    variables[key] = val;
    accept?.();
  });
  session.on("pty", (_accept, reject) => reject?.());
  session.on("signal", (accept, reject, { name }) => {
    const signal = `SIG${name}`;
    void started.then((one) => {
      if (one && isSignal(signal) && killGroup(one.pid, signal)) accept?.();
      else reject?.();
    });
  });
  const start = (channel: ServerChannel, command?: string): void => {
    channel.on("error", () => undefined);
    started = Promise.resolve(host.machine()?.run({ user, command, variables })).catch(
      (error: unknown) => {
        channel.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        channel.exit(CANNOT_RUN);
        channel.end();
        return undefined;
      },
    );
    void started.then((one) => one && connectStreams(one, channel, host));
  };
  session.on("exec", (accept, _reject, { command }) => start(accept(), command));
  session.on("shell", (accept) => start(accept()));
}

/** Exit code of shells for a command that exists but cannot be executed. */
const CANNOT_RUN = 126;

/**
 * Connects the streams as sshd does: it reports the exit when the command ends, it closes the channel when no process
 * has its output open any more, and a client that disconnects ends only the streams.
 */
function connectStreams(
  process: MachineProcess,
  channel: ServerChannel,
  { behaviour, socket }: ConnectedHost,
): void {
  const { stdin, stdout, stderr, exited } = process;
  channel.pipe(stdin);
  stdout.pipe(channel, { end: false });
  stderr.pipe(channel.stderr, { end: false });
  if (behaviour === "dropDuringCommand") {
    for (const stream of [stdout, stderr])
      stream.prependOnceListener("data", () => socket.destroy());
    void exited.then(() => socket.destroy());
  } else void exited.then((exit) => sendExit(channel, exit));
  void closed(process).then(() => channel.end());
  const letGo = (): void => {
    stdin.end();
    stdout.destroy();
    stderr.destroy();
  };
  // The client may have disconnected while the command started.
  if (channel.destroyed) letGo();
  else channel.once("close", letGo);
}

function sendExit(channel: ServerChannel, { code, signal }: MachineExit): void {
  if (signal === null) return void channel.exit(code ?? 0);
  // The protocol has names for only some signals: https://www.rfc-editor.org/rfc/rfc4254#section-6.10
  if (/^SIG(ABRT|ALRM|FPE|HUP|ILL|INT|KILL|PIPE|QUIT|SEGV|TERM|USR[12])$/.test(signal))
    channel.exit(signal.slice("SIG".length));
  else channel.exit(128 + (isSignal(signal) ? constants.signals[signal] : 0));
}

function isSignal(name: string): name is NodeJS.Signals {
  return name in constants.signals;
}
