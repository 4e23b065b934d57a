import { createHmac, timingSafeEqual } from "node:crypto";

export const deploymentOnlyModule = true;

/** Seconds that a signed request may be old, or ahead of our clock. */
export const SIGNATURE_TOLERANCE = 300;

/** `t=<seconds>,v1=<hexadecimal>`: HMAC-SHA256 of `<seconds>.<body>`. */
export function sign(secret: string, body: string, seconds: number): string {
  return `t=${seconds},v1=${hmac(secret, `${seconds}.${body}`).toString("hex")}`;
}

/** True when one of the secrets signed this body within the tolerance; takes the same time whichever it was. */
export function isSigned(
  header: string | undefined,
  body: string,
  options: { readonly secrets: readonly string[]; readonly nowSeconds: number },
): boolean {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? "");
  if (!match) return false;
  const [, seconds, signature = ""] = match;
  if (Math.abs(options.nowSeconds - Number(seconds)) > SIGNATURE_TOLERANCE) return false;
  const given = Buffer.from(signature, "hex");
  return (
    options.secrets.filter((secret) => timingSafeEqual(hmac(secret, `${seconds}.${body}`), given))
      .length > 0
  );
}

/**
 * True when the text is one of the secrets. Digests have one length and nothing of the secret's order, so that the
 * time of the comparison tells nothing about it.
 */
export function isOneOf(text: string, secrets: readonly string[]): boolean {
  const key = "compare";
  const given = hmac(key, text);
  return secrets.filter((secret) => timingSafeEqual(hmac(key, secret), given)).length > 0;
}

/** The valid secrets of a parameter: one, or the new one and the old one while senders move over. */
export function secretsOf(value: string): string[] {
  return value
    .split(/[\s,]+/)
    .filter((secret) => secret.length >= MIN_SECRET)
    .slice(0, 2);
}

/** Characters below which a secret could be guessed; a shorter one never lets anybody in. */
export const MIN_SECRET = 16;

function hmac(key: string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
