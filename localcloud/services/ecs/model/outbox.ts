import { AwsError } from "../../../core/errors";
import { servicePrincipal } from "../../../core/principal";
import type { StoreScope } from "../../../core/service";

/** An event for EventBridge. */
export interface EcsEvent {
  readonly detailType:
    | "ECS Container Instance State Change"
    | "ECS Deployment State Change"
    | "ECS Service Action"
    | "ECS Task State Change";
  readonly resource: string;
  readonly detail: object;
}

/** Maximum number of entries of one PutEvents call. */
const MAX_ENTRIES = 10;

/** Events that wait until a change is complete, so that they are sent in order and in batches. */
export class Outbox {
  private waiting: EcsEvent[] = [];

  constructor(private readonly scope: StoreScope) {}

  add(event: EcsEvent): void {
    this.waiting.push(event);
  }

  /** Sends all waiting events. Resolves when EventBridge has tried each target once. */
  async flush(): Promise<void> {
    const events = this.waiting;
    this.waiting = [];
    const Time = this.scope.clock.date();
    for (let from = 0; from < events.length; from += MAX_ENTRIES)
      await this.put(
        events.slice(from, from + MAX_ENTRIES).map(({ detailType, resource, detail }) => ({
          Source: "aws.ecs",
          DetailType: detailType,
          Resources: [resource],
          Detail: JSON.stringify(detail),
          Time,
        })),
      );
  }

  private async put(Entries: object[]): Promise<void> {
    const { cloud, region } = this.scope;
    try {
      await cloud.call({
        service: "eventbridge",
        operation: "PutEvents",
        input: { Entries },
        principal: servicePrincipal("ecs.amazonaws.com"),
        region,
      });
    } catch (error) {
      // A cloud may run without EventBridge; ECS works without a receiver of events, as on AWS.
      if (!(error instanceof AwsError)) throw error;
    }
  }
}
