import { Session } from "node:inspector";
import type { Runtime } from "node:inspector";

/** A function of any shape, as the serializer meets it. */
export type AnyFunction = (...args: never[]) => unknown;

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
  if (names.length > 0) withMailbox({ fn, names, values }, readScopes);
  return values;
}

function readScopes(): void {
  const { result } = post<Runtime.EvaluateReturnType>("Runtime.evaluate", {
    expression: `${MAILBOX}.fn`,
  });
  const objectId = internalProperty(result.objectId, "[[Scopes]]");
  if (!objectId) return;
  post<Runtime.CallFunctionOnReturnType>("Runtime.callFunctionOn", {
    objectId,
    functionDeclaration: READ_SCOPES,
  });
}

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

function withMailbox(mailbox: Mailbox, read: () => void): void {
  const key = Symbol.for(MAILBOX_NAME);
  Object.defineProperty(globalThis, key, { value: mailbox, configurable: true, enumerable: false });
  try {
    read();
  } finally {
    Reflect.deleteProperty(globalThis, key);
  }
}

function internalProperty(objectId: string | undefined, name: string): string | undefined {
  if (!objectId) return undefined;
  const { internalProperties } = post<Runtime.GetPropertiesReturnType>("Runtime.getProperties", {
    objectId,
    ownProperties: true,
  });
  return internalProperties?.find((p) => p.name === name)?.value?.objectId;
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
