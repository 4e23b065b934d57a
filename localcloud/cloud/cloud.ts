import { errorResponse } from "../http/errorResponse";
import { identifyCaller } from "../http/identify";
import { answerWire } from "./answerWire";
import { chooseControl, controlNames } from "./serviceControls";
import { CloudServer } from "./server";
import { services as allServices } from "../services";
import { VirtualClock, type ClockMode } from "../core/clock";
import { AwsError } from "../core/errors";
import { Debugging, type DebuggingOptions } from "../core/debugging";
import { createEvents, type CloudEvents } from "../core/events";
import { execute, newRequestId, type Call } from "./execute";
import { faultRuleProblem } from "./faultRule";
import { FaultInjector } from "./faults";
import {
  BadControlRequest,
  type ClusterCapacity,
  type GroupLoad,
  type ServiceLoad,
} from "../core/load";
import { ReportBatcher } from "../core/gathered";
import { Machines } from "../core/machines/machines";
import type { DeployedProgram } from "./program";
import { Recorder } from "../core/recorder";
import { Registry, type LoadedService } from "./registry";
import type {
  CloudApi,
  ServiceCall,
  ServiceDefinition,
  SignedCaller,
  WireRequest,
  WireResponse,
  WireTarget,
} from "../core/service";
import type { IdentityDirectory } from "../core/identity";
import { Throttle } from "../core/throttle";
import { Tracer } from "../core/tracer";
import { Turns } from "../core/turns";

/** Region of requests that specify none, and of a stack that configures none. */
export const DEFAULT_REGION = "us-east-1";

export interface CloudOptions extends DebuggingOptions {
  /** TCP port on 127.0.0.1; default 0 = a free one. */
  readonly port?: number;
  /** Default 123456789012. */
  readonly accountId?: string;
  /** Region of requests that specify none. Default `DEFAULT_REGION`. */
  readonly region?: string;
  /** Default `running`. */
  readonly clock?: ClockMode;
  /** Default: all services. */
  readonly services?: readonly ServiceDefinition<unknown>[];
  /** True to store traces of causes and effects. Default false: tracing takes a quarter of a request's time. */
  readonly traces?: boolean;
  /** True to refuse requests above AWS's request rates, in cloud time. Default true. */
  readonly throttling?: boolean;
}

/** Starts a cloud on 127.0.0.1. Rejects with the system's error (EADDRINUSE) if the port is in use. */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const cloud = new Cloud(options);
  await cloud.listen(options.port ?? 0);
  return cloud;
}

/** A running local cloud. `close` ends every worker, server and timer it started. */
export class Cloud implements CloudApi {
  readonly accountId: string;
  readonly defaultRegion: string;
  readonly clock: VirtualClock;
  readonly events: CloudEvents = createEvents();
  readonly tracer: Tracer | undefined;
  readonly debugging: Debugging;
  readonly gathered = new ReportBatcher();
  readonly machines = new Machines(() => this.endpoint);
  readonly recorder = new Recorder();
  readonly faults = new FaultInjector((rule) => faultRuleProblem(rule, this.registry));
  /** The stack's secrets, which the console hides unless they are requested. */
  secrets: readonly string[] = [];
  readonly registry: Registry;
  /** The program that this process deployed on the cloud. */
  program: DeployedProgram | undefined;
  private readonly throttle: Throttle | undefined;
  private readonly server: CloudServer;
  private directory: IdentityDirectory | undefined;
  private readonly resets = new Turns();
  private isClosing = false;

  constructor(options: CloudOptions) {
    this.accountId = options.accountId ?? "123456789012";
    this.defaultRegion = options.region ?? DEFAULT_REGION;
    this.clock = new VirtualClock(options.clock ?? "running");
    this.tracer = options.traces ? new Tracer(this.clock) : undefined;
    this.debugging = new Debugging(options);
    this.clock.beforeMove = () => this.gathered.flush();
    // The list loses each service's store type; a store is only used with its own service's operations.
    this.registry = new Registry(options.services ?? allServices);
    this.throttle = (options.throttling ?? true) ? new Throttle() : undefined;
    this.server = new CloudServer(this);
  }

  async listen(port: number): Promise<void> {
    await this.server.listen(port);
  }

  get endpoint(): string {
    return this.server.endpoint;
  }

  /** Address of the console, which has a separate origin. */
  get console(): string {
    return this.server.console;
  }

  get identity(): IdentityDirectory {
    return (this.directory ??= this.findDirectory());
  }

