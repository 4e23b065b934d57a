import type { CloudEvents } from "../../core/events";

/**
 * The services that store the resources of a provider's module, where only calls change what is read of them. Not
 * listed are those that alarms and timers change as well (Auto Scaling, ECS, schedules, keys scheduled for deletion).
 */
const SERVICES: Readonly<Record<string, readonly string[]>> = {
  apigateway: ["api-gateway"],
  cloudwatch: ["cloudwatch", "cloudwatch-logs", "eventbridge"],
  dynamodb: ["dynamodb"],
  iam: ["iam"],
  lambda: ["lambda"],
  s3: ["s3"],
  sqs: ["sqs"],
  ssm: ["ssm"],
};

const READS = /^(Get|List|Describe|Head|Query|Scan|BatchGet|Filter|Simulate|Test)/;

/** Calls that write data into resources but do not change the resources. Any other call counts as a change. */
const DATA: ReadonlySet<string> = new Set([
  ...["cloudwatch.PutMetricData", "cloudwatch.SetAlarmState"],
  ...["cloudwatch-logs.CreateLogStream", "cloudwatch-logs.PutLogEvents"],
  ...["dynamodb.PutItem", "dynamodb.UpdateItem", "dynamodb.DeleteItem"],
  ...["dynamodb.BatchWriteItem", "dynamodb.TransactGetItems", "dynamodb.TransactWriteItems"],
  ...["eventbridge.PutEvents", "lambda.Invoke", "lambda.InvokeAsync"],
  ...["sqs.SendMessage", "sqs.SendMessageBatch", "sqs.ReceiveMessage", "sqs.PurgeQueue"],
  ...["sqs.DeleteMessage", "sqs.DeleteMessageBatch"],
  ...["sqs.ChangeMessageVisibility", "sqs.ChangeMessageVisibilityBatch"],
]);

/** One refresh of all deployed resources. */
export interface Reading {
  /** Checks that no resource of this type was changed since the last complete refresh began. */
  isUnchanged(type: string): boolean;
  /** Call when everything was read, or did not need to be. */
  end(): void;
}

/** Tracks which services of a cloud were changed, by anybody, since the deployed resources were last read. */
export class Changes {
  private readonly counts = new Map<string, number>();
  private last: ReadonlyMap<string, number> | undefined;

  constructor(events: CloudEvents) {
    events.on("call", ({ service, operation, outcome }) => {
      // A call that failed, or was interrupted by a fault, may still have had an effect.
      if (outcome === "denied" || READS.test(operation) || DATA.has(`${service}.${operation}`))
        return;
      this.counts.set(service, (this.counts.get(service) ?? 0) + 1);
    });
  }

  /** Forgets the last refresh, for a cloud that was reset. */
  forget(): void {
    this.last = undefined;
  }

  begin(): Reading {
    const { last } = this;
    // Changes during this refresh count for the next one.
    const now = new Map(this.counts);
    const isUnchanged = (service: string): boolean => last?.get(service) === now.get(service);
    return {
      isUnchanged: (type) => {
        const services = last && SERVICES[moduleOf(type)];
        return services?.every(isUnchanged) ?? false;
      },
      end: () => {
        this.last = now;
      },
    };
  }
}

/** `aws:sqs/queue:Queue` -> `sqs` */
function moduleOf(type: string): string {
  return type.split(":")[1]?.split("/")[0] ?? "";
}
