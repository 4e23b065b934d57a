import type * as acorn from "acorn";
import type { AnyFunction } from "./closureScope";
import { sourceOf } from "./refusal";
import { symbolText } from "../text/symbols";

/** A part of a text. */
interface Range {
  start: number;
  end: number;
}

/**
 * How a class is written again. Its text would run some code a second time: what it extends, its static fields and
 * blocks, and computed names. Their results are written instead, or the class is refused.
 */
export interface ClassShape {
  /** What it extends; absent if nothing, or null. */
  heritage?: Range;
  /** Static fields and blocks. */
  removed: Range[];
  members: Member[];
  /** Why its text cannot be written, as a clause. */
  refusal?: string;
  /** Its name in its text. */
  name?: string;
  /** Where V8 says that it is: the parameters of its constructor, or its start. */
  place: number;
}

/** A method or an accessor. */
interface Member {
  /** The key; `Symbol.iterator` has the text `[Symbol.iterator]`. */
  key: string;
  isStatic: boolean;
  kind: "constructor" | "method" | "get" | "set";
  text: string;
}

/** Returns how the class is written, and its syntax tree without the code that must not run a second time. */
export function classShape(
  root: acorn.ClassExpression,
  source: string,
): { shape: ClassShape; rest: acorn.ClassExpression } {
  const rangeOf = ({ start, end }: acorn.Node): Range => ({
    start: start - root.start,
    end: end - root.start,
  });
  const textOf = (node: acorn.Node): string => source.slice(rangeOf(node).start, rangeOf(node).end);
  const shape: ClassShape = { removed: [], members: [], name: root.id?.name, place: 0 };
  const kept: acorn.ClassBody["body"] = [];
  for (const member of root.body.body) {
    const runsAtOnce =
      member.type === "StaticBlock" || (member.type === "PropertyDefinition" && member.static);
    if (runsAtOnce) shape.removed.push(rangeOf(member));
    else kept.push(member);
    shape.refusal ??= refusalOf(member, textOf);
    if (member.type !== "MethodDefinition" || member.key.type === "PrivateIdentifier") continue;
    if (member.kind === "constructor") shape.place = rangeOf(member.value).start;
    const key = keyOf(member, textOf);
    shape.members.push({ key, isStatic: member.static, kind: member.kind, text: textOf(member) });
  }
  const { superClass } = root;
  if (superClass && superClass.type !== "Literal") shape.heritage = rangeOf(superClass);
  const rest = { ...root, superClass: null, body: { ...root.body, body: kept } };
  return { shape, rest };
}

/** Returns why a member cannot be written: private static state cannot be read, and names are computed only once. */
function refusalOf(
  member: acorn.ClassBody["body"][number],
  textOf: (node: acorn.Node) => string,
): string | undefined {
  if (member.type === "StaticBlock") return undefined;
  const { key } = member;
  if (member.type === "PropertyDefinition" && member.static && key.type === "PrivateIdentifier")
    return `whose static #${key.name} cannot be read from outside of it`;
  const isKnown = !member.computed || key.type === "Literal" || /^Symbol\.\w+$/.test(textOf(key));
  return isKnown ? undefined : `whose member [${textOf(key)}] has a computed name`;
}

function keyOf(
  { computed, key }: acorn.MethodDefinition,
  textOf: (node: acorn.Node) => string,
): string {
  if (key.type === "Literal") return String(key.value);
  return computed ? `[${textOf(key)}]` : textOf(key);
}

/** Returns the text of the class with `parent` in place of what it extends. */
export function classText(
  source: string,
  { heritage, removed }: ClassShape,
  parent: string | undefined,
): string {
  // Where its author left out the semicolon before it, the next member would belong to the previous one.
  const changes = removed.map((range) => ({ ...range, text: ";" }));
  if (heritage && parent !== undefined) changes.push({ ...heritage, text: parent });
  let text = source;
  for (const { start, end, text: replacement } of changes.sort((a, b) => b.start - a.start))
    text = text.slice(0, start) + replacement + text.slice(end);
  return text;
}

/** Returns whether a property of a class or of its prototype is the method or accessor that its text declares. */
export function isOfText(shape: ClassShape, owner: object, key: PropertyKey): boolean {
  const isStatic = typeof owner === "function";
  const name = typeof key === "symbol" ? `[${symbolText(key)}]` : String(key);
  const property = Object.getOwnPropertyDescriptor(owner, key);
  if (!property || !hasOriginalFlags(owner, property)) return false;
  const { get, set, value } = property as { get?: unknown; set?: unknown; value?: unknown };
  const parts = [
    ["get", get],
    ["set", set],
    ["method", value],
  ].filter(([, part]) => part !== undefined);
  return parts.every(([kind, part]) => {
    const found = shape.members.findLast(
      (one) => one.key === name && one.isStatic === isStatic && one.kind === kind,
    );
    return typeof part === "function" && found?.text.endsWith(sourceOf(part as AnyFunction));
  });
}

/** Checks for the flags of a declared method or accessor; a decorator, for example, may change them. */
function hasOriginalFlags(owner: object, property: PropertyDescriptor): boolean {
  const { writable = true, enumerable, configurable } = property;
  return Object.isFrozen(owner) || (writable && enumerable === false && configurable === true);
}
