import type { PolicyPrincipal, PolicyStatement } from "../core/policyDocument";
import type { Principal } from "../core/principal";

/**
 * How a resource policy names the caller. `direct`: the user, the session or everyone; this grants access by itself.
 * `role`: the role of a session, which its boundary and session policy still limit. `account`: the account; this only
 * delegates to the account's own identity policies.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export type PrincipalMatch = "direct" | "role" | "account";

const STRENGTH: readonly PrincipalMatch[] = ["account", "role", "direct"];
const ROOT_ARN = /^arn:[^:]+:iam::(\d{12}):root$/;

/**
 * Returns how the statement's Principal or NotPrincipal names the caller; undefined = it does not apply to the
 * caller.
 */
export function statementCovers(
  statement: PolicyStatement,
  principal: Principal,
): PrincipalMatch | undefined {
  if (statement.Principal !== undefined) return strongestMatch(statement.Principal, principal);
  if (statement.NotPrincipal === undefined) return undefined;
  return isExempt(statement.NotPrincipal, statement.Effect, principal) ? undefined : "direct";
}

function strongestMatch(
  element: PolicyPrincipal,
  principal: Principal,
): PrincipalMatch | undefined {
  const found = principalsOf(element).map(([kind, name]) => matchOne(kind, name, principal));
  return STRENGTH.findLast((strength) => found.includes(strength));
}

function matchOne(kind: string, name: string, principal: Principal): PrincipalMatch | undefined {
  if (name === "*" && kind === "AWS") return "direct";
  if (principal.type === "service")
    return kind === "Service" && name === principal.service ? "direct" : undefined;
  if (principal.type === "anonymous" || kind !== "AWS") return undefined;
  if (name === principal.arn) return principal.type === "root" ? "account" : "direct";
  if (principal.type === "role" && (name === principal.roleArn || name === principal.roleId))
    return "role";
  return accountOf(name) === principal.accountId ? "account" : undefined;
}

/**
 * Checks whether NotPrincipal exempts the caller. A Deny exempts a caller only if the account and the role are listed
 * as well as the session or user; for an Allow, any of them is enough.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
function isExempt(
  element: PolicyPrincipal,
  effect: PolicyStatement["Effect"],
  principal: Principal,
): boolean {
  const listed = principalsOf(element).map(([kind, name]) => matchOne(kind, name, principal));
  if (effect === "Allow") return listed.some((match) => match !== undefined);
  if (element === "*" || principalsOf(element).some(([, name]) => name === "*")) return true;
  return namesNeeded(principal).every((needed) => listed.includes(needed));
}

function namesNeeded(principal: Principal): readonly PrincipalMatch[] {
  switch (principal.type) {
    case "role":
      return ["account", "role", "direct"];
    case "user":
      return ["account", "direct"];
    case "root":
      return ["account"];
    default:
      return ["direct"];
  }
}

function principalsOf(
  element: PolicyPrincipal,
): readonly (readonly [kind: string, name: string])[] {
  if (element === "*") return [["AWS", "*"]];
  return Object.entries(element).flatMap(([kind, names]) =>
    [names].flat().map((name) => [kind, name] as const),
  );
}

function accountOf(name: string): string | undefined {
  return /^\d{12}$/.test(name) ? name : ROOT_ARN.exec(name)?.[1];
}
