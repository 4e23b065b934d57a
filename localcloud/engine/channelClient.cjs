// How a process that runs program after program calls the engine: with the messages of Pulumi's protocol, through the
// channel to its parent. HTTP/2 and gRPC around them cost both sides more than most of what the messages ask for.
"use strict";

/**
 * Gives an SDK clients that call through the channel. Another copy of the SDK, as a package may bring along, goes on to
 * use gRPC.
 * @param sdk requires a module of the SDK as its launcher does.
 */
exports.callThroughChannel = (sdk) => {
  const calls = new Calls(sdk("@grpc/grpc-js"));
  const resources = sdk("../../proto/resource_grpc_pb");
  resources.ResourceMonitorClient = clientOf(resources.ResourceMonitorService, calls);
  const engine = sdk("../../proto/engine_grpc_pb");
  engine.EngineClient = clientOf(engine.EngineService, calls);
  return calls;
};

/** All methods of these services take one message and answer one. */
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
    // As gRPC's connection does, a call that waits keeps the process.
    process.channel?.ref();
    // Without a parent this process ends: nobody has to hear of it.
    process.send({ call, path: method.path, message }, () => undefined);
  }

  hear({ call, code, details, message }) {
    const { method, answer } = this.waiting.get(call) ?? {};
    if (!method) return;
    this.waiting.delete(call);
    if (this.waiting.size === 0) process.channel?.unref();
    // What the program throws there is its own, as with gRPC.
    if (message) process.nextTick(answer, null, method.responseDeserialize(message));
    else process.nextTick(answer, this.failure(code, details));
  }

  /** As gRPC's clients make it. */
  failure(code, details) {
    const { status, Metadata } = this.grpc;
    const error = new Error(`${code} ${status[code]}: ${details}`);
    return Object.assign(error, { code, details, metadata: new Metadata() });
  }

  /** Nobody hears what is answered after the end of a run. */
  endRun() {
    this.waiting.clear();
  }
}
