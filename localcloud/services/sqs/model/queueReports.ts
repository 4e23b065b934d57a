import type { MetricDatum } from "@aws-sdk/client-cloudwatch";
import type { ClockTimer } from "../../../core/clock";
import { servicePrincipal } from "../../../core/principal";
import type { StoreScope } from "../../../core/service";
import type { Queue } from "./queue";

const MINUTE_MS = 60_000;

/**
 * A queue is reported for so long after it was used, and as long as it holds messages.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html
 */
const ACTIVE_MS = 6 * 3_600_000;

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const MAX_DATA = 1000;

/**
 * Publishes the metrics of the active queues of a region, every minute, as SQS does. To AWS every call on a queue is
 * activity; here it is a message that moves: a poller asks an empty queue for messages for ever, and a week of that
 * must not cost a test more than a second. While no queue is active no timer runs.
 */
export class QueueReports {
  private timer: ClockTimer | undefined;

  constructor(
    private readonly scope: StoreScope,
    private readonly queues: () => Iterable<Queue>,
  ) {}

  /** Begins to report, when nothing was reported so far. */
  begin(): void {
    if (this.timer) return;
    const { clock } = this.scope;
    // Just before the minute is over, so that an alarm which is judged then sees it.
    const due = Math.ceil((clock.now() + 2) / MINUTE_MS) * MINUTE_MS - 1;
    this.timer = clock.setTimeout(() => this.report(), due - clock.now());
  }

  private async report(): Promise<void> {
    this.timer = undefined;
    const now = this.scope.clock.now();
    const active = [...this.queues()].filter((queue) => isActive(queue, now));
    if (active.length === 0) return;
    this.begin();
    const Timestamp = new Date(Math.floor(now / MINUTE_MS) * MINUTE_MS);
    const data = active.flatMap((queue) => {
      const Dimensions = [{ Name: "QueueName", Value: queue.name }];
      return queueMetrics(queue, now).map((datum) => ({ ...datum, Dimensions, Timestamp }));
    });
    for (let from = 0; from < data.length; from += MAX_DATA)
      await this.put(data.slice(from, from + MAX_DATA));
  }

  private async put(MetricData: MetricDatum[]): Promise<void> {
    const { cloud, region } = this.scope;
    await cloud
      .call({
        service: "cloudwatch",
        operation: "PutMetricData",
        input: { Namespace: "AWS/SQS", MetricData },
        principal: servicePrincipal("sqs.amazonaws.com"),
        region,
      })
      // A cloud without CloudWatch, or one whose CloudWatch fails, keeps its queues all the same.
      .catch(() => undefined);
  }
}

function isActive(queue: Queue, now: number): boolean {
  const { delayed, visible, inFlight } = queue.count();
  return delayed + visible + inFlight > 0 || (queue.usedAt ?? -Infinity) > now - ACTIVE_MS;
}

/**
 * What SQS reports of an active queue, and when.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
function queueMetrics(queue: Queue, now: number): MetricDatum[] {
  const { delayed, visible, inFlight } = queue.count();
  const count = (MetricName: string, Value: number): MetricDatum => ({
    MetricName,
    Value,
    Unit: "Count",
  });
  const oldest = queue.oldestArrival();
  return [
    ...queue.tally.take(queue.fifo),
    count("ApproximateNumberOfMessagesVisible", visible),
    count("ApproximateNumberOfMessagesNotVisible", inFlight),
    count("ApproximateNumberOfMessagesDelayed", delayed),
    ...(queue.fifo
      ? [count("ApproximateNumberOfGroupsWithInflightMessages", queue.groupsInFlight())]
      : []),
    ...(oldest === undefined
      ? []
      : [
          {
            MetricName: "ApproximateAgeOfOldestMessage",
            Value: Math.floor((now - oldest) / 1000),
            Unit: "Seconds" as const,
          },
        ]),
  ];
}
