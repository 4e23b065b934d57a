import type { MetricDatum } from "@aws-sdk/client-cloudwatch";
import type { ClockTimer } from "../../../core/clock";
import { servicePrincipal } from "../../../core/principal";
import type { StoreScope } from "../../../core/service";
import type { Queue } from "./queue";

const MINUTE_MS = 60_000;

/**
 * A queue is active, and reported, for this long after its last use, and while it has messages.
 * Source:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html
 */
const ACTIVE_MS = 6 * 3_600_000;

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const MAX_DATA = 1000;

/**
 * Publishes the metrics of a region's active queues every minute, as SQS does. On AWS every call on a queue counts as
 * activity; here only a moving message does. Otherwise a poller on an empty queue would keep it active forever, and a
 * test that advances the clock by a week has to stay below a second. While no queue is active, no timer runs.
 */
export class QueueReports {
  private timer: ClockTimer | undefined;

  constructor(
    private readonly scope: StoreScope,
    private readonly queues: () => Iterable<Queue>,
  ) {}

  /** Starts reporting if it is not already running. */
  begin(): void {
    if (this.timer) return;
    const { clock } = this.scope;
    // Just before the end of the minute, so that an alarm evaluated at its end sees the data.
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
      // Queues work without CloudWatch, and when it fails.
      .catch(() => undefined);
  }
}

function isActive(queue: Queue, now: number): boolean {
  const { delayed, visible, inFlight } = queue.count();
  return delayed + visible + inFlight > 0 || (queue.usedAt ?? -Infinity) > now - ACTIVE_MS;
}

/**
 * Returns the metrics that SQS reports for an active queue.
 * Source:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
function queueMetrics(queue: Queue, now: number): MetricDatum[] {
  const { delayed, visible, inFlight } = queue.count();
  const count = (MetricName: string, Value: number): MetricDatum => ({
    MetricName,
    Value,
    Unit: "Count",
  });
  const oldest = oldestArrival(queue);
  return [
    ...queue.tally.take(queue.fifo),
    count("ApproximateNumberOfMessagesVisible", visible),
    count("ApproximateNumberOfMessagesNotVisible", inFlight),
    count("ApproximateNumberOfMessagesDelayed", delayed),
    ...(queue.fifo
      ? [count("ApproximateNumberOfGroupsWithInflightMessages", groupsInFlight(queue))]
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

/**
 * Returns when the oldest message arrived, in milliseconds; undefined without messages. On a standard queue,
 * messages that were received three or more times are excluded, because they would hide the age of the others.
 * Source:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
function oldestArrival(queue: Queue): number | undefined {
  let oldest: number | undefined;
  for (const { arrivedAt, receivesHere } of queue.messages())
    if (queue.fifo || receivesHere < 3) oldest = Math.min(oldest ?? arrivedAt, arrivedAt);
  return oldest;
}

/** Returns the number of message groups that have a message in flight. */
function groupsInFlight(queue: Queue): number {
  const inFlight = queue.messages().filter(({ state }) => state === "inFlight");
  return new Set(inFlight.map(({ content }) => content.groupId)).size;
}
