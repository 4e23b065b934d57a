import type { FunctionCode, UpdateFunctionCodeRequest } from "@aws-sdk/client-lambda";
import { AwsError } from "../../../core/errors";
import { readCodePackage } from "./codePackage";
import { invalidParameter, isDenied, unsupported } from "./errors";
import type { CodePackage } from "./model";
import type { LambdaContext } from "./resolve";

type Source = FunctionCode | UpdateFunctionCodeRequest;

/** Returns the uploaded zip, or the S3 object that the request names. Refuses other sources of code. */
export async function codeOf(
  source: Source | undefined,
  operation: string,
  context: LambdaContext,
): Promise<CodePackage> {
  if (source?.ImageUri) throw unsupported("container images (use ZipFile)");
  if (source?.SourceKMSKeyArn) throw unsupported("the option SourceKMSKeyArn");
  if (source?.S3ObjectStorageMode === "REFERENCE")
    throw unsupported("the S3ObjectStorageMode REFERENCE (use COPY)");
  const { S3Bucket, S3Key, ZipFile } = source ?? {};
  if (ZipFile && (S3Bucket || S3Key)) throw oneSource();
  if (ZipFile) return readCodePackage(ZipFile, { operation });
  if (!S3Bucket && !S3Key) throw invalidParameter("Please provide a source for function code.");
  if (!S3Bucket || !S3Key) throw oneSource();
  const zip = await readObject(S3Bucket, S3Key, source?.S3ObjectVersion, context);
  return readCodePackage(zip, { operation, fromBucket: true });
}

function oneSource(): AwsError {
  return invalidParameter(
    "Please do not provide other FunctionCode parameters when providing a ZipFile.",
  );
}

/**
 * Reads the object with the caller's permissions: the caller needs s3:GetObject, or s3:GetObjectVersion for a
 * specific version.
 * https://docs.aws.amazon.com/lambda/latest/dg/access-control-identity-based.html
 */
async function readObject(
  Bucket: string,
  Key: string,
  VersionId: string | undefined,
  context: LambdaContext,
): Promise<Uint8Array> {
  const { cloud, principal, region } = context;
  const input = { Bucket, Key, ...(VersionId !== undefined && { VersionId }) };
  try {
    // Calls within the cloud return the body as bytes, not as a stream.
    const { Body } = await cloud.call<{ readonly Body: Uint8Array }>({
      service: "s3",
      operation: "GetObject",
      input,
      principal,
      region,
    });
    return Body;
  } catch (error) {
    throw error instanceof AwsError ? refusal(error, Bucket, Key) : error;
  }
}

/** Translates S3's client errors into Lambda's messages. Errors of the cloud itself stay as they are. */
function refusal(error: AwsError, bucket: string, key: string): AwsError {
  const told = `S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`;
  if (isDenied(error))
    return new AwsError(
      "AccessDeniedException",
      "Your access has been denied by S3, please make sure your request credentials have permission " +
        `to GetObject for ${bucket}/${key}. ${told}`,
      { status: 403 },
    );
  const { status = 400 } = error;
  return status < 500 && status !== 429
    ? invalidParameter(`Error occurred while GetObject. ${told}`)
    : error;
}
