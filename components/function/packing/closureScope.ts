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

/** V8 tells the place of a function together with its scopes. */
const places = new WeakMap<AnyFunction, FunctionPlace | undefined>();

const MAILBOX_NAME = "aws-callbacks.closureScope";
const MAILBOX = `globalThis[Symbol.for(${JSON.stringify(MAILBOX_NAME)})]`;

/**
 * Runs on a function's scopes, which V8 hands over as `{ description, object }`, innermost first. A variable that was
 * not initialized yet throws where it is read.
 */
const READ_SCOPES = `function () {
  const { names, values } = ${MAILBOX};
  for (let i = 0; i < this.length; i++) {
    const { description, object } = this[i];
    if (description === "Global" || !object) continue;
    for (const name of names) {
      try {
        if (!values.has(name) && name in object) values.set(name, object[name]);
      } catch {}
    }
  }
}`;

/** The inspector deals in remote ids; real values cross over through this one global, while it is open. */
interface Mailbox {
  readonly fn: AnyFunction;
  readonly names: readonly string[];
  readonly values: Map<string, unknown>;
}

function inspect(mailbox: Mailbox): void {
  const key = Symbol.for(MAILBOX_NAME);
  Object.defineProperty(globalThis, key, { value: mailbox, configurable: true, enumerable: false });
  try {
    const { result } = post<Runtime.EvaluateReturnType>("Runtime.evaluate", {
      expression: `${MAILBOX}.fn`,
      objectGroup: MAILBOX_NAME,
    });
    const internal = internalProperties(result.objectId);
    if (!places.has(mailbox.fn)) places.set(mailbox.fn, placeIn(internal));
    if (mailbox.names.length > 0) readScopes(internal);
  } finally {
    // Without this the inspector keeps the function, and all that it sees, for ever.
    post<object>("Runtime.releaseObjectGroup", { objectGroup: MAILBOX_NAME });
    Reflect.deleteProperty(globalThis, key);
  }
}

function readScopes(internal: readonly Runtime.InternalPropertyDescriptor[]): void {
  const objectId = internal.find(({ name }) => name === "[[Scopes]]")?.value?.objectId;
  if (objectId)
    post<Runtime.CallFunctionOnReturnType>("Runtime.callFunctionOn", {
      objectId,
      functionDeclaration: READ_SCOPES,
    });
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
function post<Result>(method: string, parameters: object): Result {
  if (!session) {
    session = new Session();
    session.connect();
  }
  let failure: Error | null = null;
  let answer: object | undefined;
  session.post(method, parameters, (error, result) => {
    failure = error;
    answer = result;
  });
  if (failure || !answer) throw new Error(`${method} failed in V8's inspector`, { cause: failure });
  return answer as Result;
}
