import type * as sdk from "@aws-sdk/client-s3";
import { constraints } from "../../constraints/s3";
import { defineApi } from "../../entities/api";
import { invalidArgument, s3Error } from "./errors";
import { invalidInput } from "./invalidInput";
import type { S3Store } from "./store";

export type Sdk = typeof sdk;

export const api = defineApi<Sdk, S3Store>({
  name: "s3",
  signingName: "s3",
  iamPrefix: "s3",
  deniedCode: "AccessDenied",
  scope: "global",
  sdk: () => require("@aws-sdk/client-s3") as Sdk,
  constraints: () => ({ table: constraints(), refuse: invalidInput }),
  secretInputs: {
    PutObject: ["Body", "SSECustomerKey"],
    UploadPart: ["Body", "SSECustomerKey"],
  },
  errors: {
    invalidToken: () => invalidArgument("The continuation token provided is incorrect"),
    tooManyTags: () => s3Error("BadRequest", "Object tags cannot be greater than 10"),
    reservedTag: () => s3Error("InvalidTag", "System tags cannot be added/updated by requester"),
  },
});
