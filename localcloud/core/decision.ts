import type { PolicyStatement } from "./policyDocument";

/** The kind of policy that decided; `rootUser`: the account's owner needs no policy. */
export type DecisionReason =
  | "identityPolicy"
  | "resourcePolicy"
  | "trustPolicy"
  | "permissionsBoundary"
  | "sessionPolicy"
  | "rootUser";

/** What IAM says of one request. */
export interface Decision {
  readonly result: "allowed" | "explicitlyDenied" | "implicitlyDenied";
  readonly reason: DecisionReason;
  /** The statement that allowed or denied; absent where none did. */
  readonly statement?: PolicyStatement;
}
