import type { Debugger, Runtime } from "node:inspector";
import { Session } from "node:inspector";

/** A function of any signature. */
export type AnyFunction = (...args: never[]) => unknown;

/** Position where a function's text starts in a loaded script; lines and columns count from 0. */
export interface FunctionPlace {
  readonly scriptId: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Returns the values of variables that a function uses but does not declare; names that it cannot access are left out.
 * JavaScript has no API for this, but V8's inspector has (`[[Scopes]]`), in the same thread. Finding a function's
 * scopes takes longer than reading them, so all names are read in one call.
 */
export function capturedVariables(
  fn: AnyFunction,
  names: readonly string[],
): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  if (names.length > 0) inspect({ fn, names, values });
  return values;
}

/** Returns where a function was loaded; undefined for a native one. */
export function placeOf(fn: AnyFunction): FunctionPlace | undefined {
  if (!places.has(fn)) inspect({ fn, names: [], values: new Map() });
  return places.get(fn);
}

/** Records the place of a function that is known without the inspector. */
export function notePlace(fn: AnyFunction, place: FunctionPlace): void {
  if (!places.has(fn)) places.set(fn, place);
}

/** V8 reports a function's place together with its scopes. */
const places = new WeakMap<AnyFunction, FunctionPlace | undefined>();

/**
 * Global through which the real values are passed, because the inspector only gives remote ids. It exists only during
 * an inspection.
 */
const TRANSFER_GLOBAL = Symbol.for("aws-callbacks.closureScope");

/** Runs with a function's scopes as `this`, which V8 passes in a new array. */
const READ_SCOPES = `function () { globalThis[Symbol.for("aws-callbacks.closureScope")].read(this); }`;

/** Object group of everything that the inspector holds until it is released. */
const OBJECT_GROUP = "aws-callbacks.closureScope";

interface Inspection {
  readonly fn: AnyFunction;
  readonly names: readonly string[];
  readonly values: Map<string, unknown>;
}

function inspect({ fn, names, values }: Inspection): void {
  const mailbox = { fn, read: (scopes: readonly Scope[]) => readScopes(scopes, names, values) };
  Object.defineProperty(globalThis, TRANSFER_GLOBAL, { value: mailbox, configurable: true });
  try {
    const internal = internalProperties(remoteFunction());
    if (!places.has(fn)) places.set(fn, placeIn(internal));
    const objectId = internal.find(({ name }) => name === "[[Scopes]]")?.value?.objectId;
    if (names.length > 0 && objectId)
      post("Runtime.callFunctionOn", { objectId, functionDeclaration: READ_SCOPES });
  } finally {
    Reflect.deleteProperty(globalThis, TRANSFER_GLOBAL);
  }
}

/** One entry of `[[Scopes]]`. */
interface Scope {
  readonly description: string;
  readonly object?: Readonly<Record<string, unknown>>;
}

/** Reads the scopes, innermost first. Reading a variable that is not initialized yet throws. */
function readScopes(
  scopes: readonly Scope[],
  names: readonly string[],
  values: Map<string, unknown>,
): void {
  for (const { description, object } of Array.from(scopes)) {
    if (description === "Global" || !object) continue;
    for (const name of names) {
      try {
        if (!values.has(name) && name in object) values.set(name, object[name]);
      } catch {
        // Treated as missing: code that needs it reports that.
      }
    }
  }
}

function remoteFunction(): string | undefined {
  const { result } = post<Runtime.EvaluateReturnType>("Runtime.evaluate", {
    expression: `globalThis[Symbol.for("aws-callbacks.closureScope")].fn`,
    objectGroup: OBJECT_GROUP,
  });
  return result.objectId;
}

function placeIn(
  internal: readonly Runtime.InternalPropertyDescriptor[],
): FunctionPlace | undefined {
  const found = internal.find(({ name }) => name === "[[FunctionLocation]]");
  if (!found?.value) return undefined;
  // V8 reports a location with its own type of value.
  const { scriptId, lineNumber, columnNumber } = found.value.value as Debugger.Location;
  return { scriptId, line: lineNumber, column: columnNumber ?? 0 };
}

function internalProperties(
  objectId: string | undefined,
): readonly Runtime.InternalPropertyDescriptor[] {
  if (!objectId) return [];
  const found = post<Runtime.GetPropertiesReturnType>("Runtime.getProperties", {
    objectId,
    ownProperties: true,
  });
  return found.internalProperties ?? [];
}

let session: Session | undefined;

/** Sends one command of the inspector protocol; in the same thread its answer arrives before post() returns. */
function post<Result extends object>(method: string, parameters: object): Result {
  session ??= openForThisTurn();
  let failure: Error | null = null;
  let answer: object | undefined;
  session.post(method, parameters, (error, result) => {
    failure = error;
    answer = result;
  });
  if (failure || !answer) throw new Error(`${method} failed in V8's inspector`, { cause: failure });
  return answer as Result;
}

/**
 * Opens a session for this turn of the event loop. The inspector would otherwise keep the functions, and everything
 * that they reference, alive.
 */
function openForThisTurn(): Session {
  const opened = new Session();
  opened.connect();
  setImmediate(() => {
    session = undefined;
    opened.post("Runtime.releaseObjectGroup", { objectGroup: OBJECT_GROUP });
    opened.disconnect();
  });
  return opened;
}
