import { expect } from "chai";
import { createEvents } from "../../../core/events";
import { VirtualClock } from "../../../core/clock";
import type { CallContext } from "../../../core/service";
import { keepBudget } from "../../../services/cloudwatch-logs/model/logBudget";
import {
  groupBytes,
  type LogEvent,
  type LogGroup,
  type LogsStore,
} from "../../../services/cloudwatch-logs/store";

const BYTES = 100;

function group(name: string, count: number): LogGroup {
  const events = Array.from({ length: count }, (_, id): LogEvent => {
    return { id, timestamp: id, ingestionTime: id, message: "x", bytes: BYTES };
  });
  const stream = { name: "s", arn: "", creationTime: 0, events, storedBytes: count * BYTES };
  return {
    name,
    arn: "",
    groupClass: "STANDARD",
    creationTime: 0,
    tags: new Map(),
    streams: new Map([["s", stream]]),
    metricFilters: new Map(),
  };
}

function region(groups: readonly LogGroup[]) {
  const messages: string[] = [];
  const events = createEvents();
  events.on("serviceMessage", ({ message }) => messages.push(message));
  const store = { groups: new Map(groups.map((one) => [one.name, one])), unchecked: 0 };
  // Only these members are read.
  const context = {
    store,
    cloud: { events },
    clock: new VirtualClock("manual", 0),
  } as unknown as Pick<CallContext<LogsStore>, "store" | "cloud" | "clock">;
  const came = (bytes: number): void => keepBudget([{ bytes }], context, 10_000, 1_000);
  return { messages, came };
}

describe("the budget of a region's logs", () => {
  it("drops the oldest events of the largest group, and reports it once", () => {
    const [large, small] = [group("large", 200), group("small", 20)];
    const { messages, came } = region([large, small]);
    came(1_000);
    expect(groupBytes(large) + groupBytes(small)).to.be.at.most(10_000);
    expect(groupBytes(small)).to.equal(2_000);
    expect(large.streams.get("s")?.events.at(-1)?.id).to.equal(199);
    expect(messages).to.have.lengthOf(1);
    expect(messages[0]).to.contain("The oldest events of large were dropped");
    large.streams.get("s")?.events.push(...group("more", 200).streams.get("s")!.events);
    came(1_000);
    expect(messages).to.have.lengthOf(1);
  });

  it("drops events of several groups if one is not enough", () => {
    const groups = ["a", "b", "c", "d"].map((name) => group(name, 60));
    const { messages, came } = region(groups);
    came(1_000);
    expect(groups.reduce((sum, one) => sum + groupBytes(one), 0)).to.be.at.most(10_000);
    expect(messages.length).to.be.greaterThan(1);
  });

  it("is checked only from time to time", () => {
    const large = group("large", 200);
    const { came } = region([large]);
    came(999);
    expect(groupBytes(large)).to.equal(20_000);
  });
});
