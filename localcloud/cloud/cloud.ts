import { decodeRequest, encodeResult, protocolOf } from "../codec";
import { errorResponse, unknownOperation } from "../http/errorResponse";
import { identifyCaller } from "../http/identify";
import { FrontDoor } from "./server";
import { services as allServices } from "../services";
import { VirtualClock, type ClockMode } from "../core/clock";
import { AwsError } from "../core/errors";
import { createEvents, type CloudEvents } from "../core/events";
import { execute, newRequestId, type Call } from "./execute";
import { ConnectionLost, FaultInjector } from "./faults";
import { Recorder } from "../core/recorder";
import { Registry, type LoadedService } from "./registry";
import type {
  CloudApi,
  IdentityDirectory,
  ServiceCall,
  ServiceDefinition,
  SignedCaller,
  WireRequest,
  WireResponse,
  WireTarget,
} from "../core/service";
import { Throttle } from "../core/throttle";

export interface CloudOptions {
  /** TCP port on 127.0.0.1; default 0 = a free one. */
  readonly port?: number;
  /** Default 123456789012. */
  readonly accountId?: string;
  /** Region of requests that name none. Default us-east-1. */
  readonly region?: string;
  /** Default `running`. */
  readonly clock?: ClockMode;
  /** Default: every service that exists. */
  readonly services?: readonly ServiceDefinition<unknown>[];
  /** Whether services refuse requests beyond AWS's request rates, in cloud time. Default true. */
  readonly throttling?: boolean;
}

/** Starts a cloud on 127.0.0.1; rejects with the system's error (EADDRINUSE) when the port is taken. */
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
  readonly recorder = new Recorder();
  readonly faults = new FaultInjector();
  readonly registry: Registry;
  private readonly throttle: Throttle | undefined;
  private readonly door: FrontDoor;

  constructor(options: CloudOptions) {
    this.accountId = options.accountId ?? "123456789012";
    this.defaultRegion = options.region ?? "us-east-1";
    this.clock = new VirtualClock(options.clock ?? "running");
    // The list erases each service's store type; a store only ever meets its own operations.
    this.registry = new Registry(options.services ?? allServices);
    this.throttle = (options.throttling ?? true) ? new Throttle() : undefined;
    this.door = new FrontDoor(this);
  }

  async listen(port: number): Promise<void> {
    await this.door.listen(port);
  }

  get endpoint(): string {
    return this.door.endpoint;
  }

  get identity(): IdentityDirectory {
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
    // The caller names the output type of the operation it asks for, as the SDK's own types do.
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
    const { codec } = service;
    try {
      const adapter = service.definition.wire;
      const read = adapter?.read(request);
      const decoded = decodeRequest(codec, read?.request ?? request);
      if (!decoded) throw unknownOperation(protocolOf(codec, request), request);
      const output = await this.execute(service, {
        operation: decoded.operation,
        input: { ...decoded.input, ...read?.members },
        principal: target.principal,
        region: target.region,
        requestId,
        sourceIp: request.sourceIp,
      });
      const response = encodeResult(codec, decoded, output, requestId);
      return adapter ? adapter.finish(response) : response;
    } catch (error) {
      if (error instanceof ConnectionLost) throw error;
      return errorResponse(codec, request, asAwsError(error), requestId);
    }
  }

  /** The service that answers a request which nobody signed. */
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

  async close(): Promise<void> {
    await this.door.close();
    this.clock.stop();
    await Promise.all(this.registry.all().map((service) => service.stop()));
    this.events.removeAllListeners();
  }
}

/** A broken invariant of ours answers 500 with its text, so that it is seen and reported. */
function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new AwsError("InternalFailure", `The local cloud failed: ${text}`, { status: 500 });
}
