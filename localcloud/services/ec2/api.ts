import type * as Sdk from "@aws-sdk/client-ec2";
import { AwsError } from "../../core/errors";
import { defineApi } from "../../entities/api";
import type { Ec2Store } from "./store";

export const api = defineApi<typeof Sdk, Ec2Store>({
  name: "ec2",
  signingName: "ec2",
  iamPrefix: "ec2",
  deniedCode: "UnauthorizedOperation",
  sdk: () => require("@aws-sdk/client-ec2") as typeof Sdk,
  tagConditions: ["ec2:ResourceTag/"],
  errors: {
    invalidToken: () => ec2Error("InvalidNextToken", "The token is not valid."),
    tooManyTags: () =>
      ec2Error("TagLimitExceeded", "The maximum number of tags for a resource is 50."),
    reservedTag: () =>
      ec2Error(
        "InvalidParameterValue",
        "Tag keys starting with 'aws:' are reserved for internal use",
      ),
  },
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
export function ec2Error(code: string, message: string): AwsError {
  return new AwsError(code, message);
}

export function invalidParameter(message: string): AwsError {
  return ec2Error("InvalidParameterValue", message);
}
