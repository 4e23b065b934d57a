import { createHmac, timingSafeEqual } from "node:crypto";

export const deploymentOnlyModule = true;

/** Seconds by which a signed request may be old, or ahead of Lambda's clock. */
export const SIGNATURE_TOLERANCE = 300;

/** Returns `t=<seconds>,v1=<hexadecimal>`: HMAC-SHA256 of `<seconds>.<body>`. */
export function sign(secret: string, body: string, seconds: number): string {
  return `t=${seconds},v1=${hmac(secret, `${seconds}.${body}`).toString("hex")}`;
}

/** Checks whether one of the secrets signed this body within the tolerance; takes the same time for each secret. */
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
 * Checks whether the text is one of the secrets. Compares digests, which have a fixed length and do not preserve order,
 * so that the time of the comparison reveals nothing about a secret.
 */
export function isOneOf(text: string, secrets: readonly string[]): boolean {
  const key = "compare";
  const given = hmac(key, text);
  return secrets.filter((secret) => timingSafeEqual(hmac(key, secret), given)).length > 0;
}

/** Returns the valid secrets of a parameter: one, or a new one and an old one while senders are switched over. */
export function secretsOf(value: string): string[] {
  return value
    .split(/[\s,]+/)
    .filter((secret) => secret.length >= MIN_SECRET)
    .slice(0, 2);
}

/** Least characters of a secret; a shorter one could be guessed and is never accepted. */
export const MIN_SECRET = 16;

function hmac(key: string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
