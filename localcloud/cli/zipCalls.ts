import type { RunResult } from "../engine/run";
import type { Session } from "../engine/session";

/** A bucket whose zips become functions, and how these are named. */
export interface ZipCall {
  readonly bucketName: string;
  /** What stands before the name of the zip. */
  readonly functionPrefix: string;
}

/**
 * Buckets that an output `<name>sBucketName` tells of, that send notifications of zips, and whose functions an output
 * `<name>FunctionPrefix` names.
 */
export function zipCalls({ resources }: Session, { outputs }: RunResult): ZipCall[] {
  const buckets = resources
    .filter(({ type }) => type === "aws:s3/bucketNotification:BucketNotification")
    .filter(({ outputs: { queues } }) =>
      ((queues ?? []) as { filterSuffix?: string }[]).some((one) => one.filterSuffix === ".zip"),
    )
    .map(({ outputs: { bucket } }) => bucket);
  return Object.entries(outputs).flatMap(([name, bucketName]) => {
    const functionPrefix = outputs[name.replace(/sBucketName$/, "FunctionPrefix")];
    const isOne = name.endsWith("sBucketName") && buckets.includes(bucketName);
    return isOne && typeof bucketName === "string" && typeof functionPrefix === "string"
      ? [{ bucketName, functionPrefix }]
      : [];
  });
}
