import { AwsError } from "../../core/errors";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export function s3Error(
  code: string,
  message: string,
  status = 400,
  fields: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): AwsError {
  return new AwsError(code, message, { status, fields, headers });
}

export function malformedXml(): AwsError {
  return s3Error(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
}

export function noSuchBucket(BucketName: string): AwsError {
  return s3Error("NoSuchBucket", "The specified bucket does not exist", 404, { BucketName });
}

export function noSuchKey(Key: string, headers?: Record<string, string>): AwsError {
  return s3Error("NoSuchKey", "The specified key does not exist.", 404, { Key }, headers);
}

export function noSuchVersion(Key: string, VersionId: string): AwsError {
  const fields = { Key, VersionId };
  return s3Error("NoSuchVersion", "The specified version does not exist.", 404, fields);
}

export function invalidArgument(message: string, fields: Record<string, unknown> = {}): AwsError {
  return s3Error("InvalidArgument", message, 400, fields);
}

export function invalidRequest(message: string): AwsError {
  return s3Error("InvalidRequest", message);
}

export function accessDenied(): AwsError {
  return s3Error("AccessDenied", "Access Denied", 403);
}

export function malformedUri(): AwsError {
  return s3Error("InvalidURI", "Couldn't parse the specified URI.");
}

export function incompleteBody(): AwsError {
  return s3Error("IncompleteBody", "The request body terminated unexpectedly");
}

export function preconditionFailed(Condition: string): AwsError {
  return s3Error(
    "PreconditionFailed",
    "At least one of the pre-conditions you specified did not hold",
    412,
    { Condition },
  );
}
