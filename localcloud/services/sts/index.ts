import { constraints } from "../../constraints/sts";
import type { ServiceDefinition } from "../../core/service";
import { assumeRole } from "./assumeRole";
import { getCallerIdentity } from "./getCallerIdentity";
import { getSessionToken } from "./getSessionToken";
import type { StsStore } from "./operation";

/** AWS Security Token Service: sessions of the roles and users that IAM knows. */
export const sts: ServiceDefinition<StsStore> = {
  name: "sts",
  signingName: "sts",
  iamPrefix: "sts",
  deniedCode: "AccessDenied",
  scope: "global",
  sdk: () => require("@aws-sdk/client-sts") as object,
  constraints: () => ({ table: constraints() }),
  createStore: () => ({}),
  operations: {
    AssumeRole: assumeRole,
    GetCallerIdentity: getCallerIdentity,
    GetSessionToken: getSessionToken,
  },
};
