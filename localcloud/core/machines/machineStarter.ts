import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { createServer, Socket, type Server } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { MachineExit, MachineProcess } from "./machineProcess";
import { packageFile } from "../packageRoot";

/** A command to start, and its working directory. */
export interface Start {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A message of machineHost.cjs about a command. */
type StarterMessage = { readonly id: number } & Partial<MachineExit> & {
    readonly pid?: number;
    readonly error?: string;
  };

/** A command from its start until its end. */
interface Pending {
  readonly streams: Socket[];
  pid?: number;
  readonly exited: Promise<MachineExit>;
  exit(exit: MachineExit): void;
  started(): void;
  fail(error: Error): void;
}

/**
 * Limits files of an instance to the size of EBS's largest volume, 64 TiB, in blocks of 512 bytes. The purpose is
 * that there is a limit: http/clientProcess.ts recognizes processes of deployed code by it.
 * https://docs.aws.amazon.com/ebs/latest/userguide/volume_constraints.html
 */
const LIMITED = `ulimit -f ${2 ** 37}; exec "$@"`;

/** Starts commands through a small separate process, which exits on `close` and with the cloud. */
export class MachineStarter {
  private readonly pending = new Map<number, Pending>();
  private readonly ready: Promise<ChildProcessWithoutNullStreams>;
  private server: Server | undefined;
  private last = 0;

  /** @param folder for its socket; only the cloud's OS user may access it. */
  constructor(folder: string) {
    this.ready = this.open(join(folder, "streams"));
  }

  async start(what: Start): Promise<MachineProcess> {
    const id = (this.last += 1);
    const { promise: exited, resolve: exit } = withResolvers<MachineExit>();
    const { promise, resolve, reject } = withResolvers<void>();
    const one: Pending = { streams: [], exited, exit, started: resolve, fail: reject };
    this.pending.set(id, one);
    const host = await this.ready;
    host.stdin.write(`${JSON.stringify({ id, ...what })}\n`);
    // The command may end before all its streams are connected.
    void Promise.allSettled([promise, exited]).then(() => this.pending.delete(id));
    await promise;
    const [stdin, stdout, stderr] = one.streams;
    stdin.resume(); // no data arrives, but reading detects the end
    return { pid: one.pid ?? 0, stdin, stdout, stderr, exited };
  }

  async close(): Promise<void> {
    const host = await this.ready;
    this.server?.close();
    for (const { streams } of this.pending.values()) for (const one of streams) one.destroy();
    if (host.exitCode !== null || host.signalCode !== null) return;
    const ended = once(host, "exit");
    host.stdin.end();
    await ended;
  }

  private async open(path: string): Promise<ChildProcessWithoutNullStreams> {
    this.server = createServer((socket) => this.take(socket));
    this.server.listen(path).unref();
    await once(this.server, "listening");
    const program = [process.execPath, packageFile("core/machines/machineHost.cjs"), path];
    const host = spawn("/bin/sh", ["-c", LIMITED, "sh", ...program], {
      cwd: "/",
      env: { PATH: process.env.PATH ?? "/usr/bin:/bin" },
      detached: true,
    });
    for (const stream of [host, host.stdin]) stream.on("error", () => undefined);
    host.on("exit", () => this.lost());
    createInterface({ input: host.stdout }).on("line", (line) =>
      this.hear(JSON.parse(line) as StarterMessage),
    );
    host.stderr.resume();
    // The helper process must not keep the cloud's process alive. For Node a pipe is a socket, although its type
    // differs.
    host.unref();
    for (const pipe of [host.stdin, host.stdout, host.stderr])
      if (pipe instanceof Socket) pipe.unref();
    return host;
  }

  /** Reads the first line of a stream, which identifies its command and whether it is 0, 1 or 2. */
  private take(socket: Socket): void {
    socket.on("error", () => undefined); // only its end matters
    let head = "";
    const read = (): void => {
      for (let byte: Buffer | null; (byte = socket.read(1) as Buffer | null) !== null;) {
        const text = byte.toString("latin1");
        if (text !== "\n") {
          head += text;
          continue;
        }
        socket.off("readable", read);
        const [id, number] = head.split(" ").map(Number);
        const one = this.pending.get(id);
        if (one) one.streams[number] = socket;
        this.startIfReady(one);
        return;
      }
    };
    socket.on("readable", read);
  }

  private hear({ id, pid, error, code = null, signal = null }: StarterMessage): void {
    const one = this.pending.get(id);
    if (pid !== undefined) {
      if (one) one.pid = pid;
      return this.startIfReady(one);
    }
    if (error !== undefined) one?.fail(new Error(error));
    one?.exit({ code, signal });
  }

  private startIfReady(one: Pending | undefined): void {
    if (!one || one.pid === undefined) return;
    if ([0, 1, 2].every((number) => one.streams[number])) one.started();
  }

  /** Handles the death of the helper process: commands that it started cannot be reached any more. */
  private lost(): void {
    for (const one of this.pending.values()) {
      one.fail(new Error("The process that starts commands was killed."));
      one.exit({ code: null, signal: "SIGKILL" });
    }
  }
}

function withResolvers<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<Value>((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  return { promise, resolve, reject };
}
