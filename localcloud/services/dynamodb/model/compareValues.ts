import type { WireObject } from "./attributeValues";
import { compareNumbers } from "./compareNumbers";

/** Returns type and content of an attribute value in wire format. */
export function partsOf(value: WireObject): readonly [type: string, content: unknown] {
  const [[type, content]] = Object.entries(value);
  return [type, content];
}

/**
 * Checks whether two values are equal: they have the same type, numbers compare by value, sets in any order,
 * documents deeply.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export function areEqual(one: WireObject, other: WireObject): boolean {
  const [type, content] = partsOf(one);
  const [otherType, otherContent] = partsOf(other);
  if (type !== otherType) return false;
  switch (type) {
    case "N":
      return order(type, content, otherContent) === 0;
    case "SS":
    case "NS":
    case "BS":
      return sameSets(type.charAt(0), content as string[], otherContent as string[]);
    case "L":
      return sameLists(content as WireObject[], otherContent as WireObject[]);
    case "M":
      return sameMaps(content as DocumentMap, otherContent as DocumentMap);
    default:
      return content === otherContent;
  }
}

/** Returns a negative number, 0 or a positive number for the order of two values; undefined if they have no order. */
export function compareValues(one: WireObject, other: WireObject): number | undefined {
  const [type, content] = partsOf(one);
  const [otherType, otherContent] = partsOf(other);
  if (type !== otherType || !["S", "N", "B"].includes(type)) return undefined;
  return order(type, content, otherContent);
}

type DocumentMap = Readonly<Record<string, WireObject>>;

function order(type: string, one: unknown, other: unknown): number {
  const [a, b] = [one as string, other as string];
  if (type === "N") return compareNumbers(a, b);
  const encoding = type === "B" ? "base64" : "utf8";
  return a === b ? 0 : Buffer.compare(Buffer.from(a, encoding), Buffer.from(b, encoding));
}

function sameSets(type: string, one: readonly string[], other: readonly string[]): boolean {
  const contains = (element: string): boolean =>
    other.some((candidate) => areEqual({ [type]: element }, { [type]: candidate }));
  return one.length === other.length && one.every(contains);
}

function sameLists(one: readonly WireObject[], other: readonly WireObject[]): boolean {
  return one.length === other.length && one.every((value, i) => areEqual(value, other[i]));
}

function sameMaps(one: DocumentMap, other: DocumentMap): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && areEqual(one[name], other[name]))
  );
}
