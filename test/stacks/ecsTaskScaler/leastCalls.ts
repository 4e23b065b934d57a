/** Reading the state, the service and its metrics. */
const LOOK = ["GetItem", "DescribeServices", "GetMetricData"];

/**
 * What a look cannot do without. Who looks must know whether somebody is to look again (DescribeAlarms), and tells why
 * nothing was done (PutItem); who changes must know that no other scaler has the service, claims the change
 * (TransactWriteItems, with its record), and pins it. A look that finds the tick off also enables it.
 */
export const leastCalls = {
  noChange: [...LOOK, "DescribeAlarms", "PutItem"],
  change: [
    ...LOOK,
    "DescribeScalableTargets",
    "EnableRule",
    "TransactWriteItems",
    "PutParameter",
    "UpdateService",
  ],
} as const satisfies Record<string, readonly string[]>;
