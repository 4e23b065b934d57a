import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import * as path from "node:path";
import type { Socket } from "node:net";
import { packageFile } from "../../core/packageRoot";
import { ChannelServer, type EngineCall } from "../protocol/channelServer";
import { onLines, runOf, type ProgramExit, type ProgramOptions, type ProgramRun } from "./program";
import type { Project } from "../project/project";

/** Variables that Node.js or a package reads only at its start. */
const READ_AT_START =
  /^(NODE_|UV_|LD_|TS_NODE_|GRPC_|PULUMI_DEBUG|PULUMI_OTEL|LOCALCLOUD_(DEBUG|KEPT_FOLDERS)|(DEBUG|TRACEPARENT|NO_COLOR|FORCE_COLOR)$)/;

/** Files that Node.js caches, or whose change means that other packages are installed. */
const MANIFESTS = [
  ...["package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"],
  ...["tsconfig.json", "node_modules/.package-lock.json"],
];

/**
 * Nearly everything that a program creates lives until its run is over, and V8 copies the live objects each time that
 * its space for new ones is full. Its default, at most 16 MB, fills ten times in a run of a large program: a fifth of a
 * run's work. 128 MB fill once in a run of this repository's stack dev, when a saved change has nearly been applied.
 * https://nodejs.org/docs/latest-v20.x/api/cli.html#--max-semi-space-sizesize-in-megabytes
 */
const ROOM_FOR_NEW = ["--min-semi-space-size=128", "--max-semi-space-size=128"];

/** Processes that run programs repeatedly. An idle one waits for the next run, and ends with this process. */
export class ProgramHosts {
  private free: Host | undefined;
  private readonly alive = new Set<Host>();

  start(options: ProgramOptions): ProgramRun {
    const { free } = this;
    this.free = undefined;
    const start = startOf(options);
    const manifests = readManifests(options.project);
    if (free?.fits(start, manifests)) return this.run(free, options, manifests);
    free?.stop();
    return this.run(this.open(start), options, manifests);
  }

  /** Ends all of them. Resolves when none is left. */
  async close(): Promise<void> {
    this.free = undefined;
    await Promise.all([...this.alive].map((host) => host.end()));
  }

  private open(start: HostStart): Host {
    const host = new Host(start);
    this.alive.add(host);
    void host.gone.then(() => this.alive.delete(host));
    return host;
  }

  private run(host: Host, options: ProgramOptions, manifests: Manifests): ProgramRun {
    return {
      exited: host.run(options, manifests).then(({ reusable, ...exit }) => {
        if (!reusable || this.free) host.stop();
        else this.free = host;
        return exit;
      }),
      stop: () => host.stop(),
    };
  }
}

/** The processes that all sessions of this process share. */
export const programHosts = new ProgramHosts();

interface HostStart {
  readonly launcher: string;
  readonly nodeArguments: readonly string[];
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
}

type Manifests = ReadonlyMap<string, string>;

interface Ended extends ProgramExit {
  readonly reusable: boolean;
}

class Host {
  private readonly child: ChildProcess;
  private readonly key: string;
  private readonly manifests = new Map<string, string>();
  private engine = new ChannelServer([]);
  private onLine: (line: string) => void = () => undefined;
  private ended: Promise<Ended>;
  /** Resolves when the process has ended or could not be started. */
  readonly gone: Promise<void>;

  constructor(start: HostStart) {
    this.key = keyOf(start);
    this.child = spawn(
      process.execPath,
      [
        ...ROOM_FOR_NEW,
        ...start.nodeArguments,
        packageFile("engine/process/programHost.cjs"),
        start.launcher,
      ],
      {
        cwd: start.cwd,
        stdio: ["ignore", "pipe", "pipe", "ipc"],
        // Messages of Pulumi's protocol are bytes.
        serialization: "advanced",
        env: start.environment,
      },
    );
    const { child } = this;
    child.on("message", (call: EngineCall) =>
      this.engine.answer(call, (answer) => child.connected && child.send(answer, () => undefined)),
    );
    this.ended = new Promise((resolve, reject) => {
      this.child.once("error", reject);
      this.child.once("close", (code, signal) => resolve({ code, signal, reusable: false }));
    });
    this.gone = new Promise((resolve) => {
      for (const event of ["error", "exit"]) this.child.once(event, () => resolve());
    });
    // The run, if there is one, handles it.
    this.ended.catch(() => undefined);
    this.follow(this.child.stdout);
    this.follow(this.child.stderr);
  }

