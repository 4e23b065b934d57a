/** Overrides of a launch template that both kinds of fleet support, in a program's form. */
export interface OverrideArgs {
  readonly availabilityZone?: string;
  readonly instanceType?: string;
  readonly maxPrice?: string;
  readonly priority?: number;
  readonly spotPrice?: string;
  readonly subnetId?: string;
  readonly weightedCapacity?: number;
}

const MEMBERS = {
  availabilityZone: "AvailabilityZone",
  instanceType: "InstanceType",
  maxPrice: "MaxPrice",
  priority: "Priority",
  spotPrice: "SpotPrice",
  subnetId: "SubnetId",
  weightedCapacity: "WeightedCapacity",
} as const satisfies Record<keyof OverrideArgs, string>;

export function overridesOf(overrides: readonly OverrideArgs[] | undefined): object[] | undefined {
  return overrides?.map((one) =>
    Object.fromEntries(
      Object.entries(MEMBERS).map(([name, member]) => [member, one[name as keyof OverrideArgs]]),
    ),
  );
}

export function overrideOutputs(overrides: readonly object[] | undefined): object[] | undefined {
  if (!overrides?.length) return undefined;
  return overrides.map((one) => {
    const members = new Map<string, unknown>(Object.entries(one));
    const entries = Object.entries(MEMBERS).map(([name, member]): [string, unknown] => [
      name,
      members.get(member),
    ]);
    return withoutUndefined(Object.fromEntries(entries));
  });
}

export function withoutUndefined(from: object): object {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined));
}
