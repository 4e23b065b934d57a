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

/** The error of a Resource or NotResource that is no ARN; undefined when it is one or `*`. */
export function resourceError(resource: string): string | undefined {
  if (resource === "*") return undefined;
  const [prefix, partition, vendor, region, , ...rest] = resource.split(":");
  if (partition === undefined) return `Resource ${resource} must be in ARN format or "*".`;
  if (prefix === "" || !PARTITIONS.includes(partition))
    return `Partition "${partition}" is not valid for resource "${completeArn(resource)}".`;
  if (vendor === undefined || /[*?]/.test(vendor))
    return "Resource vendor must be fully qualified and cannot contain regexes.";
  if (vendor === "iam" && region)
    return `IAM resource ${resource} cannot contain region information.`;
  // Access points are the one kind of S3 resource that lives in a region.
  if (vendor === "s3" && region && !rest.join(":").startsWith("accesspoint"))
    return `Resource ${resource} can not contain region information.`;
  return vendor === "iam" ? iamPathError(rest.join(":")) : undefined;
}

/** Whether the older parser of IAM takes it: a vendor, and either nothing after it or all the fields. */
export function isLegacyArn(resource: string): boolean {
  const fields = resource.split(":");
  const [, partition, vendor] = fields;
  if (partition !== "aws" || vendor === undefined) return true;
  if (vendor === "") return false;
  return fields.length === 3 || fields.length >= 6 || resource.endsWith("*");
}

function iamPathError(path: string): string | undefined {
  if (path.startsWith("*") || IAM_PATHS.some((start) => path.startsWith(start))) return undefined;
  // The account's own ARN (`:root`) and wildcards inside the kind are taken as they are.
  if (path === "root" || /^[a-z-]*[*?]/.test(path)) return undefined;
  return `IAM resource path must either be "*" or start with ${IAM_PATHS.join(", ")}.`;
}

/** AWS prints the ARN with `*` for the fields that are missing. */
function completeArn(resource: string): string {
  const [, partition, ...rest] = resource.split(":");
  const fields = [rest[0], rest[1], rest[2], rest.length > 3 ? rest.slice(3).join(":") : undefined];
  return ["arn", partition, ...fields.map((field) => field ?? "*")].join(":");
}
