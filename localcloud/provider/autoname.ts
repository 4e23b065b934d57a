import { createHash } from "node:crypto";
import { DEFAULTS_KEY } from "./diff";
import type {
  Autoname,
  Autonaming,
  CheckFailure,
  CheckRequest,
  Properties,
  ResourceType,
} from "./types";

/** Makes an absent name from the resource's own, and keeps it as long as the resource exists. */
export function autoname(
  type: ResourceType,
  inputs: Properties,
  request: CheckRequest,
): readonly CheckFailure[] {
  const { autoname: rule } = type;
  if (!rule || inputs[rule.property] !== undefined) return [];
  const old = request.olds?.[rule.property];
  const prefix = inputs[`${rule.property}Prefix`];
  const named = (name: string): readonly CheckFailure[] => {
    inputs[DEFAULTS_KEY] = [rule.property];
    inputs[rule.property] = name;
    return [];
  };
  if (typeof old === "string" && (typeof prefix !== "string" || old.startsWith(prefix)))
    return named(old);
  const suffix = rule.suffix?.(inputs) ?? "";
  // A configured name wins over Pulumi's own, but not over the program's prefix.
  if (request.autonaming && typeof prefix !== "string") {
    const { name, reason } = configuredName(rule, suffix, request.autonaming);
    return name === undefined ? [{ property: rule.property, reason }] : named(name);
  }
  const isPrefixed = typeof prefix === "string";
  const digits = isPrefixed ? PREFIXED_DIGITS : DIGITS;
  const begin = isPrefixed ? prefix : beginOf(rule, request);
  const most = rule.maxLength - suffix.length;
  if (begin.length + digits <= most) return named(begin + random(request, digits) + suffix);
  const reason = `name '${begin}' plus ${digits} random chars is longer than maximum length ${most}`;
  return [{ property: rule.property, reason }];
}

/** Random digits after a resource's own name, and after a prefix of the program. */
const DIGITS = 7;
const PREFIXED_DIGITS = 26;

/**
 * Returns a generated name up to its random part. Pulumi refuses a resource whose own name is too long, instead of
 * shortening it: https://github.com/pulumi/pulumi/pull/500
 */
function beginOf(rule: Autoname, { urn }: CheckRequest): string {
  const base = urn.split("::").slice(3).join("::");
  return (rule.transform ? rule.transform(base) : base) + (rule.separator ?? "-");
}

/**
 * Returns the name that `pulumi:autonaming` of the stack's configuration gives. Like in the real provider an enforced
 * name is used unchanged, and a proposed one is adapted to AWS's rules; neither is shortened.
 * https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming-configuration
 */
function configuredName(
  rule: Autoname,
  suffix: string,
  { mode, proposedName }: Autonaming,
): { name: string; reason?: undefined } | { name?: undefined; reason: string } {
  if (mode === "disable")
    return { reason: "automatic naming is disabled but no explicit name was provided" };
  if (mode === "enforce") return { name: proposedName };
  const proposed = rule.transform ? rule.transform(proposedName) : proposedName;
  const name = proposed.endsWith(suffix) ? proposed : proposed + suffix;
  if (name.length <= rule.maxLength) return { name };
  return {
    reason: `calculated name '${name}' exceeds maximum length of ${rule.maxLength} characters`,
  };
}

function random({ randomSeed, urn }: CheckRequest, length: number): string {
  return createHash("sha256").update(randomSeed).update(urn).digest("hex").slice(0, length);
}
