import { BadControlRequest, type Control } from "../../../core/load";
import { ec2Error } from "../api";
import type { Ec2Store } from "../store";

export type Market = "spot" | "on-demand";

/** Simulated limit of instances of a type that can run in a zone at once; without one the number is unlimited. */
export interface PoolLimit {
  readonly instanceType: string;
  /** Default: each zone separately. */
  readonly zone?: string;
  /** Default: both markets. */
  readonly market?: Market;
  readonly instances: number;
}

/** Returns how many more instances of a type are available in a zone. */
export function roomIn(
  { poolLimits, instances }: Pick<Ec2Store, "poolLimits" | "instances">,
  instanceType: string,
  zone: string,
  market: Market,
): number {
  const limits = poolLimits.filter(
    (one) =>
      one.instanceType === instanceType &&
      [undefined, zone].includes(one.zone) &&
      [undefined, market].includes(one.market),
  );
  if (limits.length === 0) return Infinity;
  const used = [...instances.values()].filter(
    ({ shape }) =>
      shape.InstanceType === instanceType &&
      shape.Placement?.AvailabilityZone === zone &&
      (shape.InstanceLifecycle === "spot") === (market === "spot") &&
      ["pending", "running"].includes(shape.State?.Name ?? ""),
  ).length;
  return Math.max(0, Math.min(...limits.map((one) => one.instances)) - used);
}

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 *
 * @throws InsufficientInstanceCapacity
 */
export function refuseWithoutRoom(
  store: Ec2Store,
  instanceType: string,
  zone: string,
  market: Market,
): void {
  if (roomIn(store, instanceType, zone, market) > 0) return;
  throw ec2Error(
    "InsufficientInstanceCapacity",
    market === "spot"
      ? "There is no Spot capacity available that matches your request."
      : `We currently do not have sufficient ${instanceType} capacity in the Availability Zone you requested (${zone}).`,
  );
}

/**
 * `POST /_localcloud/pools` sets how many instances of a type are available, in one zone or in each; `null` removes
 * the limit.
 */
export const poolsControl: Control<Ec2Store> = {
  fields: ["instanceType", "availabilityZone", "market", "instances"],
  set({ instanceType, availabilityZone: zone, market, instances }, store) {
    if (typeof instanceType !== "string" || !/^\w[\w-]*\.[\w-]+$/.test(instanceType))
      throw new BadControlRequest(
        `'instanceType' must be a type such as m5.large; it is ${JSON.stringify(instanceType) ?? "absent"}.`,
      );
    if (zone !== undefined && typeof zone !== "string")
      throw new BadControlRequest("'availabilityZone' must be a name such as us-east-1a.");
    if (market !== undefined && market !== "spot" && market !== "on-demand")
      throw new BadControlRequest("'market' must be spot or on-demand, or left out for both.");
    const isCount = typeof instances === "number" && Number.isInteger(instances) && instances >= 0;
    if (!isCount && instances !== null)
      throw new BadControlRequest(
        `'instances' must be a count, 0 or more, or null for any number; it is ${JSON.stringify(instances) ?? "absent"}.`,
      );
    const others = store.poolLimits.filter(
      (one) => one.instanceType !== instanceType || one.zone !== zone || one.market !== market,
    );
    const limit = (count: number): PoolLimit => ({ instanceType, zone, market, instances: count });
    store.poolLimits = typeof instances === "number" ? [...others, limit(instances)] : others;
  },
};
