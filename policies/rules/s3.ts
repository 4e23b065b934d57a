import { deniesWithoutTls, publicStatements, statementsAt } from "../policyDocument";
import {
  get,
  isGiven,
  list,
  type PolicyResource,
  type Rule,
  type Stack,
  asBlock,
  textOf,
} from "../rule";

const ACL = "aws:s3/bucketAcl:BucketAcl";
const OBJECTS = [
  "aws:s3/bucketObject:BucketObject",
  "aws:s3/bucketObjectv2:BucketObjectv2",
  "aws:s3/objectCopy:ObjectCopy",
];
const BUCKET = "aws:s3/bucket:Bucket";
const POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const PUBLIC_ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";

const BLOCKS = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
];

export const s3Rules: readonly Rule[] = [
  {
    ids: ["AwsSolutions-S2", "CKV2_AWS_6", "CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56"],
    requires:
      "No mistake in an ACL or policy opens a bucket; add a BucketPublicAccessBlock with all four blocks on.",
    types: [BUCKET],
    checkInStack: (bucket, stack) => {
      const blocks = stack.referring(bucket, PUBLIC_ACCESS_BLOCK, "bucket");
      const open = BLOCKS.filter((block) => !blocks.some((one) => get(one, block) === true));
      return open.length === 0 ? [] : [`not set: ${open.join(", ")}`];
    },
  },
  {
    ids: ["AwsSolutions-S10"],
    requires:
      "Objects travel over TLS only; add a BucketPolicy that denies s3:* while aws:SecureTransport is false.",
    types: [BUCKET],
    checkInStack: (bucket, stack) => {
      const own = isGiven(bucket, "policy") ? [bucket] : [];
      const policies = [...own, ...stack.referring(bucket, POLICY, "bucket")];
      return policies.some((policy) => deniesWithoutTls(statementsAt(policy, "policy")))
        ? []
        : ["no policy of it denies requests without TLS"];
    },
  },
  {
    ids: ["CKV_AWS_19"],
    requires:
      "How objects are encrypted is written down; add a BucketServerSideEncryptionConfiguration.",
    types: [BUCKET],
    checkInStack: (bucket, stack) =>
      isGiven(bucket, "serverSideEncryptionConfiguration.rule") ||
      has(bucket, stack, "ServerSideEncryptionConfiguration", (configuration) =>
        isGiven(configuration, "rules"),
      )
        ? []
        : ["it has no encryption configuration"],
  },
  {
    ids: ["CKV_AWS_20", "CKV_AWS_57"],
    requires:
      "No ACL lets everyone, or every AWS account, read or write; leave acl private and grant to no such group.",
    types: [BUCKET, ACL, ...OBJECTS],
    check: (resource) => {
      const acl = textOf(get(resource, "acl"), "private");
      const canned = /^(public-|authenticated-)/.test(acl) ? [`its acl is ${acl}`] : [];
      return [...canned, ...publicGrants(resource)];
    },
  },
  {
    ids: ["CKV_AWS_21"],
    requires:
      "What is overwritten or deleted by mistake comes back, and events name a version; add a BucketVersioning.",
    types: [BUCKET],
    checkInStack: (bucket, stack) =>
      get(bucket, "versioning.enabled") === true ||
      has(
        bucket,
        stack,
        "Versioning",
        (versioning) => get(versioning, "versioningConfiguration.status") === "Enabled",
      )
        ? []
        : ["it keeps no versions"],
  },
  {
    ids: ["CKV_AWS_70"],
    requires:
      "A bucket is not open to every AWS account; name the principal, or add a condition on the organization.",
    types: [BUCKET, POLICY],
    check: (policy) =>
      publicStatements(statementsAt(policy, "policy")).map(
        ({ actions }) => `its policy allows everyone ${actions.join(", ")}`,
      ),
  },
  {
    ids: ["CKV_AWS_300", "CKV2_AWS_61"],
    requires:
      "Uploads that broke off do not cost for ever; add a BucketLifecycleConfiguration with " +
      "abortIncompleteMultipartUpload.",
    types: [BUCKET],
    checkInStack: (bucket, stack) =>
      list(bucket, "lifecycleRules").some((rule) => {
        const { enabled, abortIncompleteMultipartUploadDays } = asBlock(rule);
        return enabled === true && Boolean(abortIncompleteMultipartUploadDays);
      }) ||
      has(bucket, stack, "LifecycleConfiguration", (lifecycle) =>
        list(lifecycle, "rules").some((rule) => {
          const { status, abortIncompleteMultipartUpload } = asBlock(rule);
          return status === "Enabled" && Boolean(abortIncompleteMultipartUpload);
        }),
      )
        ? []
        : ["no lifecycle rule ends unfinished uploads"],
  },
  {
    ids: ["CKV2_AWS_65"],
    requires:
      "Policies alone decide who reads a bucket; add BucketOwnershipControls with BucketOwnerEnforced.",
    types: [BUCKET],
    checkInStack: (bucket, stack) =>
      has(
        bucket,
        stack,
        "OwnershipControls",
        (controls) => get(controls, "rule.objectOwnership") === "BucketOwnerEnforced",
      )
        ? []
        : ["its ACLs are not disabled"],
  },
];

/**
 * Returns grants to everyone or to every AWS account: in an ACL, in a bucket, and of a copied object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#specifying-grantee-predefined-groups
 */
function publicGrants(resource: PolicyResource): string[] {
  const grants = [...list(resource, "accessControlPolicy.grants"), ...list(resource, "grants")];
  return grants.map(asBlock).flatMap((grant) => {
    const { uri } = asBlock(grant.grantee ?? grant);
    const group = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/.exec(String(uri))?.[1];
    if (!group) return [];
    return [`it grants ${[grant.permission ?? grant.permissions].flat().join(", ")} to ${group}`];
  });
}

/** Checks a `Bucket<kind>` resource of the bucket. */
function has(
  bucket: PolicyResource,
  stack: Stack,
  kind: string,
  isRight: (resource: PolicyResource) => boolean,
): boolean {
  return stack.referring(bucket, `aws:s3/bucket${kind}:Bucket${kind}`, "bucket").some(isRight);
}
