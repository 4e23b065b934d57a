import type { Debugger, Runtime } from "node:inspector";
import { Session } from "node:inspector";

/** A function of any shape, as the serializer meets it. */
export type AnyFunction = (...args: never[]) => unknown;

/** Where the text of a function begins in a script that was loaded; lines and columns count from 0. */
export interface FunctionPlace {
  readonly scriptId: string;
  readonly line: number;
  readonly column: number;
}

/**
 * The values that a function sees under the names of variables that it did not declare; a name that it does not see is
 * left out. JavaScript has no API for it; V8's inspector does (`[[Scopes]]`), in this same thread. The way to a
 * function's scopes is longer than the look into them, so all names are asked for at once.
 */
export function capturedVariables(
  fn: AnyFunction,
  names: readonly string[],
): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  if (names.length > 0) inspect({ fn, names, values });
  return values;
}

/** Where a function was loaded; undefined for a native one. */
export function placeOf(fn: AnyFunction): FunctionPlace | undefined {
  if (!places.has(fn)) inspect({ fn, names: [], values: new Map() });
  return places.get(fn);
}

/** For a function whose place is known without a look. */
export function notePlace(fn: AnyFunction, place: FunctionPlace): void {
  if (!places.has(fn)) places.set(fn, place);
}

/** V8 tells the place of a function together with its scopes. */
const places = new WeakMap<AnyFunction, FunctionPlace | undefined>();

/** Where real values cross over: the inspector deals in remote ids. It is there while a look lasts. */
const MAILBOX = Symbol.for("aws-callbacks.closureScope");

/** Runs on a function's scopes, which V8 hands over in an array of its own. */
const HAND_OVER = `function () { globalThis[Symbol.for("aws-callbacks.closureScope")].read(this); }`;

/** What the inspector holds for us until it is told to let go. */
const HELD = "aws-callbacks.closureScope";

interface Look {
  readonly fn: AnyFunction;
  readonly names: readonly string[];
  readonly values: Map<string, unknown>;
}

function inspect({ fn, names, values }: Look): void {
  const mailbox = { fn, read: (scopes: readonly Scope[]) => readScopes(scopes, names, values) };
  Object.defineProperty(globalThis, MAILBOX, { value: mailbox, configurable: true });
  try {
    const internal = internalProperties(remoteFunction());
    if (!places.has(fn)) places.set(fn, placeIn(internal));
    const objectId = internal.find(({ name }) => name === "[[Scopes]]")?.value?.objectId;
    if (names.length > 0 && objectId)
      post("Runtime.callFunctionOn", { objectId, functionDeclaration: HAND_OVER });
  } finally {
    Reflect.deleteProperty(globalThis, MAILBOX);
  }
}

/** One of `[[Scopes]]`. */
interface Scope {
  readonly description: string;
  readonly object?: Readonly<Record<string, unknown>>;
}

/** Innermost first. A variable that was not initialized yet throws where it is read. */
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
        // As if it were not there: whoever needs it says so.
      }
    }
  }
}

function remoteFunction(): string | undefined {
  const { result } = post<Runtime.EvaluateReturnType>("Runtime.evaluate", {
    expression: `globalThis[Symbol.for("aws-callbacks.closureScope")].fn`,
    objectGroup: HELD,
  });
  return result.objectId;
}

function placeIn(
  internal: readonly Runtime.InternalPropertyDescriptor[],
): FunctionPlace | undefined {
  const found = internal.find(({ name }) => name === "[[FunctionLocation]]");
  if (!found?.value) return undefined;
  // V8 tells a location as a value of its own kind.
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

/** One command of the inspector protocol; in the same thread its answer arrives before post() returns. */
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

/** The inspector keeps a function that it was asked for, and all that this sees, until it is told otherwise. */
function openForThisTurn(): Session {
  const opened = new Session();
  opened.connect();
  setImmediate(() => {
    session = undefined;
    opened.post("Runtime.releaseObjectGroup", { objectGroup: HELD });
    opened.disconnect();
  });
  return opened;
}
