import type { MetricDatum } from "@aws-sdk/client-cloudwatch";

/** Counts one queue's activity since its last report. */
export class QueueTally {
  private readonly sizes: number[] = [];
  private deduplicatedCount = 0;
  private receivedCount = 0;
  private emptyCount = 0;
  private deletedCount = 0;

  /** @param onUse called when messages move, which makes the queue active. */
  constructor(private readonly onUse: () => void) {}

  /** @param bytes size of the message's body and attributes. */
  sent(bytes: number): void {
    this.sizes.push(bytes);
    this.onUse();
  }

  deduplicated(): void {
    this.deduplicatedCount += 1;
    this.onUse();
  }

  /** Counts one receive and the number of messages that it returned. */
  received(messages: number): void {
    this.receivedCount += messages;
    if (messages > 0) this.onUse();
    else this.emptyCount += 1;
  }

  deleted(): void {
    this.deletedCount += 1;
    this.onUse();
  }

  /** Returns the counts as metrics, including zeros, and resets them. The size metric is omitted without messages. */
  take(fifo: boolean): MetricDatum[] {
    const counts: [name: string, value: number][] = [
      ["NumberOfMessagesSent", this.sizes.length],
      ["NumberOfMessagesReceived", this.receivedCount],
      ["NumberOfMessagesDeleted", this.deletedCount],
      ["NumberOfEmptyReceives", this.emptyCount],
      ...(fifo
        ? [["NumberOfDeduplicatedSentMessages", this.deduplicatedCount] as [string, number]]
        : []),
    ];
    const data: MetricDatum[] = counts.map(([MetricName, Value]) => ({
      MetricName,
      Value,
      Unit: "Count",
    }));
    if (this.sizes.length > 0) data.push(sizeDatum(this.sizes));
    this.sizes.length = 0;
    this.deduplicatedCount = this.receivedCount = this.emptyCount = this.deletedCount = 0;
    return data;
  }
}

function sizeDatum(sizes: readonly number[]): MetricDatum {
  return {
    MetricName: "SentMessageSize",
    Unit: "Bytes",
    StatisticValues: {
      SampleCount: sizes.length,
      Sum: sizes.reduce((sum, size) => sum + size, 0),
      Minimum: sizes.reduce((least, size) => Math.min(least, size)),
      Maximum: sizes.reduce((most, size) => Math.max(most, size)),
    },
  };
}
