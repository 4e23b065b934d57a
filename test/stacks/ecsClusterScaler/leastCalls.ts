/** Calls to read the state, the group, and the services, instances and tasks of the cluster. */
const READS = [
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
 * The calls that an evaluation needs at least. It checks whether another evaluation must follow (DescribeAlarms), and
 * writes its record and its state. Before a change it checks that no capacity provider scales the group, and claims the
 * change; if the tick is off, it enables it. The last evaluation disables the tick, and reads the state once more, because
 * another one may have enabled the tick meanwhile.
 */
export const leastCalls = {
  noChange: [...READS, "DescribeAlarms", "TransactWriteItems"],
  more: [
    ...READS,
    "DescribeCapacityProviders",
    "EnableRule",
    "TransactWriteItems",
    "SetDesiredCapacity",
  ],
  fewer: [
    ...READS,
    "DescribeCapacityProviders",
    "EnableRule",
    "TransactWriteItems",
    "UpdateContainerInstancesState",
  ],
  end: [...READS, "TransactWriteItems", "TerminateInstanceInAutoScalingGroup"],
  rest: [...READS, "DescribeAlarms", "TransactWriteItems", "DisableRule", "GetItem"],
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
  const evaluations = count("GetMetricData");
  const others = kinds.reduce((left, [times]) => left - times, evaluations);
  return kinds.reduce(
    (sum, [times, least]) => sum + times * least.length,
    others * leastCalls.noChange.length,
  );
}
