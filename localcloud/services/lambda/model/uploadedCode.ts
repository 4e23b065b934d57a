import type { FunctionCode, UpdateFunctionCodeRequest } from "@aws-sdk/client-lambda";
import { AwsError } from "../../../core/errors";
import { readCodePackage } from "./codePackage";
import { readSource } from "./codeSource";
import { invalidParameter, isDenied, unsupported } from "./errors";
import { functionArn } from "./functionReference";
import type { CodePackage, CodeSource } from "./model";
import type { LambdaContext } from "./resolve";

type Source = FunctionCode | UpdateFunctionCodeRequest;

/** Returns the uploaded zip, or the S3 object that the request names. Refuses other sources of code. */
export async function codeOf(
  source: Source | undefined,
  operation: string,
  functionName: string,
  context: LambdaContext,
): Promise<CodePackage> {
  if (source?.ImageUri) throw unsupported("container images (use ZipFile)");
  if (source?.SourceKMSKeyArn) throw unsupported("the option SourceKMSKeyArn");
  const { S3Bucket, S3Key, ZipFile } = source ?? {};
  const isReference = source?.S3ObjectStorageMode === "REFERENCE";
  if (ZipFile && (S3Bucket || S3Key || isReference)) throw oneSource();
  if (ZipFile) return readCodePackage(ZipFile, { operation });
  if (!S3Bucket && !S3Key) throw invalidParameter("Please provide a source for function code.");
  if (!S3Bucket || !S3Key) throw oneSource();
  const object = { Bucket: S3Bucket, Key: S3Key, VersionId: source?.S3ObjectVersion };
  if (isReference) return referencedCode(object, operation, functionName, context);
  const { Body } = await callS3<{ readonly Body: Uint8Array }>("GetObject", object, context);
  return readCodePackage(Body, { operation, fromBucket: true });
}

interface NamedObject {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
}

/**
 * Returns the code of an object that stays where it is. The caller must be able to read it, and so must Lambda itself.
 * The bucket must keep versions: Lambda refers to one of them. Glacier's storage classes are not supported.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-self-managed-storage.html
 */
async function referencedCode(
  object: NamedObject,
  operation: string,
  functionName: string,
  context: LambdaContext,
): Promise<CodePackage> {
  const found = await callS3<{ readonly VersionId?: string; readonly StorageClass?: string }>(
    "HeadObject",
    object,
    context,
  );
  const { VersionId: versionId = "null", StorageClass = "STANDARD" } = found;
  // The texts of these two refusals are not documented.
  if (versionId === "null")
    throw invalidParameter("The storage mode REFERENCE requires a bucket with versioning enabled.");
  if (/^(GLACIER|DEEP_ARCHIVE)/.test(StorageClass))
    throw invalidParameter(
      `The storage mode REFERENCE does not support the storage class ${StorageClass}.`,
    );
  const source: CodeSource = { bucket: object.Bucket, key: object.Key, versionId };
  const zip = await readSource(source, context, functionArn(context, functionName));
  return { ...readCodePackage(zip, { operation, fromBucket: true }), source };
}

function oneSource(): AwsError {
  return invalidParameter(
    "Please do not provide other FunctionCode parameters when providing a ZipFile.",
  );
}

/**
 * Reads an object with the caller's permissions: the caller needs s3:GetObject, or s3:GetObjectVersion for a specific
 * version. Calls within the cloud return the body as bytes, not as a stream.
 * https://docs.aws.amazon.com/lambda/latest/dg/access-control-identity-based.html
 */
async function callS3<Answer>(
  operation: "GetObject" | "HeadObject",
  { Bucket, Key, VersionId }: NamedObject,
  { cloud, principal, region }: LambdaContext,
): Promise<Answer> {
  const input = { Bucket, Key, ...(VersionId !== undefined && { VersionId }) };
  try {
    return await cloud.call<Answer>({ service: "s3", operation, input, principal, region });
  } catch (error) {
    throw error instanceof AwsError ? refusal(error, Bucket, Key) : error;
  }
}

/** Translates S3's client errors into Lambda's messages. Errors of the cloud itself stay as they are. */
function refusal(error: AwsError, bucket: string, key: string): AwsError {
  const cause = `S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`;
  if (isDenied(error))
    return new AwsError(
      "AccessDeniedException",
      "Your access has been denied by S3, please make sure your request credentials have permission " +
        `to GetObject for ${bucket}/${key}. ${cause}`,
      { status: 403 },
    );
  const { status = 400 } = error;
  return status < 500 && status !== 429
    ? invalidParameter(`Error occurred while GetObject. ${cause}`)
    : error;
}
