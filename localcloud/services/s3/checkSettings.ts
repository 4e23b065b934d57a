import type {
  BucketLifecycleConfiguration,
  CORSConfiguration,
  OwnershipControls,
  ServerSideEncryptionConfiguration,
  WebsiteConfiguration,
} from "@aws-sdk/client-s3";
import { invalidArgument, invalidRequest, malformedXml } from "./errors";

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

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_OwnershipControls.html */
export function checkOwnership({ Rules = [] }: OwnershipControls): void {
  if (Rules.length !== 1) throw malformedXml();
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html */
export function checkEncryption({ Rules = [] }: ServerSideEncryptionConfiguration): void {
  if (Rules.length !== 1) throw malformedXml();
  const { SSEAlgorithm, KMSMasterKeyID } = Rules[0].ApplyServerSideEncryptionByDefault ?? {};
  if (KMSMasterKeyID !== undefined && SSEAlgorithm === "AES256")
    throw invalidArgument(
      "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
      { ArgumentName: "ApplyServerSideEncryptionByDefault" },
    );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_WebsiteConfiguration.html */
export function checkWebsite({ IndexDocument, RedirectAllRequestsTo }: WebsiteConfiguration): void {
  if (!IndexDocument && !RedirectAllRequestsTo)
    throw invalidArgument(
      "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
      { ArgumentName: "IndexDocument", ArgumentValue: "null" },
    );
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
