import { createHash } from "node:crypto";

export const deploymentOnlyModule = true;

/**
 * A trusted host key: a line as in known_hosts without the name (`ssh-ed25519 AAAA...`), or a fingerprint
 * (`SHA256:...`).
 */
export type Pin = string;

/** Returns what is wrong with a pin, and what would be right. */
export function pinProblem(pin: unknown): string | undefined {
  if (typeof pin === "string" && (partsOf(pin) || /^SHA256:[A-Za-z0-9+/]{43}$/.test(pin)))
    return undefined;
  return "allowed are a host's public key (ssh-ed25519 AAAA...) and its fingerprint (SHA256:...)";
}

/** Checks whether the key that a host shows is one of the pins. */
export function matchesPin(key: Buffer, pins: readonly Pin[]): boolean {
  const shown = [key.toString("base64"), fingerprintOf(key)];
  return pins.some((pin) => shown.includes(partsOf(pin)?.blob ?? pin));
}

/** Returns `SHA256:...`, as ssh-keygen prints it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

/** Returns the line with which a key is remembered. */
export function pinOf(key: Buffer): Pin {
  const type = key.subarray(4, 4 + key.readUInt32BE(0)).toString("latin1");
  return `${type} ${key.toString("base64")}`;
}

/**
 * Returns the algorithms for the host key: those of the pins, because a host has several keys and shows the one that
 * the client asks for. With fingerprints only, all of them.
 */
export function hostKeyAlgorithms(pins: readonly Pin[]): string[] {
  const all = [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
  ];
  const types = pins.map((pin) => partsOf(pin)?.type);
  if (types.length === 0 || types.includes(undefined)) return all;
  return all.filter((one) => types.includes(one.startsWith("rsa-") ? "ssh-rsa" : one));
}

/**
 * Parses the host keys that cloud-init printed to an instance's console. The last complete list counts: earlier ones
 * are from before the keys were regenerated. Some systems put a prefix before each line.
 * https://docs.cloud-init.io/en/latest/reference/modules.html#keys-to-console
 */
export function keysInConsole(output: string): Pin[] {
  const lists = output.split("-----BEGIN SSH HOST KEY KEYS-----").slice(1);
  const complete = lists.filter((list) => list.includes("-----END SSH HOST KEY KEYS-----"));
  const [list = ""] = complete.slice(-1)[0]?.split("-----END SSH HOST KEY KEYS-----") ?? [];
  return list.split("\n").flatMap((line) => {
    const [, type, blob] =
      /(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) ([A-Za-z0-9+/=]{40,})/.exec(line) ??
      [];
    const pin = `${type} ${blob}`;
    return partsOf(pin) ? [pin] : [];
  });
}

/** Returns the parts of a line, if its blob is a key of the stated type. */
function partsOf(line: string): { readonly type: string; readonly blob: string } | undefined {
  const [, type, blob] = /^([a-z0-9-]+) ([A-Za-z0-9+/]+=*)(?: .*)?$/.exec(line) ?? [];
  if (type === undefined || blob === undefined) return undefined;
  const bytes = Buffer.from(blob, "base64");
  const length = bytes.length > 4 ? bytes.readUInt32BE(0) : 0;
  return bytes.subarray(4, 4 + length).toString("latin1") === type
    ? { type, blob: bytes.toString("base64") }
    : undefined;
}
