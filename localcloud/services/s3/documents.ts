import { notImplemented } from "../../core/errors";
import { s3Error } from "./errors";
import type { Bucket } from "./store";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html */
export const OWNER_ENFORCED = { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] };

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html */
export const DEFAULT_ENCRYPTION = {
  Rules: [
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const },
      BucketKeyEnabled: false,
    },
  ],
};

/** Returns an operation that puts a setting: it checks the request's `member` and stores it unchanged. */
export function keep<Member extends string, Setting extends object = object>(
  name: string,
  member: Member,
  check?: (setting: Setting) => void,
) {
  return ({ documents }: Bucket, input: { readonly [Name in Member]?: Setting }): void => {
    const setting = input[member];
    if (setting) check?.(setting);
    documents.set(name, setting ?? {});
  };
}

/**
 * Returns an operation that gets a stored setting. `missing` throws, or returns the value for a bucket without the
 * setting.
 */
export function getDocument(name: string, missing: () => unknown, member?: string) {
  return ({ documents }: Bucket): object => {
    const document = documents.get(name) ?? missing();
    if (document instanceof Error) throw document;
    return member === undefined ? (document as object) : { [member]: document };
  };
}

export function forget(name: string) {
  return ({ documents }: Bucket): void => void documents.delete(name);
}

/** Returns the ACL of every bucket and object here: the owner has full control. */
export function acl(owner: string) {
  const Grantee = { ID: owner, Type: "CanonicalUser" as const };
  return { Owner: { ID: owner }, Grants: [{ Grantee, Permission: "FULL_CONTROL" as const }] };
}

/** Canned ACLs that grant nothing to anyone but the bucket owner. */
const OWN = ["private", "bucket-owner-full-control", "bucket-owner-read"];

/**
 * Refuses ACLs on a bucket that has ACLs disabled, as AWS does. On other buckets it refuses ACLs that this cloud does
 * not emulate.
 */
export function checkAcl({ documents }: Bucket, { ACL }: { ACL?: string }): void {
  if (ACL === undefined || OWN.includes(ACL)) return;
  const { Rules } = documents.get("ownership") as typeof OWNER_ENFORCED | { Rules?: undefined };
  if (Rules?.[0].ObjectOwnership === "BucketOwnerEnforced")
    throw s3Error("AccessControlListNotSupported", "The bucket does not allow ACLs");
  throw notImplemented("s3", `the canned ACL ${ACL}`);
}
