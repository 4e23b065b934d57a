/** A utilisation in percent, or what it is with so many running tasks (only in process). */
export type Utilisation = number | ((runningTasks: number) => number);

/**
 * What every running task of a service shows, held whatever their count, until it is set anew. A member that is left
 * out keeps its value; `null` ends its reports.
 */
export interface ServiceLoad {
  readonly cluster: string;
  readonly service: string;
  readonly cpuPercent?: Utilisation | null;
  readonly memoryPercent?: Utilisation | null;
  /** Default: the cloud's. */
  readonly region?: string;
}

/** What every instance of an Auto Scaling group that is in service shows, held until it is set anew; `null` ends it. */
export interface GroupLoad {
  readonly autoScalingGroup: string;
  readonly cpuPercent: number | null;
  /** Default: the cloud's. */
  readonly region?: string;
}

/** How many tasks a cluster has room for, whatever runs them; `null` = no limit. */
export interface ClusterCapacity {
  readonly cluster: string;
  readonly tasks: number | null;
  /** Default: the cloud's. */
  readonly region?: string;
}

/** A control request that does not go: what was given, what is allowed, what to do. */
export class BadControlRequest extends Error {
  override readonly name = "BadControlRequest";
}

/** Something in a service that tests and people may set while it runs: an endpoint of the cloud's own. */
export interface Control<Store> {
  /** Fields of the request besides `region`; services that share an endpoint are told apart by them. */
  readonly fields: readonly string[];
  /** @throws BadControlRequest */
  set(input: Readonly<Record<string, unknown>>, store: Store): unknown;
}
