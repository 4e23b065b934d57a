import { AwsError } from "../../core/errors";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
export function ec2Error(code: string, message: string): AwsError {
  return new AwsError(code, message);
}

export function invalidParameter(message: string): AwsError {
  return ec2Error("InvalidParameterValue", message);
}
