import { expect } from "chai";
import * as fc from "fast-check";
import { VirtualClock } from "../../../core/clock";
import { Queue } from "../../../services/sqs/model/queue";
import type { QueueContext } from "../../../services/sqs/model/queueContext";
import type { ReceivedMessage } from "../../../services/sqs/model/receiver";
import { QueueSettings } from "../../../services/sqs/model/queueSettings";

/** Expected state of a message, modelled without the queue's own code. */
interface ModelMessage {
  readonly body: string;
  readonly group: string;
  /** Instant from which it can be received. */
  visibleAt: number;
  handle?: string;
}

interface Model {
  now: number;
  sent: number;
  /** In order of sending. */
  messages: ModelMessage[];
  /** Handles that are no longer valid. */
  stale: string[];
}

interface Real {
  readonly queue: Queue;
  readonly clock: VirtualClock;
  readonly fifo: boolean;
}

type Command = fc.AsyncCommand<Model, Real>;

const START = 1_000_000;
const VISIBILITY_SECONDS = 10;
/** Long enough that no message expires in a run. */
const RETENTION_SECONDS = 1_209_600;

class Send implements Command {
  constructor(
    readonly group: string,
    readonly delay: number,
  ) {}
  check = (): boolean => true;
  async run(model: Model, { queue, fifo }: Real): Promise<void> {
    const body = `${(model.sent += 1)}`;
    const delay = fifo ? 0 : this.delay;
    const groupId = fifo ? this.group : undefined;
    queue.send({ body, attributes: {}, senderId: "s", groupId, deduplicationId: body }, delay);
    model.messages.push({ body, group: this.group, visibleAt: model.now + delay * 1000 });
  }
  toString = (): string => `send(${this.group}, delay ${this.delay})`;
}

class Receive implements Command {
  constructor(
    readonly max: number,
    readonly visibilitySeconds: number | undefined,
  ) {}
  check = (): boolean => true;
  async run(model: Model, { queue, fifo }: Real): Promise<void> {
    const available = fifo
      ? availableFifo(model)
      : model.messages.filter((m) => isVisible(m, model));
    const { max, visibilitySeconds } = this;
    const received = queue.receive({ max, visibilitySeconds });
    expect(received.length).to.equal(Math.min(max, available.length));
    for (const message of received) take(model, available, message, visibilitySeconds);
    if (fifo) expectGroupOrder(available, received);
  }
  toString = (): string => `receive(${this.max}, ${this.visibilitySeconds})`;
}

class Delete implements Command {
  constructor(readonly pick: number) {}
  check = (model: Model): boolean => held(model).length > 0;
  async run(model: Model, { queue }: Real): Promise<void> {
    const message = held(model)[this.pick % held(model).length];
    queue.delete(message.handle ?? "");
    model.messages = model.messages.filter((other) => other !== message);
  }
  toString = (): string => `delete(${this.pick})`;
}

class DeleteStale implements Command {
  constructor(readonly pick: number) {}
  check = (model: Model): boolean => model.stale.length > 0;
  async run(model: Model, { queue, fifo }: Real): Promise<void> {
    const handle = model.stale[this.pick % model.stale.length];
    try {
      queue.delete(handle);
    } catch (error) {
      // Only a FIFO queue refuses, and only while the message is visible again.
      expect(fifo && error instanceof Error && error.message).to.match(/handle has expired/);
    }
  }
  toString = (): string => `deleteStale(${this.pick})`;
}

class ChangeVisibility implements Command {
  constructor(
    readonly pick: number,
    readonly seconds: number,
  ) {}
  check = (model: Model): boolean => held(model).length > 0;
  async run(model: Model, { queue }: Real): Promise<void> {
    const message = held(model)[this.pick % held(model).length];
    queue.changeVisibility(message.handle ?? "", this.seconds);
    message.visibleAt = model.now + this.seconds * 1000;
  }
  toString = (): string => `changeVisibility(${this.pick}, ${this.seconds})`;
}

class Advance implements Command {
  constructor(readonly seconds: number) {}
  check = (): boolean => true;
  async run(model: Model, { clock }: Real): Promise<void> {
    await clock.advance(this.seconds * 1000);
    model.now += this.seconds * 1000;
  }
  toString = (): string => `advance(${this.seconds})`;
}

/** Returns the messages in flight whose handle is still valid. */
function held(model: Model): ModelMessage[] {
  return model.messages.filter((message) => message.handle && !isVisible(message, model));
}

function isVisible(message: ModelMessage, model: Model): boolean {
  return message.visibleAt <= model.now;
}

