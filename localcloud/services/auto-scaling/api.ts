import type * as Sdk from "@aws-sdk/client-auto-scaling";
import { constraints } from "../../constraints/auto-scaling";
import type { Constraints } from "../../codec/model/constraints";
import { AwsError } from "../../core/errors";
import { defineApi } from "../../entities/api";
import type { AutoScalingStore } from "./store";

const VALIDATION = "ValidationError";

export const api = defineApi<typeof Sdk, AutoScalingStore>({
  name: "auto-scaling",
  signingName: "autoscaling",
  iamPrefix: "autoscaling",
  deniedCode: "AccessDenied",
  sdk: () => require("@aws-sdk/client-auto-scaling") as typeof Sdk,
  constraints: () => ({ table: withEmptyMetadata(constraints()) }),
  tagConditions: ["autoscaling:ResourceTag/"],
  pageSizeCode: VALIDATION,
  errors: {
    invalidToken: () => new AwsError("InvalidNextToken", "The token is not valid."),
    tooManyTags: () => validation("A group can have at most 50 tags."),
    reservedTag: (key) => validation(`Tag keys that begin with aws: are reserved: ${key}`),
  },
});

/** Lets an empty text remove the metadata of a hook, as the provider does; the model allows only a longer one. */
function withEmptyMetadata(table: Constraints): Constraints {
  const hook = ["PutLifecycleHookType", "LifecycleHookSpecification"].map((shape) => [
    shape,
    { ...table[shape], NotificationMetadata: { max: 4000 } },
  ]);
  return { ...table, ...(Object.fromEntries(hook) as Constraints) };
}

/** What all hand-written lists have in common. */
export const paging = { invalidToken: api.errors.invalidToken, code: VALIDATION };

export function validation(message: string): AwsError {
  return new AwsError(VALIDATION, message);
}

export function groupNotFound(name: string): AwsError {
  return validation(`AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`);
}
