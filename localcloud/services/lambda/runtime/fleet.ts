import { totalmem } from "node:os";
import type { ClockTimer } from "../../../core/clock";
import type { CloudApi } from "../../../core/service";
import type { SessionCredentials } from "../../../core/identity";
import { functionArn } from "../model/functionReference";
import type { FunctionVersion } from "../model/model";
import { DiskWatch } from "./diskWatch";
import { ExecutionEnvironment } from "./environment";
import { TaskFolders } from "./taskFolder";

/** An environment that has been idle for this long, in the cloud's time, is ended. */
const IDLE_MS = 5 * 60_000;

/** Share of the computer's memory that idle processes may use, and the estimated memory of one of them. */
const IDLE_MEMORY_SHARE = 0.25;
const IDLE_BYTES = 64 * 1024 * 1024;

/** An environment whose session expires within this time is replaced by a new one. */
const SESSION_MARGIN_MS = 15 * 60_000;

/** The execution environments of a region. Reuses warm environments and creates new ones as needed. */
export class Fleet {
  private readonly all = new Set<ExecutionEnvironment>();
  /** Idle environments, longest idle first. */
  private readonly idle = new Map<ExecutionEnvironment, ClockTimer>();
  readonly disk = new DiskWatch();
  private readonly ending = new Set<Promise<void>>();
  private readonly folders = new TaskFolders();
  private readonly discarded = new WeakSet<FunctionVersion>();
  /** Maximum number of idle environments of all functions together. Beyond it, the longest idle one is ended. */
  private readonly mostIdle = idleProcesses({ least: 32, most: 256 });
  private stopped = false;

  constructor(
    private readonly cloud: CloudApi,
    private readonly region: string,
  ) {}

  /** Returns an environment for one request; return it with `release`. Throws when the role is unusable. */
  acquire(version: FunctionVersion): ExecutionEnvironment {
    if (this.stopped) throw new Error("The local cloud is stopping.");
    for (const [environment, timer] of this.idle) {
      if (environment.version !== version) continue;
      this.idle.delete(environment);
      this.cloud.clock.clearTimeout(timer);
      if (this.isFresh(environment)) return environment;
      this.end(environment);
    }
    const home = { ...this.folders.home(version.deployed.code), disk: this.disk };
    const credentials = this.assumeRole(version);
    const environment = new ExecutionEnvironment(
      this.cloud,
      this.region,
      version,
      home,
      credentials,
    );
    this.all.add(environment);
    return environment;
  }

  release(environment: ExecutionEnvironment): void {
    if (this.stopped || !this.isFresh(environment)) return this.end(environment);
    const timer = this.cloud.clock.setTimeout(() => {
      this.idle.delete(environment);
      this.end(environment);
    }, IDLE_MS);
    this.idle.set(environment, timer);
    const [longestIdle] = this.idle.keys();
    if (this.idle.size > this.mostIdle) this.retireIdle((candidate) => candidate === longestIdle);
  }

  /** Ends the environments whose settings are outdated. Busy ones end after their request. */
  retire(version: FunctionVersion): void {
    this.retireIdle((environment) => environment.version === version);
  }

  /** Ends the environments of a deleted version, and removes its code when they have ended. */
  discard(version: FunctionVersion): void {
    this.discarded.add(version);
    this.retire(version);
    this.folders.forget(version.deployed.code);
  }

  /** Kills the environment that has these credentials, even in the middle of a request. */
  kill(accessKeyId: string): void {
    for (const environment of this.all)
      if (environment.credentials.accessKeyId === accessKeyId) {
        this.retireIdle((candidate) => candidate === environment);
        this.end(environment);
      }
  }

  /** Ends every process and removes the unpacked code. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const environment of this.all) this.end(environment);
    await Promise.all(this.ending);
    await this.folders.remove();
  }

  /** Returns the process ids of the running environments. */
  processes(): number[] {
    return [...this.all].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  private isFresh(environment: ExecutionEnvironment): boolean {
    const { version, settings, credentials } = environment;
    return (
      environment.usable &&
      version.deployed === settings &&
      !this.discarded.has(version) &&
      credentials.expiration.getTime() - this.cloud.clock.now() > SESSION_MARGIN_MS
    );
  }

  private retireIdle(matches: (environment: ExecutionEnvironment) => boolean): void {
    for (const [environment, timer] of this.idle) {
      if (!matches(environment)) continue;
      this.idle.delete(environment);
      this.cloud.clock.clearTimeout(timer);
      this.end(environment);
    }
  }

  private end(environment: ExecutionEnvironment): void {
    this.all.delete(environment);
    const ended = environment.end().finally(() => this.ending.delete(ended));
    this.ending.add(ended);
  }

  private assumeRole(version: FunctionVersion): SessionCredentials {
    const { accountId, identity } = this.cloud;
    return identity.assumeForService({
      roleArn: version.deployed.role,
      service: "lambda.amazonaws.com",
      sessionName: version.functionName,
      sourceFunctionArn: functionArn({ accountId, region: this.region }, version.functionName),
    });
  }
}

/**
 * Returns the number of environments that may be idle: LOCALCLOUD_IDLE_PROCESSES, or else as many as fit into memory.
 * A container may have a lower memory limit than its computer, or no limit.
 */
function idleProcesses({ least, most }: { least: number; most: number }): number {
  const asked = Number(process.env.LOCALCLOUD_IDLE_PROCESSES);
  if (Number.isInteger(asked) && asked > 0) return asked;
  const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  const fitting = Math.floor((memory * IDLE_MEMORY_SHARE) / IDLE_BYTES);
  return Math.max(least, Math.min(most, fitting));
}
