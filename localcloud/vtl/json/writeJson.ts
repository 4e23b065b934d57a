import { JavaCollection, JavaMapping } from "../java/collections";
import { isNumber, numberText } from "../java/number";
import { joinTexts, toText } from "../java/text";
import { type JavaValue } from "../java/value";

export interface JsonStyle {
  /** True to write `/` as `\/`, as json-smart does when an array itself is converted to text. */
  readonly slashes: boolean;
}

const PLAIN: JsonStyle = { slashes: false };

const ESCAPED = /["\\\u0000-\u001f\u007f-\u009f\u2000-\u20ff]/;
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** Writes JSON without white space, with keys in order and numbers with all their digits. */
export function writeJson(value: JavaValue, style: JsonStyle = PLAIN): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return quote(value, style);
  if (isNumber(value)) return writeNumber(numberText(value));
  if (value instanceof JavaCollection) return writeArray(value, style);
  return value instanceof JavaMapping ? writeObject(value, style) : quote(toText(value), style);
}

export function writeArray(array: JavaCollection, style: JsonStyle = PLAIN): string {
  return joinTexts(
    "[",
    array.items.map((item) => writeJson(item, style)),
    ",",
    "]",
  );
}

function writeObject(map: JavaMapping, style: JsonStyle): string {
  const members: string[] = [];
  for (const [key, value] of map.entries) {
    members.push(`${quote(toText(key), style)}:${writeJson(value, style)}`);
  }
  return joinTexts("{", members, ",", "}");
}

/** Writes a number; json-smart writes values that JSON cannot represent as null. */
function writeNumber(text: string): string {
  return text === "NaN" || text.endsWith("Infinity") ? "null" : text;
}

function quote(text: string, style: JsonStyle): string {
  const slashed = style.slashes && text.includes("/");
  if (!slashed && !ESCAPED.test(text)) return `"${text}"`;
  let quoted = "";
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === "/" && style.slashes) quoted += "\\/";
    else if (!ESCAPED.test(char)) quoted += char;
    else quoted += SHORT[char] ?? `\\u${hex4(char)}`;
  }
  return `"${quoted}"`;
}

function hex4(char: string): string {
  return char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
}