/** Returns the messages of groups without a hidden message, in order. */
function availableFifo(model: Model): ModelMessage[] {
  const blocked = new Set(
    model.messages.filter((m) => !isVisible(m, model)).map(({ group }) => group),
  );
  return model.messages.filter(({ group }) => !blocked.has(group));
}

function take(
  model: Model,
  available: readonly ModelMessage[],
  received: ReceivedMessage,
  visibilitySeconds = VISIBILITY_SECONDS,
): void {
  const message = available.find(({ body }) => body === received.content.body);
  if (!message) throw new Error(`received ${received.content.body}, which is hidden or deleted`);
  if (message.handle) model.stale.push(message.handle);
  expect(model.stale).not.to.include(received.receiptHandle);
  message.handle = received.receiptHandle;
  message.visibleAt = model.now + visibilitySeconds * 1000;
}

function expectGroupOrder(
  available: readonly ModelMessage[],
  received: readonly ReceivedMessage[],
): void {
  for (const group of new Set(available.map((message) => message.group))) {
    const order = available.filter((m) => m.group === group).map(({ body }) => body);
    const got = received
      .filter(({ content }) => content.groupId === group)
      .map(({ content }) => content.body);
    expect(got).to.deep.equal(order.slice(0, got.length));
  }
}

function setup(fifo: boolean): { model: Model; real: Real } {
  const clock = new VirtualClock("manual", START);
  const settings = new QueueSettings({
    VisibilityTimeout: `${VISIBILITY_SECONDS}`,
    MessageRetentionPeriod: `${RETENTION_SECONDS}`,
    ...(fifo && { FifoQueue: "true" }),
  });
  const context: QueueContext = {
    clock,
    deadLetterTarget: () => undefined,
    nextSequenceNumber: () => "1",
    used: () => undefined,
  };
  const name = fifo ? "q.fifo" : "q";
  const queue = new Queue(name, `arn:aws:sqs:us-east-1:1:${name}`, settings, context);
  return { model: { now: START, sent: 0, messages: [], stale: [] }, real: { queue, clock, fifo } };
}

const commands = fc.commands<Model, Real, false>(
  [
    fc
      .tuple(fc.constantFrom("g", "h", "i"), fc.constantFrom(0, 0, 5))
      .map(([group, delay]) => new Send(group, delay)),
    fc
      .tuple(fc.integer({ min: 1, max: 10 }), fc.constantFrom(undefined, 0, 3, 30))
      .map(([max, visibility]) => new Receive(max, visibility)),
    fc.nat(9).map((pick) => new Delete(pick)),
    fc.nat(9).map((pick) => new DeleteStale(pick)),
    fc
      .tuple(fc.nat(9), fc.constantFrom(0, 1, 20))
      .map(([pick, seconds]) => new ChangeVisibility(pick, seconds)),
    fc.integer({ min: 1, max: 12 }).map((seconds) => new Advance(seconds)),
  ],
  { maxCommands: 60, size: "max" },
);

describe("A queue against its model", () => {
  for (const [fifo, kind] of [
    [false, "standard"],
    [true, "FIFO"],
  ] as const) {
    it(`loses no message of a ${kind} queue and delivers none that is hidden`, async () => {
      await fc.assert(
        fc.asyncProperty(commands, async (sequence) => {
          const { model, real } = setup(fifo);
          await fc.asyncModelRun(() => ({ model, real }), sequence);
          // At the end, every message that was not deleted can still be received exactly once.
          await real.clock.advance(3_600_000);
          const rest: string[] = [];
          for (;;) {
            const batch = real.queue.receive({ max: 10, visibilitySeconds: 43_200 });
            if (batch.length === 0) break;
            rest.push(...batch.map(({ content }) => content.body));
            for (const { receiptHandle } of batch) real.queue.delete(receiptHandle);
          }
          expect(rest.sort()).to.deep.equal(model.messages.map(({ body }) => body).sort());
        }),
        { numRuns: 300 },
      );
    });
  }

  it("has at most 120 000 messages of a standard queue in flight", () => {
    const { queue } = setup(false).real;
    for (let i = 0; i <= 120_000; i += 1) queue.send({ body: "x", attributes: {}, senderId: "s" });
    for (let i = 0; i < 12_000; i += 1) expect(queue.receive({ max: 10 })).to.have.length(10);
    expect(queue.count()).to.deep.equal({ visible: 1, inFlight: 120_000, delayed: 0 });
    expect(() => queue.receive({ max: 1 }))
      .to.throw()
      .with.property("code", "OverLimit");
  });
});
