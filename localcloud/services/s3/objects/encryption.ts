import { AwsError } from "../../../core/errors";
import { forwardAccess } from "../../../core/forwardAccess";
import { s3Error } from "../errors";
import type { Bucket, ObjectFacts, StoredObject } from "../store";
import type { Context } from "./access";

const DEFAULT_KEY = "alias/aws/s3";

type Encryption = Pick<
  StoredObject,
  "ServerSideEncryption" | "SSEKMSKeyId" | "BucketKeyEnabled" | "dataKey"
>;

/** Returns the encryption of an object: as its request specifies, else as its bucket does. */
export async function encrypt(
  bucket: Bucket,
  key: string,
  given: ObjectFacts,
  context: Context,
): Promise<Encryption> {
  const { Rules = [] } = (bucket.documents.get("encryption") ?? {}) as {
    Rules?: {
      ApplyServerSideEncryptionByDefault?: { SSEAlgorithm?: string; KMSMasterKeyID?: string };
      BucketKeyEnabled?: boolean;
    }[];
  };
  const standard = Rules[0]?.ApplyServerSideEncryptionByDefault;
  const ServerSideEncryption = given.ServerSideEncryption ?? standard?.SSEAlgorithm ?? "AES256";
  if (given.SSEKMSKeyId !== undefined && !ServerSideEncryption.startsWith("aws:kms"))
    throw s3Error(
      "InvalidArgument",
      "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
    );
  if (!ServerSideEncryption.startsWith("aws:kms")) return { ServerSideEncryption };
  const KeyId = given.SSEKMSKeyId ?? standard?.KMSMasterKeyID ?? DEFAULT_KEY;
  const { CiphertextBlob, KeyId: SSEKMSKeyId } = await kms<{
    CiphertextBlob: Uint8Array;
    KeyId: string;
  }>("GenerateDataKey", { KeyId, KeySpec: "AES_256" }, bucket, key, context);
  const BucketKeyEnabled = given.BucketKeyEnabled ?? Rules[0]?.BucketKeyEnabled;
  return { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled, dataKey: CiphertextBlob };
}

/** Rejects if the caller may not use the object's key. */
export async function checkMayDecrypt(
  bucket: Bucket,
  key: string,
  { dataKey }: StoredObject,
  context: Context,
): Promise<void> {
  if (!dataKey) return;
  if (context.principal.type === "anonymous")
    throw s3Error(
      "InvalidArgument",
      "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.",
    );
  await kms("Decrypt", { CiphertextBlob: dataKey }, bucket, key, context);
}

async function kms<Output>(
  operation: string,
  input: object,
  { name, region }: Bucket,
  key: string,
  { cloud, principal }: Context,
): Promise<Output> {
  try {
    return await cloud.call<Output>({
      service: "kms",
      operation,
      input: { ...input, EncryptionContext: { "aws:s3:arn": `arn:aws:s3:::${name}/${key}` } },
      principal: forwardAccess(principal, "s3", region),
      region,
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === "AccessDeniedException") throw s3Error("AccessDenied", error.message, 403);
    throw s3Error(`KMS.${error.code}`, error.message);
  }
}
