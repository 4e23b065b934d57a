/** A utilization in percent, or a function of the number of running tasks (only in process). */
export type Utilisation = number | ((runningTasks: number) => number);

/**
 * Simulated metrics of every running task of a service, independent of their number, until they are set again. An
 * omitted member keeps its value; `null` ends its reports.
 */
export interface ServiceLoad {
  readonly cluster: string;
  readonly service: string;
  readonly cpuPercent?: Utilisation | null;
  readonly memoryPercent?: Utilisation | null;
  /** Default: the cloud's. */
  readonly region?: string;
}

/**
 * Simulated metrics of every in-service instance of an Auto Scaling group, until they are set again; `null` ends the
 * reports.
 */
export interface GroupLoad {
  readonly autoScalingGroup: string;
  readonly cpuPercent: number | null;
  /** Default: the cloud's. */
  readonly region?: string;
}

/** How many tasks a cluster has room for, of any launch type; `null` = no limit. */
export interface ClusterCapacity {
  readonly cluster: string;
  readonly tasks: number | null;
  /** Default: the cloud's. */
  readonly region?: string;
}

/** An invalid control request: what was given, what is allowed, what to do. */
export class BadControlRequest extends Error {
  override readonly name = "BadControlRequest";
}

/** A control endpoint: tests and people can change a service with it while the cloud runs. */
export interface Control<Store> {
  /** Fields of the request besides `region`; they decide between services that share an endpoint. */
  readonly fields: readonly string[];
  /** @throws BadControlRequest */
  set(input: Readonly<Record<string, unknown>>, store: Store): unknown;
}
