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

/** Puts a setting: the member of the request that holds it is kept as it is. */
export function keep<Member extends string>(name: string, member: Member) {
  return ({ documents }: Bucket, input: { readonly [Name in Member]?: object }): void =>
    void documents.set(name, input[member] ?? {});
}

/** Tells a setting as it was put; `missing` throws, or gives what a bucket without it has. */
export function tell(name: string, missing: () => unknown, member?: string) {
  return ({ documents }: Bucket): object => {
    const document = documents.get(name) ?? missing();
    if (document instanceof Error) throw document;
    return member === undefined ? (document as object) : { [member]: document };
  };
}

export function forget(name: string) {
  return ({ documents }: Bucket): void => void documents.delete(name);
}

/** What every bucket and object here has: all of it is its owner's. */
export function acl(owner: string) {
  const Grantee = { ID: owner, Type: "CanonicalUser" as const };
  return { Owner: { ID: owner }, Grants: [{ Grantee, Permission: "FULL_CONTROL" as const }] };
}

/** Canned ACLs that give nobody more than the bucket's owner has. */
const OWN = ["private", "bucket-owner-full-control", "bucket-owner-read"];

/** Buckets without ACLs refuse them, as AWS does; those that take them refuse what is emulated nowhere. */
export function checkAcl({ documents }: Bucket, { ACL }: { ACL?: string }): void {
  if (ACL === undefined || OWN.includes(ACL)) return;
  const { Rules } = documents.get("ownership") as typeof OWNER_ENFORCED | { Rules?: undefined };
  if (Rules?.[0].ObjectOwnership === "BucketOwnerEnforced")
    throw s3Error("AccessControlListNotSupported", "The bucket does not allow ACLs");
  throw notImplemented("s3", `the canned ACL ${ACL}`);
}
