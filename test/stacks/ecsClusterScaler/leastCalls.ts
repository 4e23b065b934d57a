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
 * The fewest calls of an evaluation. Each evaluation must know whether to evaluate again (DescribeAlarms), and writes a
 * record of its event. A change needs to know that no capacity provider scales the group, and claims the change; it
 * also enables the tick if the tick is off. The last evaluation disables the tick, and checks once more whether an
 * alarm has changed.
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
  rest: [...LOOK, "DescribeAlarms", "TransactWriteItems", "DisableRule", "DescribeAlarms"],
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
  const others = kinds.reduce((left, [times]) => left - times, count("GetItem"));
  return kinds.reduce(
    (sum, [times, least]) => sum + times * least.length,
    others * leastCalls.noChange.length,
  );
}