  private findDirectory(): IdentityDirectory {
    for (const service of this.registry.all()) {
      const directory = service.definition.identity?.(service.store(this.defaultRegion, this));
      if (directory) return directory;
    }
    throw new Error("This cloud was started without the IAM service.");
  }

  async call<Output = unknown>(call: ServiceCall): Promise<Output> {
    const service = this.registry.named(call.service);
    if (!service)
      throw new AwsError("NotImplemented", `The local cloud has no service '${call.service}'.`);
    const output = await this.execute(service, {
      operation: call.operation,
      input: call.input,
      principal: call.principal,
      region: call.region ?? this.defaultRegion,
      requestId: newRequestId(),
    });
    // The caller specifies the output type of the operation, as with the SDK's own types.
    return output as Output;
  }

  identify(request: WireRequest): Promise<SignedCaller | undefined> {
    return identifyCaller(request, this.identity, this.accountId, this.clock.now());
  }

  async wire(request: WireRequest, target: WireTarget): Promise<WireResponse> {
    const requestId = newRequestId();
    const service = this.registry.signedAs(target.signingName);
    if (!service) {
      const message = `The local cloud does not have the service '${target.signingName}'.`;
      const error = new AwsError("NotImplemented", message, { status: 501 });
      return errorResponse(undefined, request, error, requestId);
    }
    return answerWire(service, request, target, requestId, (call) => this.execute(service, call));
  }

  /**
   * Sets the simulated load of a service's running tasks, or of the instances of an Auto Scaling group. It is
   * reported until it is set again.
   *
   * @throws BadControlRequest if the service or group does not exist, or a value is not a percentage
   */
  load(load: ServiceLoad | GroupLoad): void {
    this.set("load", { ...load });
  }

  /**
   * Limits how many tasks a cluster has room for, so that further tasks cannot be placed.
   *
   * @throws BadControlRequest if the cluster does not exist, or the value is not a count
   */
  capacity(capacity: ClusterCapacity): void {
    this.set("capacity", { ...capacity });
  }

  /** Names of the services' control endpoints. */
  get controls(): string[] {
    return controlNames(this.registry.all());
  }

  /** Calls the service whose control has these fields. @throws BadControlRequest */
  set(name: string, request: Readonly<Record<string, unknown>>): unknown {
    const { service, input, region } = chooseControl(this.registry.all(), name, request);
    const store = service.store(region ?? this.defaultRegion, this);
    return service.definition.controls?.[name].set(input, store);
  }

  /** Returns the service for an unsigned request. */
  unsigned(request: WireRequest): WireTarget | undefined {
    const found = this.registry
      .all()
      .find((service) =>
        service.definition.wire?.takesUnsigned(request, service.store(this.defaultRegion, this)),
      );
    return (
      found && {
        signingName: found.definition.signingName,
        principal: { type: "anonymous" },
        region: this.defaultRegion,
      }
    );
  }

  private execute(service: LoadedService, call: Call): Promise<object> {
    const { recorder, faults, throttle } = this;
    return execute(service, call, { cloud: this, recorder, faults, throttle });
  }

  /**
   * Resets the account to its initial state, at the initial time (the computer's, unless the clock is manual). The
   * cloud's address and open connections stay.
   *
   * @throws BadControlRequest if the cloud is ending
   */
  reset(): Promise<void> {
    if (this.isClosing) return Promise.reject(new BadControlRequest("The local cloud is ending."));
    return this.resets.take(() => this.discard());
  }

  private async discard(): Promise<void> {
    await this.gathered.flush();
    await this.clock.restart();
    await Promise.all(this.registry.all().map((service) => service.reset()));
    await this.machines.close();
    // Writes what services reported while they ended.
    await this.gathered.flush();
    await Promise.all(this.registry.all().map((service) => service.reset()));
    await this.clock.restart();
    this.directory = undefined;
    this.secrets = [];
    this.throttle?.clear();
    this.faults.clear();
    this.recorder.clear();
    this.tracer?.clear();
  }

  /**
   * @param save called when nothing changes the state any more, while it still exists. Functions are ended before, and
   * without it together with everything else.
   */
  async close(save?: () => Promise<void>): Promise<void> {
    this.isClosing = true;
    // Half of a reset must not be saved.
    await this.resets.settled();
    if (save) await Promise.all(this.registry.all().map((service) => service.halt()));
    await this.server.close();
    await this.gathered.flush();
    this.clock.stop();
    try {
      await save?.();
    } finally {
      await Promise.all(this.registry.all().map((service) => service.stop()));
      await this.machines.close();
      this.events.removeAllListeners();
    }
  }
}
