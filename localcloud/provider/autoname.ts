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
  if (typeof prefix === "string") {
    const rest = random(request, 26) + suffix;
    return named(prefix.slice(0, rule.maxLength - rest.length) + rest);
  }
  if (request.autonaming) {
    const { name, reason } = configuredName(rule, suffix, request.autonaming);
    return name === undefined ? [{ property: rule.property, reason }] : named(name);
  }
  const separated = `${rule.separator ?? "-"}${random(request, 7)}${suffix}`;
  const base = request.urn.split("::").slice(3).join("::");
  const name = rule.transform ? rule.transform(base) : base;
  return named(name.slice(0, rule.maxLength - separated.length) + separated);
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
