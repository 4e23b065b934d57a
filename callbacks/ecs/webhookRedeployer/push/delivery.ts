import { createHash } from "node:crypto";

export const deploymentOnlyModule = true;

/** A tag that somebody pushed, whoever told us. */
export interface Push {
  /** Canonical: `docker.io/acme/web`. */
  readonly repository: string;
  readonly tag: string;
  /** Seconds since the epoch, by the registry's clock. */
  readonly pushedAt: number;
  /** Where Docker Hub wants to hear how it went; undefined unless answering is switched on and the address is safe. */
  readonly callbackUrl?: string;
}

/** A push that was let in: what waits in the queue. */
export interface Delivery extends Push {
  readonly deliveryId: string;
  /** Milliseconds since the epoch, by our clock. */
  readonly acceptedAt: number;
}

/** The same push has the same id, however often it is told; senders give none. */
export function deliveryIdOf({ repository, tag, pushedAt }: Push): string {
  const text = JSON.stringify([repository, tag, pushedAt]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/**
 * Text that sorts the pushes of one repository: the later one after the earlier one; among those of one second the
 * version after the name, and the higher version after the lower one, with or without `v`: 8 before 8.4 before 8.4.2, and
 * each after its own prereleases. The order in which they arrive does not count.
 */
export function orderOf({ tag, pushedAt }: Push): string {
  const second = String(Math.floor(pushedAt)).padStart(12, "0");
  const [, core, rest = ""] = /^v?(\d+(?:\.\d+)*)(.*)$/s.exec(tag) ?? [];
  // The tag itself tells v9 from 9, so that no two pushes have one place.
  if (core === undefined) return `${second} 0 ${natural(tag)} ${tag}`;
  // What follows in the order of characters: "-rc1", the end, ".2".
  const end = rest === "" ? ". " : natural(rest.replace(/^[^.-]/, "-$&"));
  return `${second} 1 ${natural(core)}${end} ${tag}`;
}

/** Numbers sort by value when their length stands before them; a tag has at most 128 digits. */
function natural(text: string): string {
  return text.replace(/\d+/g, (digits) => {
    const value = digits.replace(/^0+(?=\d)/, "");
    return `${String(value.length).padStart(3, "0")}${value}`;
  });
}
