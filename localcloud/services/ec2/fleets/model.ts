import type { HistoryRecord } from "@aws-sdk/client-ec2";
import type { ClockTimer } from "../../../core/clock";
import type { Tags } from "../../../entities/tags";
import type { Market } from "../catalog/poolLimits";

/** A capacity pool: one instance type in one subnet or zone, launched from one template. */
export interface Pool {
  readonly instanceType: string;
  /** Name of the Availability Zone. */
  readonly zone: string;
  /** Number of capacity units per instance. */
  readonly weight: number;
  readonly priority?: number;
  /** Parameters of RunInstances except those of the market. */
  readonly launch: object;
  /** The pool's settings as responses show them. */
  readonly reported: object;
}

/** An instance of a fleet. */
export interface FleetMember {
  readonly id: string;
  readonly pool: Pool;
  readonly market: Market;
  /** True after a rebalance recommendation: a replacement is launched for it. */
  atRisk?: boolean;
  /** Timer of its termination after its replacement was launched. */
  leaves?: ClockTimer;
}

/** States after the end are `<ended>_running`, `<ended>_terminating` and `<ended>`. */
export type FleetState = "submitted" | "active" | "modifying" | "ended" | "ending" | "leftRunning";

/** A Spot Fleet request or an EC2 Fleet. */
export interface Fleet {
  readonly id: string;
  readonly kind: "spotFleet" | "ec2Fleet";
  readonly type: "maintain" | "request";
  /** The original request, for responses. */
  asked: object;
  readonly tags: Tags;
  readonly createdAt: Date;
  /** Role that a Spot Fleet uses. */
  readonly roleArn?: string;
  readonly strategy: string;
  readonly poolsToUse: number;
  readonly rebalance?: { readonly replacement: string; readonly terminationDelay?: number };
  readonly replacesUnhealthy: boolean;
  pools: Pool[];
  state: FleetState;
  /** In units of capacity. */
  target: number;
  onDemandTarget: number;
  /**
   * True if instances above a lowered target keep running; false if they are terminated. The last request that sets
   * it wins.
   */
  keepsExcess: boolean;
  /** True if the target was lowered and instances are to be terminated for it. */
  terminatesExcess: boolean;
  /** True after the first attempt: a fleet of type `request` launches only once. */
  hasAsked: boolean;
  /** Why the last attempt launched nothing. */
  error?: string;
  readonly members: Map<string, FleetMember>;
  /** Weights of instances that are terminating, by id. */
  readonly leaving: Map<string, number>;
  readonly history: HistoryRecord[];
  /** Simulated CPU utilization of each running instance in percent. */
  load?: number | ((units: number) => number);
  wake?: ClockTimer;
}

export function fulfilled({ members }: Pick<Fleet, "members">, market?: Market): number {
  return [...members.values()]
    .filter((one) => !one.atRisk && (market === undefined || one.market === market))
    .reduce((sum, { pool }) => sum + pool.weight, 0);
}

/** Checks whether the fleet still launches instances. */
export function isLive({ state }: Pick<Fleet, "state">): boolean {
  return state === "submitted" || state === "active" || state === "modifying";
}
