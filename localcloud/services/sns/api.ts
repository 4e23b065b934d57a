import type * as sdk from "@aws-sdk/client-sns";
import { AwsError } from "../../core/errors";
import { constraints } from "../../constraints/sns";
import { defineApi } from "../../entities/api";
import type { SnsStore } from "./store";

type Sdk = typeof sdk;

export const api = defineApi<Sdk, SnsStore>({
  name: "sns",
  signingName: "sns",
  iamPrefix: "sns",
  deniedCode: "AuthorizationErrorException",
  sdk: () => require("@aws-sdk/client-sns") as Sdk,
  constraints: () => ({ table: constraints() }),
  errors: {
    invalidToken: () => invalidParameter("NextToken"),
    tooManyTags: () =>
      new AwsError(
        "TagLimitExceededException",
        "Could not complete request: tag quota of per resource exceeded",
      ),
    duplicateTag: () => invalidParameter("Duplicated keys are not allowed."),
    reservedTag: () =>
      invalidParameter("Tags Reason: System tags cannot be added or updated by requester"),
  },
});

export function invalidParameter(what: string): AwsError {
  return new AwsError("InvalidParameterException", `Invalid parameter: ${what}`);
}

/** Runs a check of a request's `Attributes`. Its errors get the form that AWS uses for this parameter. */
export function inAttributes<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const match = /^Invalid parameter: (.*)$/s.exec(error.message);
    throw match ? invalidParameter(`Attributes Reason: ${match[1]}`) : error;
  }
}
