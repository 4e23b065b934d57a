import type * as acorn from "acorn";

/** How a value is used in a way that an Output cannot be used. */
export interface Conversion {
  as: "text" | "JSON" | "members" | "items";
  /** The global that makes it so, which a variable of the program may hide. */
  by?: string;
}

export const AS_TEXT: Conversion = { as: "text" };
export const AS_MEMBERS: Conversion = { as: "members" };
export const AS_ITEMS: Conversion = { as: "items" };

/** Globals that make their arguments into text or numbers, with how many arguments. */
const TEXTS: ReadonlyMap<string, number> = new Map([
  ...["BigInt", "Buffer.from", "Buffer.byteLength", "Number", "String", "atob", "btoa"].map(one),
  ...["decodeURI", "decodeURIComponent", "encodeURI", "encodeURIComponent"].map(one),
  ...["fetch", "isFinite", "isNaN", "parseFloat", "parseInt"].map(one),
  ...["Number.parseFloat", "Number.parseInt", "URL.canParse"].map(one),
  ...["new Date", "new Error", "new Request", "new RegExp", "new TypeError"].map(one),
  ["new URL", 2],
]);

function one(name: string): [string, number] {
  return [name, 1];
}

/** Globals that read the members of an object, with the position of their first such argument. */
const MEMBERS: ReadonlyMap<string, number> = new Map([
  ...["Object.keys", "Object.values", "Object.entries"].map((name) => [name, 0] as const),
  ["Object.assign", 1],
]);

const ITEMS = new Set(["Array.from", "Object.fromEntries", "new Map", "new Set"]);

/** Methods of lists, sets and maps that compare their first argument with values. */
const COMPARING = new Set(["has", "includes", "indexOf", "lastIndexOf"]);

/** Methods of a string that make their arguments into text. */
const OF_STRINGS = new Set(
  "concat endsWith includes indexOf lastIndexOf localeCompare padEnd padStart replace replaceAll startsWith".split(
    " ",
  ),
);

/** Returns how a call uses one of its arguments, as far as its text shows that. */
export function conversionOf(
  node: acorn.CallExpression | acorn.NewExpression,
  index: number,
): Conversion | undefined {
  const { callee } = node;
  if (callee.type === "MemberExpression" && isText(callee.object))
    return OF_STRINGS.has(nameOf(callee.property)) ? AS_TEXT : undefined;
  if (index === 0 && callee.type === "MemberExpression" && COMPARING.has(nameOf(callee.property)))
    return AS_TEXT;
  const path = pathOf(callee);
  if (path === undefined) return undefined;
  const by = path.split(".")[0];
  const name = node.type === "NewExpression" ? `new ${path}` : path;
  if (name === "JSON.stringify") return index === 0 ? { as: "JSON", by } : undefined;
  if (name === "Object.is") return { as: "text", by };
  if (index < (TEXTS.get(name) ?? 0) || name.startsWith("Math.")) return { as: "text", by };
  if (index >= (MEMBERS.get(name) ?? Infinity)) return { as: "members", by };
  return ITEMS.has(name) && index === 0 ? { as: "items", by } : undefined;
}

/** Returns how `[a, b].join()` uses the items of the list; undefined for any other call. */
export function conversionOfItems({ callee }: acorn.CallExpression): Conversion | undefined {
  if (callee.type !== "MemberExpression" || callee.object.type !== "ArrayExpression")
    return undefined;
  return ["join", "toString"].includes(nameOf(callee.property)) ? AS_TEXT : undefined;
}

function isText(node: acorn.AnyNode): boolean {
  return (
    node.type === "TemplateLiteral" || (node.type === "Literal" && typeof node.value === "string")
  );
}

function pathOf(node: acorn.AnyNode): string | undefined {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "MemberExpression" || node.computed || node.object.type !== "Identifier")
    return undefined;
  return `${node.object.name}.${nameOf(node.property)}`;
}

function nameOf(node: acorn.AnyNode): string {
  return node.type === "Identifier" ? node.name : "";
}
