export const deploymentOnlyModule = true;

/** Units of capacity of an instance of a type. */
export interface Weighted {
  readonly instanceType: string;
  /** Name of the Availability Zone. Default: any. */
  readonly zone?: string;
  readonly units: number;
}

/** The parts of both kinds of fleet that set the units, which their models name alike. */
interface Override {
  readonly InstanceType?: string;
  readonly AvailabilityZone?: string;
  readonly WeightedCapacity?: number;
}

export function weightsOf(
  configs: readonly { readonly Overrides?: readonly Override[] }[] = [],
  specifications: readonly Omit<Override, "AvailabilityZone">[] = [],
): Weighted[] {
  const all: readonly Override[] = [
    ...configs.flatMap(({ Overrides = [] }) => Overrides),
    ...specifications,
  ];
  return all.flatMap(({ InstanceType, AvailabilityZone: zone, WeightedCapacity: units = 1 }) =>
    InstanceType === undefined
      ? []
      : [{ instanceType: InstanceType, ...(zone ? { zone } : {}), units }],
  );
}

/**
 * Returns the units of an instance: one where the fleet sets nothing.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-instance-weighting.html
 */
export function unitsOf(weights: readonly Weighted[], instanceType: string, zone: string): number {
  const ofType = weights.filter((one) => one.instanceType === instanceType);
  const found = ofType.find((one) => one.zone === zone) ?? ofType.find((one) => !one.zone);
  return (found ?? ofType.at(0))?.units ?? 1;
}
