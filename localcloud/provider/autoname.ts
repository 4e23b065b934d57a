import { createHash } from "node:crypto";
import { DEFAULTS_KEY } from "./diff";
import type { CheckRequest, Properties, ResourceType } from "./types";

/** An absent name is made from the resource's own, and kept for as long as the resource lives. */
export function autoname(type: ResourceType, inputs: Properties, request: CheckRequest): void {
  const { autoname: rule } = type;
  if (!rule || inputs[rule.property] !== undefined) return;
  inputs[DEFAULTS_KEY] = [rule.property];
  const old = request.olds?.[rule.property];
  const prefix = inputs[`${rule.property}Prefix`];
  if (typeof old === "string" && (typeof prefix !== "string" || old.startsWith(prefix))) {
    inputs[rule.property] = old;
    return;
  }
  const suffix = `${random(request, typeof prefix === "string" ? 26 : 7)}${rule.suffix?.(inputs) ?? ""}`;
  if (typeof prefix === "string") {
    inputs[rule.property] = prefix.slice(0, rule.maxLength - suffix.length) + suffix;
    return;
  }
  const separated = `${rule.separator ?? "-"}${suffix}`;
  const base = request.urn.split("::").slice(3).join("::");
  const name = rule.transform ? rule.transform(base) : base;
  inputs[rule.property] = name.slice(0, rule.maxLength - separated.length) + separated;
}

function random({ randomSeed, urn }: CheckRequest, length: number): string {
  return createHash("sha256").update(randomSeed).update(urn).digest("hex").slice(0, length);
}
