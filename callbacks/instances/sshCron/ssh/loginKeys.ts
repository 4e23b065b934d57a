import { type AuthHandlerMiddleware, utils } from "ssh2";
import type { KeyProblem } from "./privateKey";

export const deploymentOnlyModule = true;

/**
 * A private key, or a function that returns a temporary one: it is called just before the key is used, because the key
 * is valid for a minute only.
 */
export type LoginKey = string | { request(): Promise<string | KeyProblem> };

/**
 * Offers keys in order until one is accepted. A temporary key is only requested now: connecting may take longer than it
 * is valid, and the host has been verified.
 *
 * @param report receives why a key could not be offered.
 */
export function showKeys(
  username: string,
  keys: readonly LoginKey[],
  report: (problem: string) => void,
): AuthHandlerMiddleware {
  const left = [...keys];
  return (_methods, _isPartial, next) => {
    const show = async (): Promise<void> => {
      for (let key = left.shift(); key !== undefined; key = left.shift()) {
        const shown = typeof key === "string" ? key : await key.request();
        if (typeof shown === "string") return next({ type: "publickey", username, key: shown });
        report(shown.problem);
      }
      // "No more keys": the types of ssh2 lack it.
      next(false as never);
    };
    // If the connection was lost meanwhile, the client reports it.
    show().catch(() => undefined);
  };
}

/**
 * Returns what is wrong with a key that looks valid: otherwise a damaged key would be offered, and refused like a wrong
 * one.
 */
export function pairProblem(privateKey: string): KeyProblem | undefined {
  const unreadable = { problem: "its contents cannot be read" };
  try {
    const key = utils.parseKey(privateKey);
    if (key instanceof Error) return unreadable;
    if (key.type === "ssh-dss")
      return { problem: "its type ssh-dss is not safe any more; use ed25519, ecdsa or rsa" };
    const data = Buffer.from("signed to see that it can be verified");
    const signature: unknown = key.sign(data, key.type === "ssh-rsa" ? "sha512" : undefined);
    if (!Buffer.isBuffer(signature)) return unreadable;
    const isPair =
      key.verify(data, signature, key.type === "ssh-rsa" ? "sha512" : undefined) === true;
    return isPair ? undefined : { problem: "its parts do not belong together: it is damaged" };
  } catch {
    return unreadable;
  }
}
