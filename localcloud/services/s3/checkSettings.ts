import type { CORSConfiguration, BucketLifecycleConfiguration } from "@aws-sdk/client-s3";
import { invalidArgument, invalidRequest } from "./errors";

const METHODS = ["GET", "PUT", "HEAD", "POST", "DELETE"];

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html */
export function checkCors({ CORSRules = [] }: CORSConfiguration): void {
  for (const rule of CORSRules) {
    const method = rule.AllowedMethods?.find((one) => !METHODS.includes(one));
    if (method !== undefined)
      throw invalidRequest(
        `Found unsupported HTTP method in CORS config. Unsupported method is ${method}`,
      );
    for (const kind of ["AllowedOrigin", "AllowedHeader"] as const) {
      const several = rule[`${kind}s`]?.find((one) => one.split("*").length > 2);
      if (several !== undefined)
        throw invalidRequest(`${kind} "${several}" can not have more than one wildcard.`);
    }
    const exposed = rule.ExposeHeaders?.find((one) => one.includes("*"));
    if (exposed !== undefined)
      throw invalidRequest(
        `ExposeHeader "${exposed}" contains wildcard. We currently do not support wildcard for ExposeHeader.`,
      );
  }
}

/** The members of a lifecycle rule that are actions. */
const ACTIONS = [
  "AbortIncompleteMultipartUpload",
  "Expiration",
  "NoncurrentVersionExpiration",
  "NoncurrentVersionTransitions",
  "Transitions",
] as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html */
export function checkLifecycle({ Rules = [] }: BucketLifecycleConfiguration): void {
  const ids = Rules.flatMap(({ ID }) => ID ?? []);
  if (new Set(ids).size < ids.length)
    throw invalidArgument("Rule ID must be unique. Found same ID for more than one rule");
  for (const rule of Rules) {
    if (ACTIONS.every((action) => rule[action] === undefined))
      throw invalidRequest("At least one action needs to be specified in a rule");
    const { Days, Date: date } = rule.Expiration ?? {};
    if (Days !== undefined && Days < 1)
      throw invalidArgument("'Days' for Expiration action must be a positive integer");
    const dates = [date, ...(rule.Transitions ?? []).map((one) => one.Date)];
    if (dates.some((one) => one && one.getTime() % MS_PER_DAY !== 0))
      throw invalidArgument("'Date' must be at midnight GMT");
  }
}

const MS_PER_DAY = 86_400_000;
