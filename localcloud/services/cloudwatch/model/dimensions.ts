import type { Dimension } from "@aws-sdk/client-cloudwatch";
import { checkLength } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html */
const MAX_DIMENSIONS = 30;

/** Refuses empty, too long, repeated or too many dimensions. */
export function checkDimensions(
  dimensions: readonly Dimension[] | undefined,
  member: string,
): void {
  const names = new Set<string>();
  for (const [index, { Name = "", Value = "" }] of (dimensions ?? []).entries()) {
    const path = `${member}.Dimensions.member.${index + 1}`;
    checkLength(Name, `${path}.Name`, { min: 1, max: 255 });
    checkLength(Value, `${path}.Value`, { min: 1, max: 1024 });
    if (!isDimensionText(Name) || Name.startsWith(":"))
      throw invalid(`The value ${Name} for parameter ${path}.Name is invalid.`);
    if (!isDimensionText(Value))
      throw invalid(`The value ${Value} for parameter ${path}.Value is invalid.`);
    if (names.has(Name))
      throw invalid(`The parameter ${path}.Name must be unique; ${Name} is given twice.`);
    names.add(Name);
  }
  if (names.size > MAX_DIMENSIONS)
    throw invalid(
      `The collection ${member}.Dimensions must not have a size greater than ${MAX_DIMENSIONS}.`,
    );
}

/** Printable ASCII with at least one character that is no space. */
function isDimensionText(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text) && text.trim() !== "";
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message);
}
