import { randomText } from "../../../core/randomPool";
import type { CloudApi } from "../../../core/service";
import type { IdentityDirectory, SessionCredentials } from "../../../core/identity";
import type { FunctionSettings, FunctionVersion } from "../model/model";
import { Activity } from "./activity";
import { conclude, type Conclusion } from "./conclusion";
import { beforeDeadline, NO_ANSWER } from "./deadline";
import type { DiskWatch } from "./diskWatch";
import type { FunctionFailure } from "./failure";
import { InvocationTrace } from "./invocationTrace";
import { LogStream } from "./logStream";
import { runtimeProgram } from "./program";
import { RequestLog } from "./requestLog";
import { Sleeper } from "./sleeper";
import { type ChunkReceiver, type Streamed, StreamedBody } from "./streamedBody";
import { systemLog, type SystemLog } from "./systemLog";
import { environmentVariables } from "./variables";
import type { Watchdog } from "../../../core/machines/watchdog";
import { Worker } from "./worker";
import type { WorkerAnswer, WorkerRequest } from "./workerProtocol";

/** One request to a function version. */
export interface InvocationRequest {
  readonly requestId: string;
  /** The event as JSON text. */
  readonly payload: string;
  /** ARN as the caller named the function, including the alias or version if any. */
  readonly invokedArn: string;
  readonly clientContext?: unknown;
  /** Gets the pieces of a streamed response; absent if the caller waits for all of it. */
  readonly onChunk?: ChunkReceiver;
}

/** Result of an invocation. With a `failure`, the caller gets it instead of a response. */
export interface InvocationOutcome {
  readonly payload: string;
  /** The response of a streaming handler, which `payload` has as text. */
  readonly streamed?: Streamed;
  readonly failure?: FunctionFailure;
  readonly durationMs: number;
  /** The last lines of the log, START to REPORT. */
  readonly log: string;
}

/** Time that an on-demand start may take before it counts against the function's timeout. */
const INIT_LIMIT_MS = 10_000;

/** The parts of the cloud that an environment needs. The test kit runs packages without a complete cloud. */
export interface HostCloud extends Pick<CloudApi, "clock" | "endpoint" | "call" | "gathered"> {
  readonly identity: Pick<IdentityDirectory, "endSession">;
  readonly tracer?: CloudApi["tracer"];
  readonly debugging?: CloudApi["debugging"];
}

/** Where an environment's code is, and the watchdog that ends its processes if the cloud cannot. */
export interface EnvironmentHome {
  readonly taskRoot: string;
  readonly watchdog: Watchdog;
  /** Folder for compiled code; undefined for no cache. */
  readonly codeCache?: string;
  /** Watches the disk space that all workers use together. */
  readonly disk?: DiskWatch;
  /** Must be called when the environment has ended and no longer needs its code. */
  release(): void;
}

/** An execution environment: one worker process with its role session and its log stream. */
export class ExecutionEnvironment {
  readonly settings: FunctionSettings;
  readonly pid: number | undefined;
  /** False once the process has ended, is about to end, or must not be reused. */
  usable = true;
  private readonly worker: Worker;
  private readonly logs: LogStream;
  private readonly system: SystemLog;
  private readonly started: Promise<WorkerAnswer>;
  /** What `started` resolved with. */
  private start: WorkerAnswer | undefined;
  private readonly log: RequestLog;
  private readonly trace: InvocationTrace;
  private served = false;

  constructor(
    private readonly cloud: HostCloud,
    region: string,
    readonly version: FunctionVersion,
    private readonly home: EnvironmentHome,
    readonly credentials: SessionCredentials,
  ) {
    const settings = version.deployed;
    const { taskRoot, watchdog, codeCache, disk } = home;
    this.settings = settings;
    const { LogGroup } = settings.logging;
    const logStream = streamName(cloud.clock.date(), version.version);
    this.logs = new LogStream(cloud, region, credentials.principal, LogGroup, logStream);
    this.trace = new InvocationTrace(cloud.tracer, version, credentials.accessKeyId);
    this.log = new RequestLog((line) => {
      this.logs.write(line);
      this.trace.log(line);
    });
    this.system = systemLog({
      functionName: version.functionName,
      version: version.version,
      runtime: settings.runtime,
      region,
      logging: settings.logging,
      now: () => cloud.clock.date(),
    });
    this.log.writeSystem(this.system.initStart());
    const variables = environmentVariables(version, credentials, {
      endpoint: cloud.endpoint,
      region,
      taskRoot,
      logStream,
    });
    const { memorySize, ephemeralStorage } = settings;
    const program = runtimeProgram(settings.runtime, memorySize);
    const own = { program, taskRoot, variables, memorySize, ephemeralStorage };
    const inspectPort = cloud.debugging?.portOf(version.functionName);
    const greeting = {
      clockOffsetMs: this.clockOffset(),
      // A debugger needs the code uncompiled and unchanged.
      codeCache: inspectPort === undefined ? codeCache : undefined,
      sourceMaps: cloud.debugging?.sourceMaps,
      inspectPort,
    };
    this.worker = new Worker(own, this.log, greeting, disk);
    this.pid = this.worker.pid;
    this.started = this.worker.started();
    void this.started.then((answer) => (this.start = answer));
    if (this.pid !== undefined) watchdog.watch(this.pid);
    void this.worker.exited.then(() => this.ended(logStream));
  }

