import { Session } from "node:inspector";
import type { Runtime } from "node:inspector";

/** A function of any shape, as the serializer meets it. */
export type AnyFunction = (...args: never[]) => unknown;

/**
 * The value that a function sees under the name of a variable it did not declare, or undefined when
 * there is none. JavaScript has no API for it; V8's inspector does (`[[Scopes]]`), in this same thread.
 */
export function capturedVariable(fn: AnyFunction, name: string): unknown {
  return withMailbox(fn, (mailbox) => {
    const { result } = post<Runtime.EvaluateReturnType>("Runtime.evaluate", {
      expression: `globalThis[Symbol.for(${JSON.stringify(MAILBOX)})].fn`,
    });
    const scopes = internalProperty(result.objectId, "[[Scopes]]");
    for (const scope of properties(scopes).result) {
      if (!/^\d+$/.test(scope.name) || scope.value?.description === "Global") continue;
      if (readInto(mailbox, scope.value?.objectId, name)) return mailbox.value;
    }
    return undefined;
  });
}

const MAILBOX = "aws-callbacks.closureScope";

/** The inspector deals in remote ids; real values cross over through this one global, while it is open. */
interface Mailbox {
  fn: AnyFunction;
  value: unknown;
}

function withMailbox<T>(fn: AnyFunction, read: (mailbox: Mailbox) => T): T {
  const mailbox: Mailbox = { fn, value: undefined };
  const key = Symbol.for(MAILBOX);
  Object.defineProperty(globalThis, key, { value: mailbox, configurable: true, enumerable: false });
  try {
    return read(mailbox);
  } finally {
    Reflect.deleteProperty(globalThis, key);
  }
}

/**
 * Puts a scope's variable into the mailbox; false when that scope has none of the name. V8 hands a
 * scope over as `{ description, object }`.
 */
function readInto(mailbox: Mailbox, scopeId: string | undefined, name: string): boolean {
  if (!scopeId) return false;
  mailbox.value = undefined;
  const { result } = post<Runtime.CallFunctionOnReturnType>("Runtime.callFunctionOn", {
    objectId: scopeId,
    functionDeclaration: `function (name) {
      if (!this.object || !(name in this.object)) return false;
      globalThis[Symbol.for(${JSON.stringify(MAILBOX)})].value = this.object[name];
      return true;
    }`,
    arguments: [{ value: name }],
    returnByValue: true,
  });
  return result.value === true;
}

function internalProperty(objectId: string | undefined, name: string): string | undefined {
  const found = properties(objectId).internalProperties?.find((p) => p.name === name);
  return found?.value?.objectId;
}

function properties(objectId: string | undefined): Runtime.GetPropertiesReturnType {
  if (!objectId) return { result: [] };
  return post("Runtime.getProperties", { objectId, ownProperties: true });
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
