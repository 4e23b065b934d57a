import * as grpc from "@grpc/grpc-js";

/** A service of Pulumi's protocol, with the handlers of its methods. */
export interface Service {
  readonly definition: grpc.ServiceDefinition;
  readonly handlers: grpc.UntypedServiceImplementation;
}

/** The message that channelClient.cjs sends. */
export interface EngineCall {
  readonly call: number;
  /** Such as `/pulumirpc.ResourceMonitor/RegisterResource` */
  readonly path: string;
  readonly message: Uint8Array;
}

/** Either `message` or `code` is set. */
export interface EngineAnswer {
  readonly call: number;
  readonly message?: Uint8Array;
  readonly code?: number;
  readonly details?: string;
}

type UnaryHandler = grpc.handleUnaryCall<unknown, unknown>;

interface Method {
  readonly definition: grpc.MethodDefinition<unknown, unknown>;
  readonly handle: UnaryHandler;
}

/** The engine's side of the calls that a program makes over the IPC channel to this process. */
export class ChannelServer {
  private readonly methods: ReadonlyMap<string, Method>;

  constructor(services: readonly Service[]) {
    this.methods = new Map(services.flatMap(methodsOf));
  }

  answer({ call, path, message }: EngineCall, send: (answer: EngineAnswer) => void): void {
    const method = this.methods.get(path);
    if (!method) return send({ call, code: grpc.status.UNIMPLEMENTED, details: `no ${path}` });
    const { definition, handle } = method;
    const request = { request: definition.requestDeserialize(Buffer.from(message)) };
    // The handlers use nothing else of a call.
    handle(request as Parameters<UnaryHandler>[0], (error, response) => {
      if (error) send({ call, code: error.code ?? grpc.status.UNKNOWN, details: detailsOf(error) });
      else send({ call, message: definition.responseSerialize(response) });
    });
  }
}

function methodsOf({ definition, handlers }: Service): [string, Method][] {
  return Object.entries(definition).map(([name, method]) => [
    method.path,
    // Every method of these services has one request and one response.
    { definition: method, handle: handlers[name] as UnaryHandler },
  ]);
}

function detailsOf(error: grpc.ServerErrorResponse | Partial<grpc.StatusObject>): string {
  return error.details ?? ("message" in error ? error.message : "");
}
