// The program's side of answerOrder.ts. A program describes all of its resources in one go, and to prepare and send a
// description takes most of its process's time: so it waits too, for those that the engine answers first.
"use strict";
const { performance } = require("node:perf_hooks");
// The global ones are the program's, and end with its run.
const { clearTimeout, setTimeout } = require("node:timers");

/** Time in which the process does nothing, so that the first resources must be waiting for one of the others. */
const LONGEST_IDLE_MS = 200;

/**
 * Lets the first resources of a run be described before all others. Call `begin` with their types and names before the
 * run, `endRun` after it.
 * @param sdk requires a module of the SDK like its launcher does.
 */
exports.orderRegistrations = (sdk) => {
  const order = new RegistrationOrder();
  const rpc = sdk("../../runtime/rpc");
  const { serializeResourceProperties: serialize } = rpc;
  // The first thing that the SDK does for a resource after its constructor has returned.
  rpc.serializeResourceProperties = (label, ...rest) =>
    order.isHeld(label)
      ? order.turn().then(() => serialize(label, ...rest))
      : serialize(label, ...rest);
  const { prototype: client } = sdk("../../proto/resource_grpc_pb").ResourceMonitorClient;
  for (const method of ["registerResource", "readResource"]) {
    const call = client[method];
    client[method] = (request, ...rest) => {
      const answer = rest.pop();
      call(request, ...rest, (error, response) => {
        answer(error, response);
        if (error) order.release();
        else order.answered(labelOf(request.getType(), request.getName()));
      });
    };
  }
  return order;
};

class RegistrationOrder {
  first = new Set();
  waiting = [];
  timer = undefined;

  begin(first) {
    this.first = new Set(first.map(({ type, name }) => labelOf(type, name)));
  }

  isHeld(label) {
    // The SDK adds a mark for a resource that it only reads.
    return this.first.size > 0 && !this.first.has(label.replace(/#\.\.\.$/, ""));
  }

  turn() {
    this.timer ??= this.watch();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  answered(label) {
    if (this.first.delete(label) && this.first.size === 0) this.release();
  }

  /** Releases everything that waits. */
  release() {
    const { waiting } = this;
    this.endRun();
    for (const go of waiting) go();
  }

  endRun() {
    this.first.clear();
    this.waiting = [];
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Ends an idle time. The timer also keeps the process from ending while everything else waits. */
  watch(before = performance.eventLoopUtilization()) {
    return setTimeout(() => {
      const now = performance.eventLoopUtilization();
      if (performance.eventLoopUtilization(now, before).utilization < 0.5) this.release();
      else this.timer = this.watch(now);
    }, LONGEST_IDLE_MS);
  }
}

function labelOf(type, name) {
  return `resource:${name}[${type}]`;
}
