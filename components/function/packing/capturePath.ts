import { types } from "node:util";
import { functionShape } from "./closure/functionShape";
import { type AnyFunction, capturedVariables } from "./closureScope";
import { displayName, type LoadedModule } from "./loadedModules";
import { isNative } from "./refusal";

/**
 * The way from a callback to a value that it captures, as `settings > cache`; the shortest one. Undefined
 * when there is none to be found: the message then goes without it.
 */
export function capturePath(
  callback: AnyFunction,
  target: unknown,
  modules: Map<unknown, LoadedModule>,
): string | undefined {
  const queue: Step[] = [{ value: callback, path: [] }];
  const seen = new Set<unknown>();
  // The queue grows meanwhile.
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

/** A graph larger than this is an SDK or a whole stack: the message is better without a path than late. */
const MAX_STEPS = 20_000;

function isTraversable(value: unknown): value is object {
  if (types.isProxy(value)) return false; // Outputs too: what is behind one is not a capture
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function next(value: object, path: string[], modules: Map<unknown, LoadedModule>): Step[] {
  const module = modules.get(value);
  if (module && module.kind !== "local") return [];
  // TypeScript calls an import `helper_1`; its file name says more.
  const here = module ? [...path.slice(0, -1), displayName(module)] : path;
  const captured = typeof value === "function" ? captures(value as AnyFunction, here) : [];
  return captured.concat(ownProperties(value, here, module !== undefined));
}

function captures(fn: AnyFunction, path: string[]): Step[] {
  const free = isNative(fn) ? undefined : functionShape(fn)?.free;
  const names = [...(free?.keys() ?? [])].filter((name) => name !== "require");
  const values = capturedVariables(fn, names);
  return names.map((name) => ({ value: values.get(name), path: [...path, name] }));
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
    // TypeScript re-exports through getters, which only read; any other getter may do anything.
    else if (isModule) steps.push({ value: Reflect.get(value, key), path: [...path, label] });
    return steps;
  });
}
