import { expect } from "chai";
import { appendEvents } from "../../../services/cloudwatch-logs/model/appendEvents";
import { groupBytes, type LogGroup, type LogStream } from "../../../services/cloudwatch-logs/store";

describe("a log group's memory", () => {
  function stream(name: string): LogStream {
    return { name, arn: name, creationTime: 0, events: [], storedBytes: 0 };
  }

  it("is bounded: the oldest events of all streams are dropped first", () => {
    const [one, two] = [stream("one"), stream("two")];
    const group: LogGroup = {
      name: "g",
      arn: "g",
      groupClass: "STANDARD",
      creationTime: 0,
      tags: new Map(),
      streams: new Map([
        ["one", one],
        ["two", two],
      ]),
      metricFilters: new Map(),
    };
    for (let id = 1; id <= 20; id++) {
      const event = { id, timestamp: id, ingestionTime: id, message: `${id}`, bytes: 100 };
      appendEvents(group, id % 2 ? one : two, [event], id, 1000);
      expect(groupBytes(group)).to.be.at.most(1000);
    }
    const kept = [...one.events, ...two.events].map((event) => event.id).sort((a, b) => a - b);
    expect(kept[kept.length - 1]).to.equal(20);
    expect(kept).to.deep.equal(kept.map((_, index) => kept[0] + index));
    expect(kept.length).to.be.within(8, 10);
  });
});
