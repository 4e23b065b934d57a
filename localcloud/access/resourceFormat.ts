const PARTITIONS: readonly string[] = ["aws", "aws-cn", "aws-us-gov"];

const IAM_PATHS: readonly string[] = [
  "user/",
  "federated-user/",
  "role/",
  "group/",
  "instance-profile/",
  "mfa/",
  "server-certificate/",
  "policy/",
  "sms-mfa/",
  "saml-provider/",
  "oidc-provider/",
  "report/",
  "access-report/",
];

/** Returns the error for a Resource or NotResource that is not an ARN; undefined for a valid ARN and for `*`. */
export function resourceError(resource: string): string | undefined {
  if (resource === "*") return undefined;
  const [prefix, partition, vendor, region, , ...rest] = resource.split(":");
  if (partition === undefined) return `Resource ${resource} must be in ARN format or "*".`;
  if (prefix === "" || !PARTITIONS.includes(partition))
    return `Partition "${partition}" is not valid for resource "${printed(resource)}".`;
  if (vendor === undefined || /[*?]/.test(vendor))
    return "Resource vendor must be fully qualified and cannot contain regexes.";
  if (vendor === "iam" && region)
    return `IAM resource ${resource} cannot contain region information.`;
  // Access points are the only S3 resources with a region in their ARN.
  if (vendor === "s3" && region && !rest.join(":").startsWith("accesspoint"))
    return `Resource ${resource} can not contain region information.`;
  return vendor === "iam" ? iamPathError(rest.join(":")) : undefined;
}

/** Checks whether IAM's older parser accepts it: a vendor, followed by nothing or by all the fields. */
export function isLegacyArn(resource: string): boolean {
  const fields = resource.split(":");
  const [, partition, vendor] = fields;
  if (partition !== "aws" || vendor === undefined) return true;
  if (vendor === "") return false;
  return fields.length === 3 || fields.length >= 6 || resource.endsWith("*");
}

function iamPathError(path: string): string | undefined {
  if (path.startsWith("*") || IAM_PATHS.some((start) => path.startsWith(start))) return undefined;
  // The account's own ARN (`:root`), and wildcards in the kind, are accepted without further checks.
  if (path === "root" || /^[a-z-]*[*?]/.test(path)) return undefined;
  return `IAM resource path must either be "*" or start with ${IAM_PATHS.join(", ")}.`;
}

/** Returns the text as AWS prints it: anything with colons becomes an ARN. */
function printed(resource: string): string {
  return completeArn(resource).replace(/^[^:]*/, "arn");
}

/** Colons inside a policy variable do not separate fields of the ARN. */
const FIELD_COLON = /:(?![^${]*\})/;

/** Checks whether a Resource is an ARN with fewer than the six fields. */
export function isIncompleteArn(resource: string): boolean {
  return resource.startsWith("arn:") && resource.split(FIELD_COLON).length < 6;
}

/**
 * Returns the ARN with `*` for missing fields, as AWS interprets it in an identity-based policy and prints it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export function completeArn(resource: string): string {
  const fields = resource.split(FIELD_COLON);
  return [...fields, ...Array.from({ length: Math.max(6 - fields.length, 0) }, () => "*")].join(
    ":",
  );
}
