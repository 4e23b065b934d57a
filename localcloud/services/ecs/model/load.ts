import type { MetricDatum } from "@aws-sdk/client-cloudwatch";
import type { ClockTimer } from "../../../core/clock";
import { AwsError } from "../../../core/errors";
import { servicePrincipal } from "../../../core/principal";
import type { Service } from "./model";
import type { EcsStore } from "../store";

/** Utilisation in percent, or what it is with so many running tasks. */
export type Utilisation = number | ((runningTasks: number) => number);

export interface ServiceLoad {
  readonly cpu?: Utilisation;
  readonly memory?: Utilisation;
}

const MINUTE_MS = 60_000;

/**
 * The load that tests put on services. While there is any, ECS reports it every minute, as it does
 * on AWS only for services with running tasks.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html
 */
export class Load {
  private readonly loads = new Map<Service, ServiceLoad>();
  private timer: ClockTimer | undefined;

  constructor(private readonly store: EcsStore) {}

  /** Sets the load of a service, or with `undefined` ends its reports. */
  set(service: Service, load: ServiceLoad | undefined): void {
    if (load) this.loads.set(service, load);
    else this.loads.delete(service);
    this.schedule();
  }

  private schedule(): void {
    const { clock } = this.store.scope;
    if (this.loads.size === 0) {
      clock.clearTimeout(this.timer);
      this.timer = undefined;
    } else
      this.timer ??= clock.setTimeout(() => this.report(), MINUTE_MS - (clock.now() % MINUTE_MS));
  }

  private async report(): Promise<void> {
    this.timer = undefined;
    this.schedule();
    const data = [...this.loads].flatMap(([service, load]) => this.data(service, load));
    if (data.length > 0) await this.publish(data);
  }

  private data(service: Service, { cpu, memory }: ServiceLoad): MetricDatum[] {
    const running = service.deployments
      .flatMap(({ tasks }) => [...tasks])
      .filter(({ lastStatus }) => lastStatus === "RUNNING").length;
    if (running === 0) return [];
    const at = (value: Utilisation): number => (typeof value === "number" ? value : value(running));
    const metrics = { CPUUtilization: cpu, MemoryUtilization: memory };
    return Object.entries(metrics).flatMap(([MetricName, value]): MetricDatum[] =>
      value === undefined
        ? []
        : [
            {
              MetricName,
              Dimensions: [
                { Name: "ClusterName", Value: service.cluster.name },
                { Name: "ServiceName", Value: service.name },
              ],
              Timestamp: new Date(this.store.scope.clock.now() - MINUTE_MS),
              Value: at(value),
              Unit: "Percent",
            },
          ],
    );
  }

  private async publish(MetricData: MetricDatum[]): Promise<void> {
    const { cloud, region } = this.store.scope;
    try {
      await cloud.call({
        service: "cloudwatch",
        operation: "PutMetricData",
        input: { Namespace: "AWS/ECS", MetricData },
        principal: servicePrincipal("ecs.amazonaws.com"),
        region,
      });
    } catch (error) {
      // Metrics that CloudWatch does not take are lost, as on AWS; the service goes on.
      if (!(error instanceof AwsError)) throw error;
    }
  }
}
