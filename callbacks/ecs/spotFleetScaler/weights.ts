export const deploymentOnlyModule = true;

/** How many units of capacity an instance of a type is. */
export interface Weighted {
  readonly instanceType: string;
  /** Name of the Availability Zone. Default: any. */
  readonly zone?: string;
  readonly units: number;
}

/** The parts of both kinds of fleet that say it, which their models spell alike. */
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

/** One unit where the fleet says nothing. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-instance-weighting.html */
export function unitsOf(weights: readonly Weighted[], instanceType: string, zone: string): number {
  const ofType = weights.filter((one) => one.instanceType === instanceType);
  const found = ofType.find((one) => one.zone === zone) ?? ofType.find((one) => !one.zone);
  return (found ?? ofType.at(0))?.units ?? 1;
}
