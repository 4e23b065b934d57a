import type { CloudEvents } from "../core/events";

/**
 * Where the resources of a module of the provider live, if only calls change what is read of them: alarms and timers
 * do so elsewhere (Auto Scaling, ECS, schedules, keys that wait for their deletion).
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

/** Calls that write into resources and leave what they are. Any other is taken for a change. */
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

/** One reading of all that is deployed. */
export interface Reading {
  /** Whether nobody has changed a resource of this type since the last whole reading began. */
  isUnchanged(type: string): boolean;
  /** Everything was read, or needed not to be. */
  end(): void;
}

/** Which services of a cloud have been changed, by anybody, since what is deployed there was last read. */
export class Changes {
  private readonly counts = new Map<string, number>();
  private last: ReadonlyMap<string, number> | undefined;

  constructor(events: CloudEvents) {
    events.on("call", ({ service, operation, outcome }) => {
      // A call that a fault cut short or an error ended may have had its effect.
      if (outcome === "denied" || READS.test(operation) || DATA.has(`${service}.${operation}`))
        return;
      this.counts.set(service, (this.counts.get(service) ?? 0) + 1);
    });
  }

  /** For a cloud that has forgotten everything: nothing is known of it. */
  forget(): void {
    this.last = undefined;
  }

  begin(): Reading {
    const { last } = this;
    // What is changed while it is read counts for the next time.
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
