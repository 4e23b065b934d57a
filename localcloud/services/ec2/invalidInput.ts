import type { InputViolation } from "../../codec/checkInput";
import type { AwsError } from "../../core/errors";
import { ec2Error, invalidParameter } from "./errors";

/**
 * Returns EC2's error for an input that violates the model, in the words of which answers are recorded. Returns nothing
 * for a missing member, for a length or a pattern, and for Spot Fleets: EC2 answers these in the common words of AWS's
 * front ends.
 */
export function invalidInput(violation: InputViolation): AwsError | undefined {
  const { operation, path, missing, value = "", constraint } = violation;
  const member = path.at(-1) ?? "";
  if (missing) return undefined;
  if (member === "LaunchTemplateName" || member === "LaunchTemplateNames") return malformedName();
  if (member === "MaxResults") return wrongPageSize(operation, value, constraint);
  // https://github.com/iterative/cml/issues/821
  if (member === "InstanceType") return invalidParameter(`Invalid value '${value}' for ${member}.`);
  if (!constraint?.enum || operation.includes("SpotFleet")) return undefined;
  const allowed = constraint.enum;
  // https://github.com/awsdocs/aws-cloudformation-user-guide/pull/402
  if (operation === "CreateFleet" || operation === "ModifyFleet")
    return ec2Error("InvalidParameter", `${member} must be ${alternatives(allowed, '"')}`);
  // https://github.com/hashicorp/terraform-provider-aws/issues/25547
  if (path.includes("MetadataOptions"))
    return invalidParameter(
      `A value of '${value}' is not valid for ${member}. Specify either ${alternatives(allowed, "'")} and try again.`,
    );
  // https://github.com/aws/amazon-vpc-resource-controller-k8s, developer guide, troubleshooting
  return invalidParameter(
    `Invalid value '${value}' for ${member}. Allowed values are (${quoted(allowed, "'").join(", ")})`,
  );
}

function quoted(names: readonly string[], mark: string): string[] {
  return names.map((name) => `${mark}${name}${mark}`);
}

function alternatives(names: readonly string[], mark: string): string {
  const all = quoted(names, mark);
  return [all.slice(0, -1).join(", "), ...all.slice(-1)].filter(Boolean).join(" or ");
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#CommonErrors */
function malformedName(): AwsError {
  return ec2Error(
    "InvalidLaunchTemplateName.MalformedException",
    "The specified launch template name is invalid. A launch template name must be between 3 and 128 characters, and " +
      "may contain letters, numbers, and the following characters: '-', '_', '.', '/', '(', and ')'.",
  );
}

/**
 * The words differ between operations: https://github.com/aws/aws-cli/issues/3397,
 * https://github.com/aws/aws-sdk-ruby/pull/2575, and the answers that https://github.com/mulgadc/spinifex captured.
 */
function wrongPageSize(
  operation: string,
  value: string,
  { min = 1, max }: InputViolation["constraint"] & object = {},
): AwsError {
  if (operation.startsWith("DescribeLaunchTemplate"))
    return invalidParameter(`Maximum results allowed are between ${min} and ${max}`);
  const wrong = `Value ( ${value} ) for parameter maxResults is invalid. Expecting a value`;
  if (operation === "DescribeInstanceTypes")
    return ec2Error("InvalidMaxResults", `${wrong} from ( ${min} ) to  ( ${max} ).`);
  return invalidParameter(
    Number(value) < min ? `${wrong} greater than ${min}.` : `${wrong} smaller than ${max}.`,
  );
}
