import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { constants } from "node:os";
import type { ServerChannel, Session } from "ssh2";
import { killGroup, NoShell } from "../../../core/machine";
import type { ConnectedHost } from "./connection";

/** Variables that sshd takes from clients (AcceptEnv of the usual images). */
const ACCEPTED_VARIABLES = /^(LANG|LC_\w+)$/;

/** One command, or one shell that reads commands. There is no terminal, no agent and no SFTP. */
export function serveSession(session: Session, user: string, host: ConnectedHost): void {
  const variables: Record<string, string> = {};
  let child: ChildProcessWithoutNullStreams | undefined;
  session.on("env", (accept, reject, { key, val }) => {
    if (!ACCEPTED_VARIABLES.test(key)) return reject?.();
    variables[key] = val;
    accept?.();
  });
  session.on("pty", (_accept, reject) => reject?.());
  session.on("signal", (accept, reject, { name }) => {
    const signal = `SIG${name}`;
    if (child?.pid !== undefined && isSignal(signal) && killGroup(child.pid, signal)) accept?.();
    else reject?.();
  });
  const start = (channel: ServerChannel, command?: string): void => {
    try {
      child = host.machine()?.run({ user, command, variables });
      if (child) connectStreams(child, channel, host);
      else channel.close();
    } catch (error) {
      if (!(error instanceof NoShell)) throw error;
      channel.stderr.write(`${error.message}\n`);
      channel.exit(CANNOT_RUN);
      channel.end();
    }
  };
  session.on("exec", (accept, _reject, { command }) => start(accept(), command));
  session.on("shell", (accept) => start(accept()));
}

/** What shells answer for a command that is there and cannot be run. */
const CANNOT_RUN = 126;

/**
 * As sshd does it: the exit is told when the command ends, the channel closes when nobody holds its output any more, and
 * a client that goes away ends nothing but the streams.
 */
function connectStreams(
  child: ChildProcessWithoutNullStreams,
  channel: ServerChannel,
  { behaviour, socket }: ConnectedHost,
): void {
  const { stdin, stdout, stderr } = child;
  channel.on("error", () => undefined);
  channel.pipe(stdin);
  stdout.pipe(channel, { end: false });
  stderr.pipe(channel.stderr, { end: false });
  child.once("error", () => channel.close());
  child.once("exit", (code, signal) => tellExit(channel, code, signal));
  child.once("close", () => channel.end());
  channel.once("close", () => {
    stdin.end();
    stdout.destroy();
    stderr.destroy();
  });
  if (behaviour !== "dropDuringCommand") return;
  for (const stream of [stdout, stderr]) stream.prependOnceListener("data", () => socket.destroy());
  child.prependOnceListener("exit", () => socket.destroy());
}

function tellExit(channel: ServerChannel, code: number | null, signal: string | null): void {
  if (signal === null) return void channel.exit(code ?? 0);
  // The protocol has names for some signals only: https://www.rfc-editor.org/rfc/rfc4254#section-6.10
  if (/^SIG(ABRT|ALRM|FPE|HUP|ILL|INT|KILL|PIPE|QUIT|SEGV|TERM|USR[12])$/.test(signal))
    channel.exit(signal.slice("SIG".length));
  else channel.exit(128 + (isSignal(signal) ? constants.signals[signal] : 0));
}

function isSignal(name: string): name is NodeJS.Signals {
  return name in constants.signals;
}
