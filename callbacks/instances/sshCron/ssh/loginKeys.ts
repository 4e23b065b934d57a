import { type AuthHandlerMiddleware, utils } from "ssh2";
import type { KeyProblem } from "./privateKey";

export const deploymentOnlyModule = true;

/** A private key, or one of the moment: it is let in just before it is shown, because it is let in for a minute. */
export type LoginKey = string | { lend(): Promise<string | KeyProblem> };

/**
 * Shows keys in their order until one is accepted. Only now is a key of the moment let in: the connection may have taken
 * longer than it lasts, and the host is known to be the right one.
 *
 * @param tell hears why a key could not be shown.
 */
export function showKeys(
  username: string,
  keys: readonly LoginKey[],
  tell: (problem: string) => void,
): AuthHandlerMiddleware {
  const left = [...keys];
  return (_methods, _isPartial, next) => {
    const show = async (): Promise<void> => {
      for (let key = left.shift(); key !== undefined; key = left.shift()) {
        const shown = typeof key === "string" ? key : await key.lend();
        if (typeof shown === "string") return next({ type: "publickey", username, key: shown });
        tell(shown.problem);
      }
      // "No more": ssh2's types leave it out.
      next(false as never);
    };
    // Where the connection was lost meanwhile, the client tells of it.
    show().catch(() => undefined);
  };
}

/** What is wrong with a key that looks like one: a damaged one would be shown, and be refused as a wrong one is. */
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
