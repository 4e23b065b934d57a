import { expect } from "chai";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { appendEvents } from "../../../services/cloudwatch-logs/model/appendEvents";
import {
  groupMemory,
  type LogGroup,
  type LogStream,
} from "../../../services/cloudwatch-logs/store";

/** After a collection of garbage. */
function usedMemory(): number {
  setFlagsFromString("--expose-gc");
  // V8's own, which takes nothing and answers nothing.
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

describe("a log group's memory", () => {
  function stream(name: string): LogStream {
    return { name, arn: name, creationTime: 0, events: [], storedBytes: 0 };
  }

  function groupOf(...streams: LogStream[]): LogGroup {
    return {
      name: "g",
      arn: "g",
      groupClass: "STANDARD",
      creationTime: 0,
      tags: new Map(),
      streams: new Map(streams.map((one) => [one.name, one])),
      metricFilters: new Map(),
    };
  }

  it("is bounded: the oldest events of all streams go first", () => {
    const [one, two] = [stream("one"), stream("two")];
    const group = groupOf(one, two);
    for (let id = 1; id <= 20; id++) {
      const event = { id, timestamp: id, ingestionTime: id, message: `${id}`, bytes: 100 };
      appendEvents(group, id % 2 ? one : two, [event], id, 2000);
      expect(groupMemory(group)).to.be.at.most(2000);
    }
    const kept = [...one.events, ...two.events].map((event) => event.id).sort((a, b) => a - b);
    expect(kept[kept.length - 1]).to.equal(20);
    expect(kept).to.deep.equal(kept.map((_, index) => kept[0] + index));
    expect(kept.length).to.be.within(8, 10);
  });

  it("is what its events really take, of the many short lines that functions write", () => {
    const full = stream("full");
    const group = groupOf(full);
    const before = usedMemory();
    for (let id = 0; id < 50_000; id++) {
      const message = Buffer.from(
        `2026-11-29T12:00:00.000Z request ${id} INFO answered`,
      ).toString();
      const bytes = Buffer.byteLength(message) + 26;
      const timestamp = 1_800_000_000_000 + id;
      const event = { id, timestamp, ingestionTime: timestamp, message, bytes };
      appendEvents(group, full, [event], timestamp, Infinity);
    }
    const used = usedMemory() - before;
    expect(used / groupMemory(group)).to.be.within(0.7, 1.2);
    expect(full.events).to.have.lengthOf(50_000);
  });
});
