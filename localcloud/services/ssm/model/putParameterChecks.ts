import type { ParameterTier, PutParameterCommandInput } from "@aws-sdk/client-ssm";
import { checkEnum, checkLength, constraintError, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html (bytes) */
const STANDARD_VALUE_BYTES = 4096;
const ADVANCED_VALUE_BYTES = 8192;

const ADVANCED_GUIDE =
  "https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html";

/** Checks the input, independent of the stored parameter. */
export function checkInput(input: PutParameterCommandInput): void {
  const value = required(input.Value, "value");
  if (value === "")
    throw constraintError({
      member: "value",
      value,
      rule: "Member must have length greater than or equal to 1.",
    });
  if (/\{\{.*\}\}/s.test(value))
    throw invalid('Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.');
  checkEnum(input.Type, "type", ["SecureString", "StringList", "String"]);
  checkEnum(input.Tier, "tier", ["Standard", "Advanced", "Intelligent-Tiering"]);
  checkLength(input.Description, "description", { min: 0, max: 1024 });
  checkLength(input.AllowedPattern, "allowedPattern", { min: 0, max: 1024 });
  if (input.Overwrite && input.Tags?.length)
    throw invalid(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with " +
        "tags, please remove overwrite flag. To update tags for an existing parameter, please use " +
        "AddTagsToResource or RemoveTagsFromResource.",
    );
  if (input.Policies !== undefined && input.Policies !== "")
    throw unsupported("Policies (parameter policies)");
  if (input.DataType !== undefined && input.DataType !== "text") checkDataType(input.DataType);
}

/** Returns the tier of the new version: Advanced is never left; Intelligent-Tiering depends on the size. */
export function chooseTier(
  input: PutParameterCommandInput,
  previous: ParameterTier | undefined,
): ParameterTier {
  const bytes = Buffer.byteLength(input.Value ?? "");
  const wanted = input.Tier ?? previous ?? "Standard";
  if (input.Tier === "Standard" && previous === "Advanced")
    throw invalid(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the " +
        "advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the " +
        "advanced parameter and recreate it as a standard parameter.",
    );
  if (bytes > ADVANCED_VALUE_BYTES && wanted !== "Standard")
    throw invalid(
      `Advanced tier parameters support a maximum parameter value of ${ADVANCED_VALUE_BYTES} characters.`,
    );
  if (wanted === "Intelligent-Tiering")
    return bytes > STANDARD_VALUE_BYTES || previous === "Advanced" ? "Advanced" : "Standard";
  if (wanted === "Standard" && bytes > STANDARD_VALUE_BYTES)
    throw invalid(
      `Standard tier parameters support a maximum parameter value of ${STANDARD_VALUE_BYTES} ` +
        "characters. To create a larger parameter value, upgrade the parameter to use the " +
        `advanced-parameter tier. For more information, see ${ADVANCED_GUIDE}`,
    );
  return wanted;
}

/** Refuses a value that does not match the request's AllowedPattern. */
export function checkPatternMatch(input: PutParameterCommandInput): void {
  if (input.AllowedPattern === undefined || input.AllowedPattern === "") return;
  let pattern: RegExp;
  try {
    pattern = new RegExp(input.AllowedPattern);
  } catch {
    throw new AwsError(
      "InvalidAllowedPatternException",
      "The request does not meet the regular expression requirement.",
    );
  }
  if (!pattern.test(input.Value ?? ""))
    throw new AwsError(
      "ParameterPatternMismatchException",
      `Parameter value, cannot be validated against allowedPattern: ${input.AllowedPattern}`,
    );
}

function checkDataType(dataType: string): void {
  if (dataType === "aws:ec2:image" || dataType === "aws:ssm:integration")
    throw unsupported(`DataType ${dataType}`);
  throw invalid(
    `The following data type is not supported: ${dataType} (Data type names are all lowercase.)`,
  );
}

function unsupported(what: string): AwsError {
  return invalid(`The local cloud does not implement ssm:PutParameter with ${what}.`);
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}
