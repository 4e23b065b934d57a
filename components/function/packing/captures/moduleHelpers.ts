import { types } from "node:util";
import type { AnyFunction } from "./closureScope";
import type { LoadedModule } from "./loadedModules";
import { sourceOf } from "./refusal";

export const IMPORT_STAR = "__importStar";

/**
 * Replaces the helper that TypeScript adds for `import * as x` and `await import("x")` under esModuleInterop. The
 * original keeps state in variables that differ between versions; this has the same effect.
 */
export const IMPORT_STAR_TEXT =
  "(module) => (module && module.__esModule ? module : { ...module, default: module })";

/** Checks for TypeScript's helper: a variable of a program may have the same name. */
export function isImportStar(name: string, value: unknown): boolean {
  if (name !== IMPORT_STAR || typeof value !== "function") return false;
  return sourceOf(value as AnyFunction).includes("__esModule");
}

/** Returns the module whose `__importStar` copy this is: it has the same members, and `default`. */
export function namespaceCopyOf(
  value: object,
  modules: ReadonlyMap<unknown, LoadedModule>,
): object | undefined {
  if (modules.has(value) || types.isProxy(value)) return undefined;
  const original: unknown = Object.getOwnPropertyDescriptor(value, "default")?.value;
  if (typeof original !== "function" && (typeof original !== "object" || original === null))
    return undefined;
  if (!modules.has(original) || Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const keys = Object.keys(value).filter((key) => key !== "default");
  const isCopy =
    keys.length > 0 &&
    keys.every((key) => isCopied(key, value, original)) &&
    Object.keys(original).every((key) => Object.hasOwn(value, key));
  return isCopy ? original : undefined;
}

/** Checks whether a member has the same value as the module's, or reads it from there. */
function isCopied(key: string, copy: object, original: object): boolean {
  const ofCopy = Object.getOwnPropertyDescriptor(copy, key);
  const ofOriginal = Object.getOwnPropertyDescriptor(original, key);
  if (!ofCopy || !ofOriginal) return false;
  const isRead = !("value" in ofCopy) || !("value" in ofOriginal);
  return isRead || Object.is(ofCopy.value, ofOriginal.value);
}
