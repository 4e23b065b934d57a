import type { RunResult } from "../../engine/run";
import type { Session } from "../../engine/session";

/** A bucket whose zips become functions, and the prefix of their names. */
export interface ZipCall {
  readonly bucketName: string;
  /** Prefix of the function's name, before the name of the zip. */
  readonly functionPrefix: string;
}

/**
 * Returns buckets that an output `<name>sBucketName` names, that send notifications of zips, and for which an output
 * `<name>FunctionPrefix` gives the functions' prefix.
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