  /** Checks whether it can run this: it is alive, and everything that it read at its start is unchanged. */
  fits(start: HostStart, manifests: Manifests): boolean {
    const { child } = this;
    return (
      child.connected &&
      child.exitCode === null &&
      this.key === keyOf(start) &&
      [...manifests].every(([file, stamp]) => (this.manifests.get(file) ?? stamp) === stamp)
    );
  }

  async run(options: ProgramOptions, manifests: Manifests): Promise<Ended> {
    manifests.forEach((stamp, file) => this.manifests.set(file, stamp));
    this.engine = new ChannelServer(options.services);
    const mark = randomBytes(16).toString("hex");
    this.hold(true);
    const over = this.untilMarked(mark, options);
    const { cwd, environment: env, launcherArguments: argv } = runOf(options);
    const { first } = options;
    // Sending to a dead process fails, which its end reports to the run.
    this.child.send({ argv, env, cwd, first, mark }, () => undefined);
    const ended = await Promise.race([over, this.ended]);
    this.hold(false);
    return ended;
  }

  stop(): void {
    this.child.kill("SIGKILL");
  }

  async end(): Promise<void> {
    this.hold(true); // otherwise this process could end first
    this.stop();
    await this.gone;
  }

  /** Both streams end with the mark, so by then all output of the program has been read. */
  private untilMarked(mark: string, options: ProgramOptions): Promise<Ended> {
    let marks = 0;
    let ended: Ended | undefined;
    return new Promise((resolve) => {
      this.onLine = (line) => {
        const at = line.indexOf(`\0${mark}`);
        const text = at < 0 ? line : line.slice(0, at);
        if (at < 0 || text !== "") options.onOutput(text);
        if (at < 0) return;
        const result = line.slice(at + mark.length + 1);
        // The program's host, programHost.cjs, has written it.
        if (result !== "")
          ended = { ...(JSON.parse(result) as Omit<Ended, "signal">), signal: null };
        if (++marks === 2 && ended) resolve(ended);
      };
    });
  }

  private follow(stream: NodeJS.ReadableStream | null): void {
    onLines(stream, (line) => this.onLine(line));
  }

  /** Does not keep this process alive while it only waits. */
  private hold(held: boolean): void {
    const { child } = this;
    const word = held ? "ref" : "unref";
    child[word]();
    child.channel?.[word]();
    // Pipes of a child process are sockets.
    for (const stream of [child.stdout, child.stderr] as (Socket | null)[]) stream?.[word]();
  }
}

function startOf(options: ProgramOptions): HostStart {
  const { launcher, nodeArguments, cwd, environment } = runOf(options);
  return { launcher, nodeArguments, cwd, environment };
}

function keyOf({ launcher, nodeArguments, environment }: HostStart): string {
  const variables = Object.entries(environment).filter(([name]) => READ_AT_START.test(name));
  return JSON.stringify([launcher, nodeArguments, variables.sort()]);
}

/** Returns the modification time of each, in the program's folder and above it. */
function readManifests({ directory, programDirectory }: Project): Manifests {
  const stamps = new Map<string, string>();
  for (const folder of new Set([...above(directory), ...above(programDirectory)]))
    for (const name of MANIFESTS) {
      const file = path.join(folder, name);
      const found = statSync(file, { throwIfNoEntry: false });
      stamps.set(file, found ? `${found.mtimeMs} ${found.size} ${found.ino}` : "");
    }
  return stamps;
}

function above(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...above(parent)];
}
