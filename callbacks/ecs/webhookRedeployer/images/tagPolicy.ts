import { atOnce } from "../../../atOnce";
import { satisfies } from "./semverRange";

export const deploymentOnlyModule = true;

/** Which tags are deployed: a list, a pattern, or your own function. */
export type TagPolicy =
  | readonly string[]
  | { readonly glob: string }
  | { readonly semver: string }
  | { readonly regexp: RegExp }
  | ((tag: string) => boolean);

/**
 * Checks whether the policy accepts a tag. A list is compared literally; in a glob `*` is any text and `?` any
 * character; a regular expression must match the whole tag.
 */
export function allowsTag(policy: TagPolicy, tag: string): boolean {
  if (typeof policy === "function") return atOnce("tagPolicy", policy(tag)) === true;
  if ("glob" in policy) return matchesGlob(policy.glob, tag);
  if ("semver" in policy) return satisfies(tag, policy.semver);
  // A new RegExp: with the flags `g` and `y` it would remember where it stopped.
  if ("regexp" in policy)
    return new RegExp(`^(?:${policy.regexp.source})$`, flags(policy.regexp)).test(tag);
  return policy.includes(tag);
}

function flags({ flags: given }: RegExp): string {
  return given.replace(/[gym]/g, "");
}

/** Matches a glob in time proportional to the product of the lengths, whatever the pattern. */
export function matchesGlob(glob: string, text: string): boolean {
  let [g, t] = [0, 0];
  let [star, resume] = [-1, 0];
  while (t < text.length) {
    if (glob[g] === "*") {
      star = g;
      resume = t;
      g += 1;
    } else if (g < glob.length && (glob[g] === "?" || glob[g] === text[t])) {
      g += 1;
      t += 1;
    } else if (star >= 0) {
      resume += 1;
      t = resume;
      g = star + 1;
    } else return false;
  }
  return [...glob.slice(g)].every((character) => character === "*");
}
