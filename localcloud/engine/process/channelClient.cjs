// Lets a process that runs programs repeatedly call the engine: with the messages of Pulumi's protocol, over the IPC
// channel to its parent. HTTP/2 and gRPC would cost both sides more time than most of the messages themselves.
"use strict";

/**
 * Gives an SDK clients that call through the channel. Another copy of the SDK, which a package may depend on, continues
 * to use gRPC.
 * @param sdk requires a module of the SDK like its launcher does.
 */
exports.callThroughChannel = (sdk) => {
  const calls = new Calls(sdk("@grpc/grpc-js"));
  const resources = sdk("../../proto/resource_grpc_pb");
  resources.ResourceMonitorClient = clientOf(resources.ResourceMonitorService, calls);
  const engine = sdk("../../proto/engine_grpc_pb");
  engine.EngineClient = clientOf(engine.EngineService, calls);
  return calls;
};

/** All methods of these services have one request and one response. */
function clientOf(service, calls) {
  class Client {
    close() {}
  }
  for (const [name, method] of Object.entries(service))
    Client.prototype[name] = (request, ...rest) => calls.send(method, request, rest.at(-1));
  return Client;
}

class Calls {
  waiting = new Map();
  last = 0;

  constructor(grpc) {
    this.grpc = grpc;
  }

  send(method, request, answer) {
    const message = method.requestSerialize(request);
    const call = ++this.last;
    this.waiting.set(call, { method, answer });
    // Like gRPC's connection, a pending call keeps the process alive.
    process.channel?.ref();
    // Without a parent this process ends, so the error can be ignored.
    process.send({ call, path: method.path, message }, () => undefined);
  }

  hear({ call, code, details, message }) {
    const { method, answer } = this.waiting.get(call) ?? {};
    if (!method) return;
    this.waiting.delete(call);
    if (this.waiting.size === 0) process.channel?.unref();
    // Errors that the program throws there are its own, as with gRPC.
    if (message) process.nextTick(answer, null, method.responseDeserialize(message));
    else process.nextTick(answer, this.failure(code, details));
  }

  /** Makes the error like gRPC's clients do. */
  failure(code, details) {
    const { status, Metadata } = this.grpc;
    const error = new Error(`${code} ${status[code]}: ${details}`);
    return Object.assign(error, { code, details, metadata: new Metadata() });
  }

  /** Ignores answers that arrive after the end of a run. */
  endRun() {
    this.waiting.clear();
  }
}
