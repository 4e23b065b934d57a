import type * as sdk from "@aws-sdk/client-scheduler";
import { AwsError } from "../../core/errors";
import { constraints } from "../../constraints/scheduler";
import { defineApi } from "../../entities/api";
import type { SchedulerStore } from "./store";

type Sdk = typeof sdk;

export const api = defineApi<Sdk, SchedulerStore>({
  name: "scheduler",
  signingName: "scheduler",
  iamPrefix: "scheduler",
  sdk: () => require("@aws-sdk/client-scheduler") as Sdk,
  constraints: () => ({ table: constraints() }),
  errors: {
    invalidToken: () => invalid("Invalid NextToken."),
    tooManyTags: () => invalid("A resource can't have more than 50 tags."),
    reservedTag: (key) => invalid(`Tag keys that start with aws: are reserved: ${key}`),
  },
});

export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

export function conflict(message: string): AwsError {
  return new AwsError("ConflictException", message);
}

export function notFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message);
}
