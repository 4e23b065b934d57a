import { randomInt } from "node:crypto";
import { randomText } from "../../../core/randomPool";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Returns ten lower-case letters and digits, for REST APIs and their stages' deployments. */
export function newApiId(): string {
  return randomName(10);
}

/**
 * Returns six lower-case letters and digits, for resources, models, validators, authorizers, deployments and plans.
 */
export function newId(): string {
  return randomName(6);
}

/** Returns a generated API key: 40 letters and digits. */
export function newApiKeyValue(): string {
  return Array.from({ length: 40 }, () =>
    pick(ALPHABET + ALPHABET.slice(0, 26).toUpperCase()),
  ).join("");
}

/**
 * Returns a value for `$context.extendedRequestId`: 15 URL-safe characters and `=`; unique, and not set by the
 * client.
 */
export function newExtendedRequestId(): string {
  return randomText(11, "base64").replace(/\+/g, "-").replace(/\//g, "_");
}

function randomName(length: number): string {
  return Array.from({ length }, () => pick(ALPHABET)).join("");
}

function pick(characters: string): string {
  return characters[randomInt(characters.length)];
}
