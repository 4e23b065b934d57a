/** Time that a fleet needs to change its target. */
export const MODIFYING_S = 11;

/** Two types with different weights in two zones. */
export const FLEET_POOLS = ["a", "b"].flatMap((zone) => [
  {
    InstanceType: "m5.large" as const,
    WeightedCapacity: 1,
    AvailabilityZone: `us-east-1${zone}`,
  },
  {
    InstanceType: "m5.xlarge" as const,
    WeightedCapacity: 2,
    AvailabilityZone: `us-east-1${zone}`,
  },
]);
