import type { HistoryRecord } from "@aws-sdk/client-ec2";
import type { ClockTimer } from "../../../core/clock";
import type { Tags } from "../../../entities/tags";

export type Market = "spot" | "on-demand";

/** A way to get capacity: one instance type in one subnet or zone, by one template. */
export interface Pool {
  readonly instanceType: string;
  /** Name of the Availability Zone. */
  readonly zone: string;
  /** Units of capacity that one instance is. */
  readonly weight: number;
  readonly priority?: number;
  /** What RunInstances needs beside the market. */
  readonly launch: object;
  /** As the fleet's answers tell of it. */
  readonly reported: object;
}

/** An instance of a fleet. */
export interface FleetMember {
  readonly id: string;
  readonly pool: Pool;
  readonly market: Market;
  /** Told to be at risk while the fleet rebalances: another one is launched for it. */
  atRisk?: boolean;
}

/** States after the end are `<ended>_running`, `<ended>_terminating` and `<ended>`. */
export type FleetState = "submitted" | "active" | "modifying" | "ended" | "ending" | "leftRunning";

/** A Spot Fleet request or an EC2 Fleet. */
export interface Fleet {
  readonly id: string;
  readonly kind: "spotFleet" | "ec2Fleet";
  readonly type: "maintain" | "request";
  /** The request as it was made, for answers. */
  readonly asked: object;
  readonly tags: Tags;
  readonly createdAt: Date;
  /** What a Spot Fleet acts as. */
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
  /** What becomes of instances above a lower target: they end, or they stay. The last who said it is right. */
  keepsExcess: boolean;
  /** Whether the target has been lowered, and instances are to end for it. */
  terminatesExcess: boolean;
  /** A fleet of type `request` asks once. */
  hasAsked: boolean;
  /** Why nothing could be launched at the last try. */
  error?: string;
  readonly members: Map<string, FleetMember>;
  /** Ending instances, by their weight. */
  readonly leaving: Map<string, number>;
  readonly history: HistoryRecord[];
  /** CPU of each running instance in percent, as somebody has set it. */
  load?: number | ((units: number) => number);
  wake?: ClockTimer;
}

export function fulfilled({ members }: Pick<Fleet, "members">, market?: Market): number {
  return [...members.values()]
    .filter((one) => !one.atRisk && (market === undefined || one.market === market))
    .reduce((sum, { pool }) => sum + pool.weight, 0);
}

/** Whether it still launches instances. */
export function isLive({ state }: Pick<Fleet, "state">): boolean {
  return state === "submitted" || state === "active" || state === "modifying";
}
