import { types } from "node:util";
import { functionShape } from "../captures/functionShape";
import { type AnyFunction, capturedVariables } from "../captures/closureScope";
import { displayName, type LoadedModule } from "../captures/loadedModules";
import { isNative } from "../captures/refusal";

/**
 * Returns the shortest path from a callback to a value that it captures, as `settings > cache`. Undefined if no path is
 * found: the message then leaves it out.
 */
export function capturePath(
  callback: AnyFunction,
  target: unknown,
  modules: Map<unknown, LoadedModule>,
): string | undefined {
  const queue: Step[] = [{ value: callback, path: [] }];
  const seen = new Set<unknown>();
  // The queue grows during the loop.
  for (const [i, { value, path }] of queue.entries()) {
    if (i === MAX_STEPS) break;
    if (path.length > 0 && Object.is(value, target)) return path.join(" > ");
    if (!isTraversable(value) || seen.has(value)) continue;
    seen.add(value);
    queue.push(...next(value, path, modules));
  }
  return undefined;
}

interface Step {
  value: unknown;
  path: string[];
}

/** A larger graph is an SDK or a whole stack: a message without a path is better than a late one. */
const MAX_STEPS = 20_000;

function isTraversable(value: unknown): value is object {
  if (types.isProxy(value)) return false; // Outputs too: the value of an Output is not a capture
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function next(value: object, path: string[], modules: Map<unknown, LoadedModule>): Step[] {
  const module = modules.get(value);
  if (module && module.kind !== "local") return [];
  // TypeScript calls an import `helper_1`; its file name is more readable.
  const here = module ? [...path.slice(0, -1), displayName(module)] : path;
  const captured = typeof value === "function" ? captures(value as AnyFunction, here) : [];
  return captured.concat(ownProperties(value, here, module !== undefined));
}

function captures(fn: AnyFunction, path: string[]): Step[] {
  const shape = isNative(fn) ? undefined : functionShape(fn);
  const names = [...(shape?.free.keys() ?? [])].filter((name) => name !== "require");
  const values = capturedVariables(fn, names);
  const found = names.map((name) => ({ value: values.get(name), path: [...path, name] }));
  const parent: unknown = shape?.class?.heritage && Object.getPrototypeOf(fn);
  return parent ? [...found, { value: parent, path: [...path, "extends"] }] : found;
}

function ownProperties(value: object, path: string[], isModule: boolean): Step[] {
  return Reflect.ownKeys(value).flatMap((key) => {
    const name = typeof key === "symbol" ? `[${key.toString()}]` : key;
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (!property || name === "prototype") return [];
    const label = Array.isArray(value) ? `[${name}]` : name;
    const steps: Step[] = [];
    if (typeof key === "symbol") steps.push({ value: key, path: [...path, label] });
    if ("value" in property) steps.push({ value: property.value, path: [...path, label] });
    // TypeScript re-exports through getters without side effects; any other getter may have some.
    else if (isModule) steps.push({ value: Reflect.get(value, key), path: [...path, label] });
    return steps;
  });
}
