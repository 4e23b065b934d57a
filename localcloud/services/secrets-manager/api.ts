import type * as sdk from "@aws-sdk/client-secrets-manager";
import { AwsError } from "../../core/errors";
import { constraints } from "../../constraints/secrets-manager";
import { defineApi } from "../../entities/api";
import type { SecretsStore } from "./store";

type Sdk = typeof sdk;

/** Operations whose input contains the secret itself; the recorder does not store it. */
const VALUES = {
  CreateSecret: ["SecretString", "SecretBinary"],
  PutSecretValue: ["SecretString", "SecretBinary"],
  UpdateSecret: ["SecretString", "SecretBinary"],
} as const;

export const api = defineApi<Sdk, SecretsStore>({
  name: "secrets-manager",
  signingName: "secretsmanager",
  iamPrefix: "secretsmanager",
  sdk: () => require("@aws-sdk/client-secrets-manager") as Sdk,
  constraints: () => ({ table: constraints() }),
  secretInputs: VALUES,
  tagConditions: ["secretsmanager:ResourceTag/"],
  errors: {
    invalidToken: () =>
      new AwsError("InvalidNextTokenException", "The NextToken value is invalid."),
    tooManyTags: () => invalidParameter("The number of tags can't exceed 50."),
    reservedTag: () =>
      invalidParameter("You can't use a tag key that begins with the reserved prefix aws:."),
  },
});

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

export function invalidRequest(message: string): AwsError {
  return new AwsError("InvalidRequestException", message);
}

export function exists(message: string): AwsError {
  return new AwsError("ResourceExistsException", message);
}

/** Returns an error such as `Secrets Manager can't find the specified secret value for staging label: AWSCURRENT`. */
export function notFound(what: string): AwsError {
  return new AwsError(
    "ResourceNotFoundException",
    `Secrets Manager can't find the specified secret${what}`,
  );
}

export function invalidName(): AwsError {
  return new AwsError(
    "ValidationException",
    "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
  );
}
