import { expect } from "chai";
import { VirtualClock } from "../../core/clock";
import { begin, carried, cause, detached, finish, link, within } from "../../core/trace";
import { Tracer, type TracerLimits } from "../../core/tracer";

const START = { kind: "call", name: "sqs.SendMessage" } as const;

function tracerWith(limits?: TracerLimits): Tracer {
  return new Tracer(new VirtualClock("manual"), limits);
}

describe("The tracer", () => {
  it("puts spans that begin within a span below it, across awaits", async () => {
    const root = tracerWith().begin({ kind: "request", name: "GET /" });
    const child = await within(root, async () => {
      await Promise.resolve();
      return begin(START);
    });
    expect(child).to.include({ parent: root, trace: root.trace });
    expect(cause()).to.equal(undefined);
  });

  it("begins no span without a cause", () => {
    expect(begin(START)).to.equal(undefined);
    const root = tracerWith().begin(START);
    expect(within(root, () => detached(() => begin(START)))).to.equal(undefined);
  });

  it("gives timers a cause only for carried tasks", async () => {
    const clock = new VirtualClock("manual");
    const root = new Tracer(clock).begin(START);
    const causes: unknown[] = [];
    within(root, () => {
      clock.setTimeout(() => void causes.push(cause()), 1);
      clock.setTimeout(
        carried(() => void causes.push(cause())),
        2,
      );
    });
    // Code that moves the time is not a cause either.
    await within(tracerWith().begin(START), () => clock.advance(5));
    expect(causes).to.deep.equal([undefined, root]);
  });

  it("drops the oldest traces beyond the maximum number, and counts them", () => {
    const tracer = tracerWith({ traces: 3 });
    const roots = [1, 2, 3, 4, 5].map(() => tracer.begin(START));
    expect([...tracer.traces.values()]).to.deep.equal(roots.slice(2).map(({ trace }) => trace));
    expect(tracer.size).to.include({ traces: 3, forgotten: 2 });
  });

  it("drops the oldest traces beyond the maximum memory", () => {
    const tracer = tracerWith({ bytes: 10_000 });
    for (let count = 0; count < 100; count += 1)
      tracer.finish(tracer.begin({ ...START, data: { text: "x".repeat(1_000) } }), "ok");
    expect(tracer.size.bytes).to.be.within(5_000, 10_000);
    expect(tracer.size.traces + tracer.size.forgotten).to.equal(100);
  });

  it("counts a span's memory from its beginning, because a message that is never received never ends", () => {
    const tracer = tracerWith({ bytes: 10_000 });
    for (let count = 0; count < 20; count += 1)
      tracer.begin({ kind: "message", name: "queue", data: { body: "x".repeat(4_000) } });
    expect(tracer.size.bytes).to.be.within(4_000, 10_000);
    expect(tracer.size.forgotten).to.equal(18);
  });

  it("keeps a maximum number of spans per trace and counts the others", () => {
    const tracer = tracerWith({ spans: 3 });
    const root = tracer.begin(START);
    for (let count = 0; count < 5; count += 1) tracer.begin(START, root);
    expect(root.trace).to.include({ dropped: 3, open: 6 });
    expect(root.trace.spans).to.have.length(3);
    expect(root.trace.counts.call).to.equal(6);
  });

  it("begins a new trace for work that continues after its trace was dropped", () => {
    const tracer = tracerWith({ traces: 1 });
    const old = tracer.begin(START);
    tracer.begin(START);
    const later = tracer.begin(START, old);
    expect(later).to.include({ parent: undefined });
    expect(tracer.traces.has(later.trace.id)).to.equal(true);
  });

  it("marks a trace as a problem for failures, but not for a failed call that its function handled", () => {
    const tracer = tracerWith();
    const root = tracer.begin({ kind: "function", name: "worker" });
    finish(tracer.begin(START, root), "error");
    expect(root.trace.problem).to.equal(undefined);
    finish(tracer.begin(START, root), "denied");
    expect(root.trace.problem).to.equal("denied");
  });

  it("never goes back in time, so that causes come before effects", () => {
    const tracer = tracerWith();
    const starts = Array.from({ length: 1_000 }, () => tracer.begin(START).start);
    expect([...starts].sort((one, other) => one - other)).to.deep.equal(starts);
  });

  it("finds the span that a header names, and none for a foreign header", () => {
    const tracer = tracerWith();
    const root = tracer.begin(START);
    const child = tracer.begin(START, root);
    expect(tracer.named(`Root=${root.trace.id};Parent=${child.id}`)).to.equal(child);
    const many = Array.from({ length: 9 }, () => tracer.begin(START, root));
    for (const span of many)
      expect(tracer.named(`Root=${root.trace.id};Parent=${span.id}`)).to.equal(span);
    expect(tracer.named(`Root=${root.trace.id};Parent=ffffffffffffffff`)).to.equal(root);
    expect(tracer.named(`Root=${root.trace.id}`)).to.equal(root);
    expect(tracer.named("Root=1-5759e988-bd862e3fe1be46a994272793")).to.equal(undefined);
    expect(tracer.named("nonsense")).to.equal(undefined);
  });

  it("links two spans in both directions, and none to itself", () => {
    const tracer = tracerWith();
    const [one, other] = [tracer.begin(START), tracer.begin(START)];
    link(one, other, "redriven");
    link(one, one, "redriven");
    expect(one.links).to.deep.equal([{ why: "redriven", trace: other.trace.id, span: other.id }]);
    expect(other.links).to.deep.equal([{ why: "redriven", trace: one.trace.id, span: one.id }]);
  });
});
