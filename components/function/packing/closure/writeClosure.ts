import type { AnyFunction } from "../closureScope";
import type { ClosureGraph } from "./closureGraph";
import type { Entry, FunctionEntry, ModuleEntry } from "./entries";
import { functionText } from "./functionText";
import { IMPORT_STAR, IMPORT_STAR_TEXT } from "./moduleHelpers";
import { ModuleVariables } from "./moduleVariables";
import { OUTPUT_TEXT } from "./outputUse";
import { functionKeys } from "./properties";
import { sharedValues } from "./sharedValues";
import { ValueWriter } from "./valueWriter";
import { wellKnown } from "./wellKnown";

export interface WriteOptions {
  isFactory: boolean;
  specifierOf: (entry: ModuleEntry) => string;
}

/**
 * Writes a CommonJS module that exports the function as `handler`, with everything that it captures. First all
 * functions, each with its own variables; then the objects, whose literals may refer to the functions; then the parts
 * that no literal can contain; then the values of the functions' variables; finally everything that freezes objects.
 */
export function writeClosure(
  root: AnyFunction,
  graph: ClosureGraph,
  { isFactory, specifierOf }: WriteOptions,
): string {
  const entries = [...graph.entries];
  const functions = entries.flatMap(([value, entry]) =>
    entry.kind === "function" && entry.value === value ? [entry] : [],
  );
  const variables = nameFunctions(entries, functions);
  const shared = sharedValues(graph);
  const objects = entries.filter(([value, { kind }]) => !NAMELESS.has(kind) && shared.has(value));
  objects.forEach(([value], i) => variables.set(value, `__o${i}`));

  const values = new ValueWriter(graph.entries, { variables, specifierOf });
  const modules = new ModuleVariables(graph, functions, specifierOf);
  const isStrict = functions.every(({ shape }) => shape.isStrict);
  const code = functions.map((entry) =>
    writeFunction(entry, variables.get(entry.value) ?? "", modules.boundNames(entry), !isStrict),
  );
  // In reverse: values are mostly found before the values that they refer to, so few references have to be written
  // later.
  const literals = objects.reverse().map(([value, entry]) => values.declare(value, entry));
  for (const entry of functions) writeProperties(entry, values);
  const bindings = functions.flatMap((entry) => {
    const bound = modules
      .boundNames(entry)
      .map((name) => values.reference(entry.captured.get(name)));
    if (bound.length === 0) return [];
    return `${variables.get(entry.value)}_(${bound.length > 1 ? `[${bound.join(", ")}]` : bound[0]});`;
  });
  const body = [...code, ...literals, ...values.later, ...bindings, ...values.last];
  return [
    ...(isStrict ? ['"use strict";'] : []),
    ...(usesImportStar(functions, body) ? [`const ${IMPORT_STAR} = ${IMPORT_STAR_TEXT};`] : []),
    ...modules.requires(),
    ...(entries.some(([, { kind }]) => kind === "output") ? [OUTPUT_TEXT] : []),
    ...body,
    `exports.handler = ${variables.get(root)}${isFactory ? "()" : ""};\n`,
  ].join("\n");
}

/** Kinds that are written inline at every use. */
const NAMELESS: ReadonlySet<Entry["kind"]> = new Set(["function", "expression", "module"]);

/** Names the functions. A function that replaces another shares its variable. */
function nameFunctions(
  entries: readonly [unknown, Entry][],
  functions: readonly FunctionEntry[],
): Map<unknown, string> {
  const variables = new Map<unknown, string>();
  functions.forEach(({ value }, i) => variables.set(value, `__f${i}`));
  for (const [value, entry] of entries) {
    const name = entry.kind === "function" ? variables.get(entry.value) : undefined;
    if (name !== undefined) variables.set(value, name);
  }
  return variables;
}

/** Writes the function with the variables that it captured, and a second function that assigns these. */
function writeFunction(
  entry: FunctionEntry,
  variable: string,
  names: string[],
  isMixed: boolean,
): string {
  const text = functionText(entry);
  const directive = isMixed && entry.shape.isStrict ? '"use strict"; ' : "";
  if (names.length === 0) {
    return `const ${variable} = ${directive ? `(() => { ${directive}return ${text}; })()` : text};`;
  }
  const given = freeName(names);
  const targets = names.length > 1 ? `[${names.join(", ")}]` : names[0];
  return (
    `const [${variable}, ${variable}_] = (() => {\n  ${directive}let ${names.join(", ")};\n` +
    `  return [${text}, (${given}) => { ${targets} = ${given}; }];\n})();`
  );
}

function freeName(names: readonly string[]): string {
  let name = "__v";
  while (names.includes(name)) name += "_";
  return name;
}

function writeProperties({ value }: FunctionEntry, values: ValueWriter): void {
  const variable = values.reference(value);
  for (const key of functionKeys(value)) values.define(variable, value, key);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (wellKnown(prototype) === undefined) values.setPrototype(variable, prototype);
  values.close(variable, value);
}

function usesImportStar(functions: readonly FunctionEntry[], body: readonly string[]): boolean {
  const isNamed = functions.some(
    ({ shape, captured }) => shape.free.has(IMPORT_STAR) && !captured.has(IMPORT_STAR),
  );
  return isNamed || body.some((text) => text.includes(`${IMPORT_STAR}(require(`));
}
