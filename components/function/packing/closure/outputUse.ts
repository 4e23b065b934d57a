import * as pulumi from "@pulumi/pulumi";
import { types } from "node:util";
import { CaptureError } from "../captureError";
import type { Chain, FreeVariable } from "./uses";

/**
 * Refuses uses of an Output as if it were its value: in Lambda it has only `get()`. Mistakes that are visible in the
 * text are refused here; others throw at run time.
 */
export function refuseOutputMistakes(
  name: string,
  value: unknown,
  { chains, converted, answered }: FreeVariable,
  where: () => string,
): void {
  for (const { names } of chains ?? []) refuseMember(name, value, names, where);
  for (const chain of converted) {
    const output = outputAt(name, value, chain);
    if (output === undefined) continue;
    throw new CaptureError(
      `uses the Output '${output}'${where()} as text or a number, which would be ` +
        `"[object Object]": write ${output}.get()`,
    );
  }
  for (const chain of answered) {
    const output = outputAt(name, value, chain);
    // The result of a helper is not the result of the callback.
    if (output === undefined || where() !== "") continue;
    throw new CaptureError(
      `returns the Output '${output}', which is not its value: write ${output}.get()`,
    );
  }
}

function refuseMember(name: string, value: unknown, names: string[], where: () => string): void {
  const at = outputAlong(value, names);
  if (at === undefined || at === names.length || names[at] === "get") return;
  const output = [name, ...names.slice(0, at)].join(".");
  throw new CaptureError(
    `uses '${names[at]}' of the Output '${output}'${where()}, which has only get() in Lambda: ` +
      (names[at] === "apply"
        ? `write ${output}.get() for its value`
        : `write ${output}.get().${names[at]}`),
  );
}

/** Returns the name by which the code refers to the Output at the end of the chain. */
function outputAt(name: string, value: unknown, { names }: Chain): string | undefined {
  return outputAlong(value, names) === names.length ? [name, ...names].join(".") : undefined;
}

/** Returns how many names of the chain lead to the first Output. */
function outputAlong(variable: unknown, names: string[]): number | undefined {
  let at: unknown = variable;
  for (let i = 0; ; i++) {
    if (pulumi.Output.isInstance(at)) return i;
    const isObject = (typeof at === "object" && at !== null) || typeof at === "function";
    const name = names[i];
    if (name === undefined || !isObject || types.isProxy(at)) return undefined;
    at = Object.getOwnPropertyDescriptor(at, name)?.value;
  }
}

/** Returns the value of an Output; undefined while it is unknown. */
export function valueOf(output: pulumi.Output<unknown>): Promise<unknown> {
  // Not in the public types: apply() does not run while a value is unknown.
  return (output as unknown as { promise(): Promise<unknown> }).promise();
}

/**
 * Mistakes that were not detected before throw a readable error here, instead of giving "[object Object]", {} or
 * undefined. `then` is not a mistake: whatever `await` or an async function is given is asked for it.
 */
export const OUTPUT_TEXT = `const __outputMember = {
  get(output, name, self) {
    if (typeof name !== "symbol" && name !== "then" && !(name in output)) throw new TypeError(
      \`An Output has no '\${name}' in Lambda, only get(): read '\${name}' of what get() returns.\`);
    return Reflect.get(output, name, self);
  },
};
class __Output {
  constructor(value) { this.value = value; return new Proxy(this, __outputMember); }
  get() { return this.value; }
  apply() { throw new TypeError("An Output has no apply in Lambda: use its get()."); }
  toJSON() { throw new TypeError("An Output was made into JSON: use its get()."); }
  [Symbol.toPrimitive]() { throw new TypeError("An Output was made into text or a number: use its get()."); }
}
__Output.prototype.toString = __Output.prototype[Symbol.toPrimitive];`;
