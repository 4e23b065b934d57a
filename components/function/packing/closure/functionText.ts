import { sourceOf } from "../refusal";
import { declaredName } from "./declaredNames";
import type { FunctionEntry } from "./entries";
import { keyText, memberText } from "./plainText";

/** An expression whose value is the function, with its own name. */
export function functionText({ value, shape }: FunctionEntry): string {
  const source = sourceOf(value);
  const name = nameOf(value);
  if (shape.form !== "expression") return methodText(source, name, shape);
  if (declaredName(source) === name) return `(${source})`;
  // The comma keeps the name of the variable from becoming the function's.
  if (name === "") return `(0, ${source})`;
  return `({ ${keyText(name)}: ${source} })${memberText(name)}`;
}

/** A method has to stay in an object to be one; a computed key is written as what it was. */
function methodText(source: string, name: string, { form, key }: FunctionEntry["shape"]): string {
  const { start, end } = key ?? { start: 0, end: 0 };
  const own = form === "method" ? name : name.replace(/^[gs]et /, "");
  const isComputed = source.startsWith("[", start);
  const text = isComputed
    ? `${source.slice(0, start)}[${JSON.stringify(own)}]${source.slice(end)}`
    : source;
  return form === "method"
    ? `({ ${text} })${memberText(own)}`
    : `Object.getOwnPropertyDescriptor({ ${text} }, ${JSON.stringify(own)}).${form}`;
}

function nameOf(value: FunctionEntry["value"]): string {
  const name: unknown = Object.getOwnPropertyDescriptor(value, "name")?.value;
  return typeof name === "string" ? name : "";
}
