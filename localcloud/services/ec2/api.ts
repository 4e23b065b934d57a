import type * as Sdk from "@aws-sdk/client-ec2";
import { defineApi } from "../../entities/api";
import { ec2Error, invalidParameter } from "./errors";
import { inputRules } from "./inputRules";
import type { Ec2Store } from "./store";

export { ec2Error, invalidParameter } from "./errors";

export const api = defineApi<typeof Sdk, Ec2Store>({
  name: "ec2",
  signingName: "ec2",
  iamPrefix: "ec2",
  deniedCode: "UnauthorizedOperation",
  sdk: () => require("@aws-sdk/client-ec2") as typeof Sdk,
  constraints: inputRules,
  tagConditions: ["ec2:ResourceTag/"],
  errors: {
    invalidToken: () => ec2Error("InvalidNextToken", "The token is not valid."),
    tooManyTags: () =>
      ec2Error("TagLimitExceeded", "The maximum number of tags for a resource is 50."),
    reservedTag: () =>
      invalidParameter("Tag keys starting with 'aws:' are reserved for internal use"),
  },
});
