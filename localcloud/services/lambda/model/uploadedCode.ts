import type { FunctionCode, UpdateFunctionCodeRequest } from "@aws-sdk/client-lambda";
import { readCodePackage } from "./codePackage";
import { invalidParameter, unsupported } from "./errors";
import type { CodePackage } from "./model";

/** The uploaded zip; other sources of code are refused. */
export function codeOf(
  source: FunctionCode | UpdateFunctionCodeRequest | undefined,
  operation: string,
): CodePackage {
  if (source?.S3Bucket || source?.S3Key) throw unsupported("code from S3 (use ZipFile)");
  if (source?.ImageUri) throw unsupported("container images (use ZipFile)");
  if (source?.SourceKMSKeyArn) throw unsupported("the option SourceKMSKeyArn");
  if (!source?.ZipFile)
    throw invalidParameter(
      "Please do not provide other FunctionCode parameters when providing a ZipFile.",
    );
  return readCodePackage(source.ZipFile, operation);
}
