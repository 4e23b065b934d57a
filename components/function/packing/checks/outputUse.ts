import * as pulumi from "@pulumi/pulumi";
import { types } from "node:util";
import { CaptureError } from "../captureError";
import type { LoadedModule } from "../captures/loadedModules";
import { namespaceCopyOf } from "../captures/moduleHelpers";
import { memberText } from "../text/plainText";
import type { Conversion } from "../text/conversions";
import type { Chain, FreeVariable } from "../text/uses";

type Modules = ReadonlyMap<unknown, LoadedModule>;

/** What a use of an Output depends on, besides its text. */
interface Surroundings {
  modules: Modules;
  variables: ReadonlyMap<string, unknown>;
  /** The values of the Outputs that are known. */
  outputs: ReadonlyMap<unknown, unknown>;
  isFactory: boolean;
}

/**
 * Refuses uses of an Output as if it were its value: in Lambda it has only `get()`. Mistakes that are visible in the
 * text are refused here; others throw at run time.
 */
export function refuseOutputMistakes(
  name: string,
  value: unknown,
  { chains, destructured, converted, tested, answered }: FreeVariable,
  { modules, variables, outputs, isFactory }: Surroundings,
  where: () => string,
): void {
  /** Returns the name by which the code refers to the Output at the end of the chain. */
  const outputAt = ({ names }: Chain): string | undefined =>
    outputAlong(value, names, modules)?.at === names.length
      ? name + names.map(memberText).join("")
      : undefined;
  for (const { names } of [...(chains ?? []), ...destructured])
    refuseMember(name, names, outputAlong(value, names, modules)?.at, where);
  for (const chain of tested) {
    const output = outputAt(chain);
    // Otherwise the test may be whether there is an Output.
    const isFlag =
      typeof outputs.get(outputAlong(value, chain.names, modules)?.output) === "boolean";
    if (output === undefined || !isFlag) continue;
    throw new CaptureError(
      `tests the Output '${output}'${where()}, which counts as true in Lambda whatever its value is: ` +
        `write ${output}.get()`,
    );
  }
  for (const chain of converted) {
    const output = outputAt(chain);
    const isHidden = chain.how.by !== undefined && variables.has(chain.how.by);
    if (output === undefined || isHidden) continue;
    throw new CaptureError(conversionMistake(output, chain.how, where()));
  }
  for (const chain of answered) {
    const output = outputAt(chain);
    if (output === undefined || chain.by !== (isFactory ? "returned" : "itself")) continue;
    // The result of a helper is not the result of the callback.
    if (where() !== "") continue;
    throw new CaptureError(
      `returns the Output '${output}', which is not its value: write ${output}.get()`,
    );
  }
}

function conversionMistake(output: string, { as }: Conversion, where: string): string {
  const fix = `write ${output}.get()`;
  if (as === "text")
    return (
      `uses the Output '${output}'${where} as text or a number, which would be ` +
      `"[object Object]": ${fix}`
    );
  const what =
    as === "JSON"
      ? `makes the Output '${output}'${where} into JSON`
      : `uses the ${as} of the Output '${output}'${where}`;
  return `${what}, which has only get() in Lambda: ${fix}`;
}

function refuseMember(
  name: string,
  names: string[],
  at: number | undefined,
  where: () => string,
): void {
  const member = at === undefined ? undefined : names[at];
  if (member === undefined || member === "get") return;
  const output = name + names.slice(0, at).map(memberText).join("");
  throw new CaptureError(
    `uses '${member}' of the Output '${output}'${where()}, which has only get() in Lambda: ` +
      (member === "apply"
        ? `write ${output}.get() for its value`
        : `write ${output}.get()${memberText(member)}`),
  );
}

/** Returns the first Output along the chain, and how many names lead to it. */
function outputAlong(
  variable: unknown,
  names: string[],
  modules: Modules,
): { at: number; output: unknown } | undefined {
  let at: unknown = variable;
  for (let i = 0; ; i++) {
    if (pulumi.Output.isInstance(at)) return { at: i, output: at };
    const name = names[i];
    if (name === undefined || !isObject(at) || types.isProxy(at)) return undefined;
    at = memberOf(at, name, modules);
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** Returns a member that is there without running code of the program: a value, or what a module exports. */
function memberOf(object: object, name: string, modules: Modules): unknown {
  const property = Object.getOwnPropertyDescriptor(object, name);
  if (!property?.get) return property?.value;
  // TypeScript's re-exports (`export { a } from`) and namespaces (`import * as`) read the module's member by a getter.
  const module = modules.get(object) ?? modules.get(namespaceCopyOf(object, modules));
  return module?.kind === "local" ? Reflect.get(object, name) : undefined;
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
  has() { throw new TypeError("An Output was searched with 'in': use its get()."); },
  ownKeys() { throw new TypeError("The members of an Output were read: use its get()."); },
};
class __Output {
  constructor(value) { this.value = value; return new Proxy(this, __outputMember); }
  get() { return this.value; }
  apply() { throw new TypeError("An Output has no apply in Lambda: use its get()."); }
  toJSON() { throw new TypeError("An Output was made into JSON: use its get()."); }
  [Symbol.toPrimitive]() { throw new TypeError("An Output was made into text or a number: use its get()."); }
}
__Output.prototype.toString = __Output.prototype[Symbol.toPrimitive];`;
