import { sourceOf } from "../captures/refusal";
import { classText } from "../captures/classShape";
import { declaredName } from "../text/declaredNames";
import type { FunctionEntry } from "./entries";
import { keyText, memberText } from "../text/plainText";

/**
 * Returns an expression that evaluates to the function, with its name.
 * @param parent the expression for what a class extends
 */
export function functionText({ value, shape }: FunctionEntry, parent?: string): string {
  const source = shape.class ? classText(sourceOf(value), shape.class, parent) : sourceOf(value);
  const name = nameOf(value);
  if (shape.form !== "expression") return methodText(source, name, shape);
  if (shape.class?.name !== undefined) return `(${source})`;
  if (declaredName(source) === name) return `(${source})`;
  // Without the comma expression the function would get the variable's name.
  if (name === "") return `(0, ${source})`;
  return `({ ${keyText(name)}: ${source} })${memberText(name)}`;
}

/** Writes a method inside an object, since it is only valid there; a computed key is written as its value. */
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
