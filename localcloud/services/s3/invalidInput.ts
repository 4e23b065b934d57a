import type { InputViolation } from "../../codec/checkInput";
import type { AwsError } from "../../core/errors";
import { invalidArgument, invalidRequest, malformedXml, s3Error } from "./errors";

/**
 * Returns S3's error for an input that violates the model. S3 has no common message for this: an invalid document is
 * `MalformedXML`, and headers and query parameters have their own messages.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
 */
export function invalidInput(violation: InputViolation): AwsError {
  const { path, parameter, missing, value = "" } = violation;
  const member = path[path.length - 1];
  if (member === "LocationConstraint")
    return s3Error("InvalidLocationConstraint", "The specified location-constraint is not valid");
  if (member === "Events") return invalidArgument("The event is not supported for notifications");
  if (path.includes("FilterRules") && member === "Name")
    return invalidArgument("filter rule name must be either prefix or suffix", {
      ArgumentName: "FilterRule.Name",
      ArgumentValue: value,
    });
  if (parameter === undefined)
    return path.length === 1 && missing
      ? s3Error("MissingRequestBodyError", "Request Body is empty")
      : malformedXml();
  if (missing) return invalidRequest(`Missing required header for this request: ${parameter}`);
  if (member === "StorageClass")
    return s3Error("InvalidStorageClass", "The storage class you specified is not valid");
  if (member === "ChecksumAlgorithm")
    return invalidRequest(
      "Checksum algorithm provided is unsupported. Please try again with any of the valid types: " +
        "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
    );
  const fields = { ArgumentName: parameter, ArgumentValue: value };
  if (member === "ObjectOwnership")
    return invalidArgument(`Invalid x-amz-object-ownership header: ${value}`, fields);
  return invalidArgument(MESSAGES[member] ?? "Invalid Argument", fields);
}

const MESSAGES: Readonly<Record<string, string>> = {
  CopySource: "Copy Source must mention the source bucket and key: sourcebucket/sourcekey.",
  EncodingType: "Invalid Encoding Method specified in Request",
  MetadataDirective: "Unknown metadata directive.",
  ObjectAttributes: "Invalid attribute name specified.",
  ServerSideEncryption: "The encryption method specified is not supported",
  TaggingDirective: "Unknown tagging directive.",
};
