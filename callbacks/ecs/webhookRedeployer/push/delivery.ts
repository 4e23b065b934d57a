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
 * version after the name, and the higher version after the lower one. The order in which they arrive does not count.
 */
export function orderOf({ tag, pushedAt }: Push): string {
  const second = String(Math.floor(pushedAt)).padStart(12, "0");
  const rank = /^v?\d/.test(tag) ? "1" : "0";
  // Numbers of one width sort by value; "~" comes after "-", so that 1.2.3 follows 1.2.3-rc1.
  const natural = tag.replace(/\d+/g, (digits) => digits.padStart(20, "0"));
  return `${second} ${rank} ${natural}~`;
}
