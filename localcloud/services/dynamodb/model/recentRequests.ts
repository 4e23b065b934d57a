import { createHash } from "node:crypto";
import { AwsError } from "../../../core/errors";
import { toWire } from "./attributeValues";

/**
 * How long a ClientRequestToken is remembered, milliseconds.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
const TOKEN_MS = 10 * 60_000;

/** Transactions that completed with a client request token. */
export class RecentRequests {
  private readonly done = new Map<string, { digest: string; at: number }>();

  /** Returns true if the same request has completed. Throws if the token was used for a different request. */
  has(token: string, request: object, now: number): boolean {
    this.forget(now);
    const earlier = this.done.get(token);
    if (!earlier) return false;
    if (earlier.digest === digestOf(request)) return true;
    throw new AwsError(
      "IdempotentParameterMismatchException",
      "ClientRequestToken has already been used with different parameters",
    );
  }

  add(token: string, request: object, now: number): void {
    this.done.set(token, { digest: digestOf(request), at: now });
  }

  private forget(now: number): void {
    for (const [token, { at }] of this.done) {
      if (at + TOKEN_MS > now) return;
      this.done.delete(token);
    }
  }
}

function digestOf(request: object): string {
  return createHash("sha256")
    .update(JSON.stringify(toWire(request), sortMembers))
    .digest("hex");
}

/** Sorts members, because their order in a request has no meaning. */
function sortMembers(_name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
