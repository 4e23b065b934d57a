import type { Principal } from "./principal";

/**
 * A caller in whose name a service calls another one, e.g. Parameter Store decrypting a SecureString.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
 */
export type ForwardedPrincipal = Principal & {
  /** Service that made the call, e.g. `ssm.us-east-1.amazonaws.com` (`kms:ViaService`). */
  readonly viaService: string;
};

/** The caller, marked with the service that acts for them; every other right stays the caller's own. */
export function forwardAccess(
  principal: Principal,
  service: string,
  region: string,
): ForwardedPrincipal {
  return { ...principal, viaService: `${service}.${region}.amazonaws.com` };
}

/** The service that forwarded the call; undefined when the caller made it themselves. */
export function viaService(principal: Principal): string | undefined {
  return "viaService" in principal && typeof principal.viaService === "string"
    ? principal.viaService
    : undefined;
}

/** Account of the caller as `kms:CallerAccount` and friends mean it; undefined for anonymous callers. */
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
