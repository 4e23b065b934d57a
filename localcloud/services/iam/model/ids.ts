import { randomBytes, randomInt } from "node:crypto";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
export type IdPrefix = "AROA" | "AIDA" | "ANPA" | "AIPA" | "AKIA" | "ASIA";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Returns a new id. Unique ids have 21 characters, access key ids 20. */
export function newId(prefix: IdPrefix): string {
  const length = prefix === "AKIA" || prefix === "ASIA" ? 16 : 17;
  return prefix + Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

/** Returns a secret of 40 characters, as on AWS. */
export function newSecret(): string {
  return randomBytes(30).toString("base64");
}

export function newSessionToken(): string {
  // The first bytes of real tokens are this text in Base64.
  return `IQoJb3JpZ2luX2Vj${randomBytes(240).toString("base64")}`;
}
