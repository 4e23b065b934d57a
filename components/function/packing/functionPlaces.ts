import { type Debugger, type Runtime, Session } from "node:inspector";
import type { AnyFunction } from "./closureScope";

/** Where the text of a function begins in a script that was loaded; lines and columns count from 0. */
export interface FunctionPlace {
  readonly scriptId: string;
  readonly line: number;
  readonly column: number;
}

const MAILBOX_NAME = "aws-callbacks.functionPlaces";
const MAILBOX = `globalThis[Symbol.for(${JSON.stringify(MAILBOX_NAME)})]`;

/** Asks V8's inspector where functions are from; native ones are left out. */
export function functionPlaces(functions: readonly AnyFunction[]): Map<AnyFunction, FunctionPlace> {
  const key = Symbol.for(MAILBOX_NAME);
  Object.defineProperty(globalThis, key, { value: functions, configurable: true });
  try {
    const places = functions.flatMap((fn, index): [AnyFunction, FunctionPlace][] => {
      const found = locationOf(index);
      if (!found) return [];
      const { scriptId, lineNumber: line, columnNumber: column = 0 } = found;
      return [[fn, { scriptId, line, column }]];
    });
    return new Map(places);
  } finally {
    // Else the inspector keeps the functions, and all that they see, for ever.
    post("Runtime.releaseObjectGroup", { objectGroup: MAILBOX_NAME });
    Reflect.deleteProperty(globalThis, key);
  }
}

/** The text of a script as it was loaded. */
export function scriptText(scriptId: string): string {
  return (
    post<Debugger.GetScriptSourceReturnType>("Debugger.getScriptSource", { scriptId })
      ?.scriptSource ?? ""
  );
}

function locationOf(index: number): Debugger.Location | undefined {
  const evaluated = post<Runtime.EvaluateReturnType>("Runtime.evaluate", {
    expression: `${MAILBOX}[${index}]`,
    objectGroup: MAILBOX_NAME,
  });
  const properties = post<Runtime.GetPropertiesReturnType>("Runtime.getProperties", {
    objectId: evaluated?.result.objectId,
    ownProperties: true,
  });
  const found = properties?.internalProperties?.find(({ name }) => name === "[[FunctionLocation]]");
  // V8 tells a location as a value of its own kind.
  return found?.value?.value as Debugger.Location | undefined;
}

let session: Session | undefined;

/** One command of the inspector protocol; in the same thread its answer arrives before post() returns. */
function post<Result>(method: string, parameters: object): Result | undefined {
  if (!session) {
    session = new Session();
    session.connect();
    // Stays so: each time it is turned on it tells of every script that there is.
    session.post("Debugger.enable");
  }
  let answer: object | undefined;
  session.post(method, parameters, (_error, result) => (answer = result));
  return answer as Result | undefined;
}
