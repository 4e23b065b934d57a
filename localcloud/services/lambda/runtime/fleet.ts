import type { CloudApi } from "../../../core/service";
import type { SessionCredentials } from "../../../core/identity";
import { functionArn } from "../model/functionReference";
import type { FunctionVersion } from "../model/model";
import { DiskWatch } from "./diskWatch";
import { ExecutionEnvironment } from "./environment";
import { IdleEnvironments } from "./idleEnvironments";
import { TaskFolders } from "./taskFolder";

/** An environment whose session expires within this time is replaced by a new one. */
const SESSION_MARGIN_MS = 15 * 60_000;

/** The execution environments of a region. Reuses warm environments and creates new ones as needed. */
export class Fleet {
  private readonly all = new Set<ExecutionEnvironment>();
  private readonly idle: IdleEnvironments<ExecutionEnvironment>;
  readonly disk = new DiskWatch();
  private readonly ending = new Set<Promise<void>>();
  private readonly folders = new TaskFolders();
  private readonly discarded = new WeakSet<FunctionVersion>();
  private stopped = false;

  constructor(
    private readonly cloud: CloudApi,
    private readonly region: string,
  ) {
    this.idle = new IdleEnvironments(cloud.clock, (environment) => this.end(environment));
  }

  /** Returns an environment for one request; return it with `release`. Throws when the role is unusable. */
  acquire(version: FunctionVersion): ExecutionEnvironment {
    if (this.stopped) throw new Error("The local cloud is stopping.");
    for (;;) {
      const warm = this.idle.take((environment) => environment.version === version);
      if (!warm) break;
      if (this.isFresh(warm)) return warm;
      this.end(warm);
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
    this.idle.add(environment);
  }

  /** Ends the environments whose settings are outdated. Busy ones end after their request. */
  retire(version: FunctionVersion): void {
    this.idle.endThose((environment) => environment.version === version);
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
        this.idle.take((candidate) => candidate === environment);
        this.end(environment);
      }
  }

  /** Ends every process and removes the unpacked code. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.idle.endThose(() => true);
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
