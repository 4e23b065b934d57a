import { JavaCollection, JavaMapping } from "../java/collections";
import { isNumber } from "../java/number";
import { booleanMethods, methodsOfNumber } from "../java/scalarMethods";
import { stringMethods } from "../java/stringMethods";
import { JavaObject, type JavaValue, type Methods, type Parameter } from "../java/value";
import { TemplateError } from "../templateError";

/** Types of parameters for which null is passed to the method. */
const NULLABLE: ReadonlySet<Parameter | undefined> = new Set(["Object", "String"] as const);

/** Calls a public method. As in Velocity, returns null if no method accepts these arguments. */
export function invoke(receiver: JavaValue, name: string, args: readonly JavaValue[]): JavaValue {
  const overloads = receiver === null ? undefined : methodsOf(receiver).get(name);
  if (overloads === undefined) return null;
  if (overloads === "unsupported") {
    throw new TemplateError(
      `The local cloud does not support the method ${name} of this Java class`,
    );
  }
  for (const { parameters, run } of overloads) {
    if (parameters.length === args.length && args.every((arg, i) => accepts(parameters[i], arg))) {
      rejectNull(name, parameters, args);
      const result = run(receiver, ...args);
      // The result of a void method is not an undefined reference: it is rendered as an empty text.
      return result === undefined ? "" : result;
    }
  }
  return null;
}

function rejectNull(
  name: string,
  parameters: readonly Parameter[],
  args: readonly JavaValue[],
): void {
  const missing = args.findIndex((arg, i) => arg === null && !NULLABLE.has(parameters[i]));
  if (missing !== -1) throw new TemplateError(`NullPointerException: ${name}() of null`);
}

/** Reads a bean property, or an entry of a map. */
export function readProperty(receiver: JavaValue, name: string): JavaValue {
  if (receiver instanceof JavaObject) return receiver.property(name) ?? null;
  return typeof receiver === "string" && name === "empty" ? receiver === "" : null;
}

/** Evaluates `$x[0]`, `$x[-1]`, `$x["key"]` with the object's `get`; negative indexes count from the end. */
export function readIndex(receiver: JavaValue, index: JavaValue): JavaValue {
  return invoke(receiver, "get", [fromEnd(receiver, index)]);
}

/** Executes `#set($x[0] = ...)` with the `set` of a list or the `put` of a map; no effect on other objects. */
export function writeIndex(receiver: JavaValue, index: JavaValue, value: JavaValue): void {
  const place = fromEnd(receiver, index);
  invoke(receiver, receiver instanceof JavaMapping ? "put" : "set", [place, value]);
}

function fromEnd(receiver: JavaValue, index: JavaValue): JavaValue {
  if (typeof index !== "number" || index >= 0) return index;
  if (receiver instanceof JavaCollection) return receiver.items.length + index;
  if (receiver instanceof JavaMapping) return receiver.entries.size + index;
  throw new TemplateError(`A 'size()' method required for negative value ${index} does not exist`);
}

function methodsOf(receiver: Exclude<JavaValue, null>): Methods {
  if (typeof receiver === "string") return stringMethods;
  if (typeof receiver === "boolean") return booleanMethods;
  return isNumber(receiver) ? methodsOfNumber(receiver) : receiver.methods;
}

function accepts(parameter: Parameter | undefined, value: JavaValue): boolean {
  if (parameter === "int") return typeof value === "number";
  if (value === null || parameter === "Object") return true;
  switch (parameter) {
    case "String":
      return typeof value === "string";
    case "Collection":
      return value instanceof JavaCollection;
    case "Map":
      return value instanceof JavaMapping;
    case "Number":
      return isNumber(value);
    case undefined:
      return false;
  }
}
