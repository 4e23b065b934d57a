import type { MetricDatum } from "@aws-sdk/client-cloudwatch";
import type { ClockTimer } from "../../../core/clock";
import type { Utilisation } from "../../../core/load";
import { publishMetrics } from "../../../core/reports";
import type { Service } from "./model";
import { resolutionSeconds, UTILISATION_METRICS, type UtilisationMetric } from "./monitoring";
import type { EcsStore } from "../store";

/** Metrics that each running task of a service reports. */
export interface ServiceLoad {
  readonly cpu?: Utilisation;
  readonly memory?: Utilisation;
}

/**
 * The simulated load of services. While there is any, ECS reports it every minute, or every 20 seconds if the
 * service's monitoring is configured so; as on AWS, only for services with running tasks. A service without a
 * simulated load reports nothing, so that programs which do not use its metrics have no timer.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html
 */
export class Load {
  private readonly loads = new Map<Service, ServiceLoad>();
  private timer: ClockTimer | undefined;

  constructor(private readonly store: EcsStore) {}

  /** Sets the load of a service; `undefined` stops its reports. */
  set(service: Service, load: ServiceLoad | undefined): void {
    if (load) this.loads.set(service, load);
    else this.loads.delete(service);
    this.reschedule();
  }

  of(service: Service): ServiceLoad | undefined {
    return this.loads.get(service);
  }

  /** Restarts the timer; call it when the resolution of a service may have changed. */
  reschedule(): void {
    const { clock } = this.store.scope;
    clock.clearTimeout(this.timer);
    this.timer = undefined;
    if (this.loads.size === 0) return;
    const step = this.shortestResolution() * 1000;
    // Just before the end of the period, so that an alarm evaluated at its end sees the data.
    const due = Math.ceil((clock.now() + 2) / step) * step - 1;
    this.timer = clock.setTimeout(() => this.report(due + 1), due - clock.now());
  }

  private shortestResolution(): number {
    const all = [...this.loads.keys()].flatMap((service) =>
      UTILISATION_METRICS.map((metric) => resolutionSeconds(service.settings.monitoring, metric)),
    );
    return Math.min(...all);
  }

  /** Reports all periods that end at `end`, in milliseconds. */
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
        // One sample per task, so that the statistic SampleCount is the number of running tasks.
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
