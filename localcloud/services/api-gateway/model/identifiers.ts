import { randomBytes, randomInt } from "node:crypto";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Ten lower-case letters and digits, as REST APIs and their stages' deployments have. */
export function newApiId(): string {
  return randomText(10);
}

/** Six lower-case letters and digits: resources, models, validators, authorizers, deployments, plans. */
export function newId(): string {
  return randomText(6);
}

/** A generated API key: 40 letters and digits. */
export function newApiKeyValue(): string {
  return Array.from({ length: 40 }, () =>
    pick(ALPHABET + ALPHABET.slice(0, 26).toUpperCase()),
  ).join("");
}

/** `$context.extendedRequestId`: 15 URL-safe characters and `=`, unique and not chosen by the client. */
export function newExtendedRequestId(): string {
  return randomBytes(11).toString("base64").replace(/\+/g, "-").replace(/\//g, "_");
}

function randomText(length: number): string {
  return Array.from({ length }, () => pick(ALPHABET)).join("");
}

function pick(characters: string): string {
  return characters[randomInt(characters.length)];
}
