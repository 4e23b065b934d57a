import { EventEmitter, getEventListeners } from "node:events";
import { PassThrough } from "node:stream";
import type { IncomingMessage, ServerResponse } from "node:http";
import { mock } from "node:test";
import { expect } from "chai";
import type { Cloud } from "../../../cloud/cloud";
import { stream } from "../../../cloud/console/stream";
import { VirtualClock } from "../../../core/clock";
import { Tracer } from "../../../core/tracer";

describe("The stream of traces", () => {
  before(() => mock.timers.enable({ apis: ["setTimeout", "setInterval"] }));
  after(() => mock.timers.reset());

  it("waits once for a slow listener, and then sends it the latest state", () => {
    const clock = new VirtualClock("manual");
    const tracer = new Tracer(clock, { traces: 2 });
    const incoming = new EventEmitter();
    const outgoing = new PassThrough({ highWaterMark: 1 });
    // The members that a stream reads.
    const cloud = { clock, tracer, secrets: [] } as unknown as Cloud;
    stream(incoming as IncomingMessage, outgoing as unknown as ServerResponse, cloud, null);
    for (let count = 0; count < 20; count += 1) {
      tracer.begin({ kind: "request", name: `request ${count}` });
      mock.timers.tick(6_000);
    }
    expect(getEventListeners(outgoing, "drain")).to.have.length(1);
    const before = outgoing.writableLength;
    outgoing.emit("drain");
    incoming.emit("close");
    expect(outgoing.writableLength - before).to.be.below(1_000);
  });
});