  /**
   * Runs one request; the environment must be idle. Never rejects: failures are outcomes.
   *
   * @param activity is at rest while the handler only waits for a timer.
   */
  async invoke(request: InvocationRequest, activity = new Activity()): Promise<InvocationOutcome> {
    const { requestId } = request;
    const { timeout } = this.settings;
    const { clock } = this.cloud;
    const began = performance.now();
    this.trace.begin(request, !this.served);
    const start = this.start ?? (await this.inTime(INIT_LIMIT_MS + timeout * 1000, this.started));
    const isReady = start !== NO_ANSWER && start.type === "ready";
    const initMs = isReady && !this.served ? start.initMs : undefined;
    const served = isReady ? performance.now() : began;
    this.served = true;
    this.log.begin();
    this.log.writeSystem(this.system.start(requestId));
    const sleeper = new Sleeper(clock, activity, (id) => this.worker.wake(id));
    const body = new StreamedBody(request.onChunk);
    const run = (): Promise<WorkerAnswer> =>
      this.worker.run(this.workerRequest(request), {
        rest: (rest) => sleeper.hear(rest),
        chunk: (bytes, contentType) => body.add(bytes, contentType),
      });
    const answer = isReady ? await this.inTime(timeout * 1000, run()) : start;
    sleeper.end();
    const elapsed = performance.now() - served;
    const conclusion = conclude(answer, { requestId, timeoutSeconds: timeout, elapsed, body });
    if (!conclusion.usable) this.usable = false;
    return this.report(conclusion, requestId, initMs);
  }

  /** Waits for an answer until the deadline; there is no limit while a debugger is attached. */
  private inTime(
    ms: number,
    answer: Promise<WorkerAnswer>,
  ): ReturnType<typeof beforeDeadline<WorkerAnswer>> {
    return beforeDeadline(this.cloud.clock, ms, answer, () => this.worker.hasDebugger);
  }

  /** Ends the process. Resolves when it has exited and its last log lines are sent. */
  async end(): Promise<void> {
    this.usable = false;
    this.worker.kill();
    await this.worker.exited;
    this.home.release();
    await this.logs.flush();
    this.trace.end();
    this.cloud.identity.endSession(this.credentials.accessKeyId);
  }

  private ended(logStream: string): void {
    this.usable = false;
    if (this.pid !== undefined) this.home.watchdog.forget(this.pid);
    // The name of the log stream is unique to this worker, so no other process has it in its environment.
    if (this.worker.mayHaveChildren)
      this.home.watchdog.sweep(`AWS_LAMBDA_LOG_STREAM_NAME=${logStream}`);
  }

  private clockOffset(): number {
    return this.cloud.clock.now() - Date.now();
  }

  private workerRequest(request: InvocationRequest): WorkerRequest {
    return {
      requestId: request.requestId,
      event: request.payload,
      invokedFunctionArn: request.invokedArn,
      clientContext: request.clientContext,
      remainingMs: this.settings.timeout * 1000,
      clockOffsetMs: this.clockOffset(),
      traceId: this.trace.header ?? traceId(this.cloud.clock.now()),
    };
  }

  private async report(
    conclusion: Conclusion,
    requestId: string,
    initMs: number | undefined,
  ): Promise<InvocationOutcome> {
    const { payload, failure, memoryBytes, streamed } = conclusion;
    const { memorySize } = this.settings;
    const used = Math.min(Math.ceil(memoryBytes / 1024 / 1024), memorySize);
    const report = { memorySizeMB: memorySize, maxMemoryUsedMB: used, ...conclusion.report };
    this.log.writeSystem(conclusion.lines(this.system));
    this.log.writeSystem(this.system.end({ requestId, initMs, ...report }));
    const log = this.log.end();
    this.trace.finish(conclusion, initMs);
    // Only the last lines of a process that ended explain why, so they are sent before the caller gets the failure.
    if (conclusion.usable) this.logs.conclude();
    else await this.logs.flush();
    return { payload, failure, streamed, durationMs: report.durationMs, log };
  }
}

/** `2026/11/20/[$LATEST]0123456789abcdef0123456789abcdef` */
function streamName(now: Date, version: string): string {
  const day = now.toISOString().slice(0, 10).replaceAll("-", "/");
  return `${day}/[${version}]${randomText(16, "hex")}`;
}

function traceId(now: number): string {
  const root = `1-${Math.floor(now / 1000).toString(16)}-${randomText(12, "hex")}`;
  return `Root=${root};Parent=${randomText(8, "hex")};Sampled=0`;
}
