import type { Rejected, RejectionCode } from "./model";

export const deploymentOnlyModule = true;

/** Creates an error that ends the inspection with a rejection. */
export function rejection(code: RejectionCode, message: string, fix: string): Error {
  const rejected: Rejected = { accepted: false, code, message, fix };
  return Object.assign(new Error(message), { rejected });
}

/** Returns the rejection in an error; undefined for any other error, such as one of the network. */
export function rejectionOf(error: unknown): Rejected | undefined {
  return (error as { rejected?: Rejected } | undefined)?.rejected;
}

/** Formats a name for a sentence: without control characters, and shortened. */
export function shown(name: string): string {
  const safe = JSON.stringify(name).slice(1, -1);
  return safe.length > 120 ? `${safe.slice(0, 80)}...${safe.slice(-30)}` : safe;
}

export const ZIP_AGAIN = "make the archive again: (cd app && zip -r ../app.zip .)";
