/** Calls to read the state, the group, and the services, instances and tasks of the cluster. */
const LOOK = [
  "GetItem",
  "DescribeAutoScalingGroups",
  "ListServices",
  "DescribeServices",
  "ListContainerInstances",
  "DescribeContainerInstances",
  "ListTasks",
  "DescribeTasks",
  "GetMetricData",
];

/**
 * What a look cannot do without. Who looks must know whether somebody is to look again (DescribeAlarms), and remembers
 * with its record that it was woken. Who changes must know that no capacity provider has the group and claims the change;
 * who finds the tick off also enables it. The last look ends the tick, and reads once more whether another look has begun it.
 */
export const leastCalls = {
  noChange: [...LOOK, "DescribeAlarms", "TransactWriteItems"],
  more: [
    ...LOOK,
    "DescribeCapacityProviders",
    "EnableRule",
    "TransactWriteItems",
    "SetDesiredCapacity",
  ],
  fewer: [
    ...LOOK,
    "DescribeCapacityProviders",
    "EnableRule",
    "TransactWriteItems",
    "UpdateContainerInstancesState",
  ],
  end: [...LOOK, "TransactWriteItems", "TerminateInstanceInAutoScalingGroup"],
  rest: [...LOOK, "DescribeAlarms", "TransactWriteItems", "DisableRule", "GetItem"],
} as const satisfies Record<string, readonly string[]>;

/** Returns the fewest calls for evaluations of which this many did this; the others changed nothing. */
export function leastOf(calls: readonly string[]): number {
  const count = (operation: string): number => calls.filter((one) => one === operation).length;
  const kinds = [
    [count("SetDesiredCapacity"), leastCalls.more],
    [count("UpdateContainerInstancesState"), leastCalls.fewer],
    [count("TerminateInstanceInAutoScalingGroup"), leastCalls.end],
    [count("DisableRule"), leastCalls.rest],
  ] as const;
  const looks = count("GetMetricData");
  const others = kinds.reduce((left, [times]) => left - times, looks);
  return kinds.reduce(
    (sum, [times, least]) => sum + times * least.length,
    others * leastCalls.noChange.length,
  );
}
