import { constraints } from "../../constraints/sts";
import type { ServiceDefinition } from "../../core/service";
import { assumeRole } from "./operations/assumeRole";
import { getCallerIdentity } from "./operations/getCallerIdentity";
import { getSessionToken } from "./operations/getSessionToken";
import type { StsStore } from "./model/operation";

/** AWS Security Token Service: sessions of IAM's roles and users. */
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
