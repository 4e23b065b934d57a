import { createHash } from "node:crypto";

export const deploymentOnlyModule = true;

/** A pushed tag, from any kind of sender. */
export interface Push {
  /** Canonical: `docker.io/acme/web`. */
  readonly repository: string;
  readonly tag: string;
  /** Seconds since the epoch, by the registry's clock. */
  readonly pushedAt: number;
  /** Docker Hub's callback URL; undefined unless answering is enabled and the URL is safe. */
  readonly callbackUrl?: string;
}

/** A push that was accepted: it waits in the queue. */
export interface Delivery extends Push {
  readonly deliveryId: string;
  /** Milliseconds since the epoch, by Lambda's clock. */
  readonly acceptedAt: number;
}

/** Returns the id of a push: the same for each delivery of the same push, since senders send no id. */
export function deliveryIdOf({ repository, tag, pushedAt }: Push): string {
  const text = JSON.stringify([repository, tag, pushedAt]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/**
 * Returns a string that sorts the pushes of one repository: the later one after the earlier one; within one second
 * versions after names, and a higher version after a lower one, with or without `v`: 8 before 8.4 before 8.4.2, and
 * each after its own prereleases. The order of arrival does not matter.
 */
export function orderOf({ tag, pushedAt }: Push): string {
  const second = String(Math.floor(pushedAt)).padStart(12, "0");
  const [, core, rest = ""] = /^v?(\d+(?:\.\d+)*)(.*)$/s.exec(tag) ?? [];
  // The tag itself distinguishes v9 from 9, so that no two pushes have the same string.
  if (core === undefined) return `${second} 0 ${natural(tag)} ${tag}`;
  // The order of these characters: "-rc1", the end, ".2".
  const end = rest === "" ? ". " : natural(rest.replace(/^[^.-]/, "-$&"));
  return `${second} 1 ${natural(core)}${end} ${tag}`;
}

/** Numbers sort by value when their length precedes them; a tag has at most 128 digits. */
function natural(text: string): string {
  return text.replace(/\d+/g, (digits) => {
    const value = digits.replace(/^0+(?=\d)/, "");
    return `${String(value.length).padStart(3, "0")}${value}`;
  });
}
