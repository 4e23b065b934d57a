import type { PolicyStatement } from "./policyDocument";

/** Kind of policy that decided. `rootUser`: the account's root user needs no policy. */
export type DecisionReason =
  | "identityPolicy"
  | "resourcePolicy"
  | "trustPolicy"
  | "permissionsBoundary"
  | "sessionPolicy"
  | "rootUser";

/** IAM's decision about one request. */
export interface Decision {
  readonly result: "allowed" | "explicitlyDenied" | "implicitlyDenied";
  readonly reason: DecisionReason;
  /** The statement that allowed or denied; absent if there is none. */
  readonly statement?: PolicyStatement;
}
