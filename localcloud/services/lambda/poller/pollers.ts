import type { EventSourceMapping } from "../model/model";
import type { LambdaStore } from "../store";
import { SqsPoller } from "./sqsPoller";

/** The pollers of the enabled event source mappings. */
export class Pollers {
  private readonly running = new Map<EventSourceMapping, SqsPoller>();

  constructor(private readonly store: LambdaStore) {}

  /** Starts or stops the mapping's poller according to `enabled`. */
  apply(mapping: EventSourceMapping): void {
    const poller = this.running.get(mapping);
    if (mapping.enabled && !poller) {
      const started = new SqsPoller(this.store, mapping, () => this.successor(mapping));
      this.running.set(mapping, started);
      started.start();
    } else if (!mapping.enabled && poller) {
      this.running.delete(mapping);
      poller.stop();
    }
  }

  stop(): void {
    for (const poller of this.running.values()) poller.stop();
    this.running.clear();
  }

  /** Returns the poller that takes over the messages which a stopped poller received last. */
  private successor(stopped: EventSourceMapping): SqsPoller | undefined {
    for (const [mapping, poller] of this.running)
      if (mapping.sourceArn === stopped.sourceArn && mapping.functionName === stopped.functionName)
        return poller;
    return undefined;
  }
}
