import { randomUUID } from "node:crypto";
import type { Message, ReceiveMessageRequest, ReceiveMessageResult } from "@aws-sdk/client-sqs";
import { begin, detached, finish, link, markOf, within, type Span } from "../../../core/trace";
import { parseFilters, type EventFilter } from "../model/eventFilter";
import { functionArn } from "../model/functionReference";
import type { EventSourceMapping, LambdaFunction } from "../model/model";
import { resolveVersion } from "../model/resolve";
import type { Activity } from "../runtime/activity";
import type { LambdaStore } from "../store";
import { failedItems } from "./batchResponse";
import { sqsEvent } from "./sqsEvent";

/** Longest wait of one ReceiveMessage call, in seconds, and below it the largest batch. */
const LONG_POLL_S = 20;
const RECEIVE_LIMIT = 10;

/**
 * Number of batches that Lambda processes concurrently at first. AWS adds more as the queue grows; this cloud does
 * not.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const DEFAULT_CONCURRENCY = 5;

/** Pause after a failed receive, e.g. because the queue or a permission was deleted. It doubles with each failure. */
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;

/** The events of a batch must fit into one synchronous invocation. */
const MAX_BATCH_BYTES = 6_291_456 - 64 * 1024;

/** Polls a queue as the function's role and invokes the function with batches of its messages. */
export class SqsPoller {
  private readonly stopping = new AbortController();
  private readonly queueUrl: string;
  private readonly passes: EventFilter;
  private inFlight = 0;
  private slotFreed: (() => void) | undefined;

  constructor(
    private readonly store: LambdaStore,
    private readonly mapping: EventSourceMapping,
    private readonly successor: () => SqsPoller | undefined,
  ) {
    this.queueUrl = store.queueUrl(mapping.sourceArn);
    this.passes = parseFilters(mapping.filters);
  }

  start(): void {
    // Not tracked as work: a long poll ends only when the clock moves.
    void detached(() => this.poll());
  }

  /** Stops receiving messages. Batches that the function is processing finish. */
  stop(): void {
    this.stopping.abort();
    this.slotFreed?.();
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async poll(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.stopped) {
      await this.freeSlot();
      try {
        const batch = await this.collect();
        pauseMs = FIRST_PAUSE_MS;
        if (batch.length > 0) this.hand(batch);
      } catch {
        if (this.stopped) return;
        this.note("PROBLEM: Function call failed");
        await this.store.clock.sleep(pauseMs, this.stopping.signal).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
      }
    }
  }

  /**
   * Collects the messages of one invocation: those of one receive, or those that arrive within the batching window.
   */
  private async collect(): Promise<Message[]> {
    const { batchSize, batchingWindow } = this.mapping;
    const batch = await this.receive(Math.min(batchSize, RECEIVE_LIMIT), LONG_POLL_S);
    if (batch.length === 0 || batchingWindow === 0) return batch;
    const until = this.store.clock.now() + batchingWindow * 1000;
    while (batch.length < batchSize && bytes(batch) < MAX_BATCH_BYTES && !this.stopped) {
      const seconds = Math.floor((until - this.store.clock.now()) / 1000);
      if (seconds < 1) break;
      const more = Math.min(batchSize - batch.length, RECEIVE_LIMIT);
      batch.push(...(await this.receive(more, Math.min(seconds, LONG_POLL_S))));
    }
    return batch;
  }

  /** Returns the received messages that pass the filters; all if the mapping has changed, for its next poller. */
  private async receive(most: number, waitSeconds: number): Promise<Message[]> {
    const input: ReceiveMessageRequest = {
      QueueUrl: this.queueUrl,
      MaxNumberOfMessages: most,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    };
    const { Messages = [] } = await this.callQueue<ReceiveMessageResult>("ReceiveMessage", input);
    return this.stopped ? Messages : this.sift(Messages);
  }

  /** Returns the messages that pass the filters. As on AWS, the others are deleted. */
  private async sift(messages: readonly Message[]): Promise<Message[]> {
    const passing = messages.filter(({ Body = "" }) => this.passes(Body));
    const dropped = messages.filter((message) => !passing.includes(message));
    await Promise.all(dropped.map((message) => this.delete(message)));
    return passing;
  }

