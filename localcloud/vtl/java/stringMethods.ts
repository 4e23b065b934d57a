import { TemplateError } from "../templateError";
import { type JavaCollection } from "./collections";
import { JavaArray } from "./list";
import { objectMethods } from "./objectMethods";
import { allMatches, hasMatch } from "./boundedMatch";
import { compileRegex, expandReplacement } from "./regex";
import { toText } from "./text";
import { type JavaValue, methodTable, overload } from "./value";

/** The methods of java.lang.String (Java 8). A `char` is a string of one UTF-16 unit here. */
export const stringMethods = methodTable(
  {
    length: [overload([], (self: string) => self.length)],
    isEmpty: [overload([], (self: string) => self === "")],
    charAt: [overload(["int"], (self: string, index: number) => self.charAt(inside(self, index)))],
    codePointAt: [
      overload(
        ["int"],
        (self: string, index: number) => self.codePointAt(inside(self, index)) ?? 0,
      ),
    ],
    compareTo: [
      overload(["Object"], (self: string, other: JavaValue) => {
        if (other !== null && typeof other !== "string") {
          throw new TemplateError("ClassCastException: compareTo of another class");
        }
        return compare(self, given(other));
      }),
    ],
    compareToIgnoreCase: [
      overload(["String"], (self: string, other: string) =>
        compare(fold(self), fold(given(other))),
      ),
    ],
    concat: [overload(["String"], (self: string, other: string) => self + given(other))],
    contains: [overload(["String"], (self: string, part: string) => self.includes(given(part)))],
    contentEquals: [overload(["String"], (self: string, other: string) => self === given(other))],
    endsWith: [overload(["String"], (self: string, end: string) => self.endsWith(given(end)))],
    startsWith: [
      overload(["String"], (self: string, start: string) => self.startsWith(given(start))),
      overload(
        ["String", "int"],
        (self: string, start: string, from: number) =>
          from >= 0 && from <= self.length && self.startsWith(given(start), from),
      ),
    ],
    equalsIgnoreCase: [
      overload(
        ["String"],
        (self: string, other: string | null) => other !== null && fold(self) === fold(other),
      ),
    ],
    indexOf: [
      overload(["String"], (self: string, part: string) => self.indexOf(given(part))),
      overload(["int"], (self: string, code: number) => self.indexOf(String.fromCodePoint(code))),
      overload(["String", "int"], (self: string, part: string, from: number) =>
        self.indexOf(given(part), from),
      ),
    ],
    lastIndexOf: [
      overload(["String"], (self: string, part: string) => self.lastIndexOf(given(part))),
      overload(["String", "int"], (self: string, part: string, from: number) =>
        from < 0 ? -1 : self.lastIndexOf(given(part), from),
      ),
    ],
    substring: [
      overload(["int"], (self: string, from: number) => slice(self, from, self.length)),
      overload(["int", "int"], (self: string, from: number, to: number) => slice(self, from, to)),
    ],
    subSequence: [
      overload(["int", "int"], (self: string, from: number, to: number) => slice(self, from, to)),
    ],
    toLowerCase: [overload([], (self: string) => self.toLowerCase())],
    toUpperCase: [overload([], (self: string) => self.toUpperCase())],
    // Java trims every character up to U+0020, and no other white space.

    trim: [
      overload([], (self: string) => self.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, "")),
    ],
    intern: [overload([], (self: string) => self)],
    replace: [
      overload(["String", "String"], (self: string, from: string, to: string) =>
        self.replaceAll(given(from), () => given(to)),
      ),
    ],
    replaceAll: [
      overload(["String", "String"], (self: string, regex: string, replacement: string) =>
        replaceMatches(self, given(regex), given(replacement), false),
      ),
    ],
    replaceFirst: [
      overload(["String", "String"], (self: string, regex: string, replacement: string) =>
        replaceMatches(self, given(regex), given(replacement), true),
      ),
    ],
    matches: [overload(["String"], (self: string, regex: string) => matches(self, given(regex)))],
    split: [
      overload(["String"], (self: string, regex: string) => split(self, given(regex), 0)),
      overload(["String", "int"], (self: string, regex: string, limit: number) =>
        split(self, given(regex), limit),
      ),
    ],
    valueOf: [overload(["Object"], (_self: string, value: JavaValue) => toText(value))],
    join: [
      overload(["String", "Collection"], (_self: string, between: string, parts: JavaCollection) =>
        parts.items.map(toText).join(given(between)),
      ),
    ],
  },
  objectMethods,
  [
    "chars",
    "codePointBefore",
    "codePointCount",
    "codePoints",
    "copyValueOf",
    "format",
    "getBytes",
    "getChars",
    "offsetByCodePoints",
    "regionMatches",
    "toCharArray",
  ],
);

/** Throws Java's NullPointerException if an argument of a String method is null. */
function given(text: string | null): string {
  if (text === null) throw new TemplateError("NullPointerException: the argument is null");
  return text;
}

function inside(text: string, index: number): number {
  if (index >= 0 && index < text.length) return index;
  throw new TemplateError(`StringIndexOutOfBoundsException: index ${index}, length ${text.length}`);
}

function slice(text: string, from: number, to: number): string {
  if (from >= 0 && to <= text.length && from <= to) return text.slice(from, to);
  throw new TemplateError(
    `StringIndexOutOfBoundsException: begin ${from}, end ${to}, length ${text.length}`,
  );
}

/** Folds the case of each UTF-16 unit separately, as Java does; JavaScript maps some units to two. */
function fold(text: string): string {
  let folded = "";
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    const upper = char.toUpperCase();
    folded += (upper.length === 1 ? upper : char).toLowerCase().charAt(0);
  }
  return folded;
}

/** Returns the difference of the first different UTF-16 units, else of the lengths. */
function compare(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const difference = left.charCodeAt(i) - right.charCodeAt(i);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function matches(text: string, regex: string): boolean {
  const compiled = compileRegex(regex);
  const whole = new RegExp(`^(?:${compiled.source})$`, compiled.flags.replace(/[gm]/g, ""));
  return hasMatch(whole, text);
}

function replaceMatches(text: string, regex: string, replacement: string, once: boolean): string {
  const literal = !/[\\$]/.test(replacement);
  let replaced = "";
  let end = 0;
  for (const match of allMatches(compileRegex(regex), text)) {
    replaced += text.slice(end, match.index);
    replaced += literal ? replacement : expandReplacement(replacement, match);
    end = match.index + match[0].length;
    if (once) break;
  }
  return replaced + text.slice(end);
}

/** Splits like Java: no empty string before an empty first match; without a limit, none at the end. */
function split(text: string, regex: string, limit: number): JavaArray {
  const parts: string[] = [];
  let start = 0;
  for (const match of allMatches(compileRegex(regex), text)) {
    if (limit > 0 && parts.length === limit - 1) break;
    const end = match.index + match[0].length;
    if (end === 0) continue;
    parts.push(text.slice(start, match.index));
    start = end;
  }
  parts.push(text.slice(start));
  if (limit === 0) while (parts.length > 1 && parts.at(-1) === "") parts.pop();
  return new JavaArray(
    limit === 0 && parts.length === 1 && start > 0 && parts[0] === "" ? [] : parts,
  );
}
