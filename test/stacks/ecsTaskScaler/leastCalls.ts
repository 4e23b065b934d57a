/** Calls to read the state, the service and its metrics. */
const READS = ["GetItem", "DescribeServices", "GetMetricData"];

/**
 * The fewest calls of an evaluation. Each evaluation must know whether to evaluate again (DescribeAlarms), and records
 * why nothing was done (PutItem); a change needs to know that no other scaler scales the service, claims the change
 * (TransactWriteItems, with its record), and pins it. An evaluation that finds the tick off also enables it.
 */
export const leastCalls = {
  noChange: [...READS, "DescribeAlarms", "PutItem"],
  change: [
    ...READS,
    "DescribeScalableTargets",
    "EnableRule",
    "TransactWriteItems",
    "PutParameter",
    "UpdateService",
  ],
} as const satisfies Record<string, readonly string[]>;
