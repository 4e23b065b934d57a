import type { Principal } from "./principal";

/**
 * A caller on whose behalf a service calls another one, e.g. Parameter Store decrypting a SecureString.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
 */
export type ForwardedPrincipal = Principal & {
  /** Service that made the call, e.g. `ssm.us-east-1.amazonaws.com` (`kms:ViaService`). */
  readonly viaService: string;
};

/** Returns the caller, marked with the service that acts on its behalf; its permissions stay the same. */
export function forwardAccess(
  principal: Principal,
  service: string,
  region: string,
): ForwardedPrincipal {
  return { ...principal, viaService: `${service}.${region}.amazonaws.com` };
}

/** Returns the service that forwarded the call; undefined if the caller made it directly. */
export function viaService(principal: Principal): string | undefined {
  return "viaService" in principal && typeof principal.viaService === "string"
    ? principal.viaService
    : undefined;
}

/** Returns the caller's account for `kms:CallerAccount` and similar keys; undefined for anonymous callers. */
export function callerAccount(principal: Principal): string | undefined {
  switch (principal.type) {
    case "service":
      return principal.sourceAccount;
    case "anonymous":
      return undefined;
    default:
      return principal.accountId;
  }
}
