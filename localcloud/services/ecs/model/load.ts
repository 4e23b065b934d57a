import type { MetricDatum } from "@aws-sdk/client-cloudwatch";
import type { ClockTimer } from "../../../core/clock";
import type { Utilisation } from "../../../core/load";
import { publishMetrics } from "../../../core/reports";
import type { Service } from "./model";
import { resolutionSeconds, UTILISATION_METRICS, type UtilisationMetric } from "./monitoring";
import type { EcsStore } from "../store";

/** What each running task of a service shows. */
export interface ServiceLoad {
  readonly cpu?: Utilisation;
  readonly memory?: Utilisation;
}

/**
 * The load that is put on services. While there is any, ECS reports it every minute, or every 20 seconds where the
 * service's monitoring says so, as it does on AWS only for services with running tasks. A service that nobody puts a
 * load on reports nothing, so that no timer runs in a program that does not look at it.
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
    this.reschedule();
  }

  of(service: Service): ServiceLoad | undefined {
    return this.loads.get(service);
  }

  /** The resolution of a service may have changed. */
  reschedule(): void {
    const { clock } = this.store.scope;
    clock.clearTimeout(this.timer);
    this.timer = undefined;
    if (this.loads.size === 0) return;
    const step = this.shortestResolution() * 1000;
    // Just before the period is over, so that an alarm which is judged then sees it.
    const due = Math.ceil((clock.now() + 2) / step) * step - 1;
    this.timer = clock.setTimeout(() => this.report(due + 1), due - clock.now());
  }

  private shortestResolution(): number {
    const all = [...this.loads.keys()].flatMap((service) =>
      UTILISATION_METRICS.map((metric) => resolutionSeconds(service.settings.monitoring, metric)),
    );
    return Math.min(...all);
  }

  /** Reports every period that ends at `end`, milliseconds. */
  private async report(end: number): Promise<void> {
    this.reschedule();
    const MetricData = [...this.loads].flatMap(([service, load]) => dataOf(service, load, end));
    if (MetricData.length === 0) return;
    await publishMetrics(this.store.scope, "ecs.amazonaws.com", {
      Namespace: "AWS/ECS",
      MetricData,
    });
  }
}

function dataOf(service: Service, load: ServiceLoad, end: number): MetricDatum[] {
  const running = runningTasks(service);
  if (running === 0) return [];
  const values: Readonly<Record<UtilisationMetric, Utilisation | undefined>> = {
    CPUUtilization: load.cpu,
    MemoryUtilization: load.memory,
  };
  return UTILISATION_METRICS.flatMap((metric): MetricDatum[] => {
    const value = values[metric];
    const seconds = resolutionSeconds(service.settings.monitoring, metric);
    if (value === undefined || end % (seconds * 1000) !== 0) return [];
    return [
      {
        MetricName: metric,
        Dimensions: [
          { Name: "ClusterName", Value: service.cluster.name },
          { Name: "ServiceName", Value: service.name },
        ],
        Timestamp: new Date(end - seconds * 1000),
        // One sample a task: the statistic SampleCount is how the running tasks are counted.
        Values: [typeof value === "number" ? value : value(running)],
        Counts: [running],
        Unit: "Percent",
        ...(seconds < 60 && { StorageResolution: 1 }),
      },
    ];
  });
}

function runningTasks(service: Service): number {
  return service.deployments
    .flatMap(({ tasks }) => [...tasks])
    .filter(({ lastStatus }) => lastStatus === "RUNNING").length;
}