  /**
   * Processes a batch. A poller that was stopped during its long poll leaves the batch to the poller that replaced
   * it.
   */
  private hand(batch: Message[]): void {
    const poller = this.stopped ? this.successor() : this;
    if (!poller || this.store.stopped) return;
    const by = causeOf(batch);
    within(by, () =>
      this.store.track((activity) =>
        poller.process(batch, activity).finally(() => by?.kind === "batch" && finish(by)),
      ),
    );
  }

  private async process(received: readonly Message[], activity: Activity): Promise<void> {
    this.inFlight += 1;
    try {
      // A batch that a stopped poller has received is not filtered yet.
      const batch = await this.sift(received);
      if (batch.length === 0) return;
      await Promise.all(
        (await this.succeeded(batch, activity)).map((message) => this.delete(message)),
      );
    } finally {
      this.inFlight -= 1;
      this.slotFreed?.();
    }
  }

  /** Returns the messages that the function processed. The others reappear when their visibility timeout ends. */
  private async succeeded(
    batch: readonly Message[],
    activity: Activity,
  ): Promise<readonly Message[]> {
    const target = this.target();
    const version = target && resolveVersion(target, this.mapping.qualifier, this.store.random);
    if (!target || !version) return [];
    const { qualifier, sourceArn, reportsItemFailures } = this.mapping;
    try {
      const event = sqsEvent(batch, sourceArn, this.store.region);
      const outcome = await this.store.invoker.invoke(
        target,
        version,
        {
          requestId: randomUUID(),
          payload: JSON.stringify(event),
          invokedArn: functionArn(this.store.place, target.name, qualifier),
        },
        qualifier,
        activity,
      );
      this.note(outcome.failure ? "PROBLEM: Function call failed" : "OK");
      if (outcome.failure) return [];
      if (!reportsItemFailures) return batch;
      const failed = failedItems(outcome.payload, new Set(batch.map((one) => one.MessageId ?? "")));
      return failed ? batch.filter(({ MessageId }) => !failed.has(MessageId ?? "")) : [];
    } catch {
      // The invocation was throttled or the role cannot be assumed. The receive count has increased all the same.
      this.note("PROBLEM: Function call failed");
      return [];
    }
  }

  private async delete(message: Message): Promise<void> {
    const input = { QueueUrl: this.queueUrl, ReceiptHandle: message.ReceiptHandle };
    // A message that cannot be deleted is delivered again, as on AWS.
    await this.callQueue("DeleteMessage", input).catch(() =>
      this.note("PROBLEM: DeleteMessage failed"),
    );
  }

  private async callQueue<Output>(operation: string, input: object): Promise<Output> {
    const target = this.target();
    if (!target) throw new Error(`The function ${this.mapping.functionName} does not exist.`);
    const principal = this.store.roles.principal(target.latest.settings.role, target.name);
    const { cloud, region } = this.store;
    // The poller's own calls belong to no trace.
    return detached(() =>
      cloud.call<Output>({ service: "sqs", operation, input, principal, region }),
    );
  }

  private target(): LambdaFunction | undefined {
    return this.store.functions.get(this.mapping.functionName);
  }

  private note(result: string): void {
    this.mapping.lastResult = result;
  }

  private async freeSlot(): Promise<void> {
    while (
      this.inFlight >= (this.mapping.maximumConcurrency ?? DEFAULT_CONCURRENCY) &&
      !this.stopped
    )
      await new Promise<void>((resolve) => (this.slotFreed = resolve));
  }
}

/**
 * Returns the span of the message that a batch came from. If there are several, the batch becomes a child of the
 * first one, and the others are linked to it.
 */
function causeOf(batch: readonly Message[]): Span | undefined {
  const [first, ...others] = new Set(batch.flatMap((message) => markOf(message) ?? []));
  if (others.length === 0) return first;
  const span = begin({ kind: "batch", name: `${batch.length} messages` }, first);
  for (const other of others) link(span, other, "of the same batch");
  return span;
}

function bytes(messages: readonly Message[]): number {
  return messages.reduce((sum, { Body }) => sum + Buffer.byteLength(Body ?? ""), 0);
}
