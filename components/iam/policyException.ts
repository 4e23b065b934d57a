import type { Authorization } from "../api/authorization";
import { childName } from "../names";

/**
 * Where a component breaks a rule of the policy pack on purpose. A component states its exceptions among its own
 * inputs (`policyExceptions`), so that they stand in its code, in the stack's state and in every preview, and
 * hold for its children only.
 */
export interface PolicyException {
  /** Id of the rule, such as `AwsSolutions-APIG4`. */
  rule: string;
  /** Logical name of the child that may break it; `*` stands for any characters. */
  resource: string;
  /** Which finding is meant, where a rule can have several; `*` as above, `[*]` for itself. Default: all of that child. */
  finding?: string;
  /** Why this is right here: a sentence for the next reader. */
  reason: string;
}

/** A public API says so, in the caller's own words where there are any. */
export function publicMethods(
  name: string,
  authorization: Authorization | undefined,
): PolicyException[] {
  if (authorization && authorization.type !== "NONE") return [];
  const reason = authorization?.reason ?? "No authorization was asked for: the API is public.";
  return [{ rule: "AwsSolutions-APIG4", resource: childName(name, "*"), reason }];
}
