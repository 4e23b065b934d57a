import { matchesSteps, type Step } from "./expressionSteps";
import { invalidPattern } from "./patternText";

/** Letters, digits, the symbols and the operators that AWS accepts, and spaces, of which it says nothing. */
const ACCEPTED = /^[A-Za-z0-9:_#=@/;, \-^$?[\]{}|\\*+.]*$/;
/** One character or class, or an anchor, and how often it may be repeated: `[a-z]{2,5}`, `\d+`, `.*`, `^`. */
const STEP = /(\\x[\dA-Fa-f]{2}|\\[^]|\[(?:\\[^]|[^\]\\])*\]|[^])([*+?]|\{\d+(?:,\d*)?\})?\??/g;
/** The classes and white space that AWS names, and every character that is itself if a backslash precedes it. */
const ESCAPE = /^\\(?:[dDsSwWtnrfv]|x[\dA-Fa-f]{2}|[^A-Za-z0-9])$/;

/**
 * Compiles the text between two `%` of a filter pattern. It cannot contain parentheses, so repetitions cannot be nested.
 * JavaScript's own expressions decide what is valid, but do not match: `.*.*.*b` takes them the cube of a text's length.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
 */
export function compileRegularExpression(source: string): (text: string) => boolean {
  if (!ACCEPTED.test(source.replace(/\\[^]/g, "")) || !isValid(source)) throw invalidPattern();
  const alternatives = readAlternatives(source);
  return (text) => alternatives.some((steps) => matchesSteps(steps, text));
}

function isValid(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}

/** Returns the steps of each alternative between two `|`. */
function readAlternatives(source: string): Step[][] {
  const alternatives: Step[][] = [[]];
  for (const [whole, atom, count = ""] of source.matchAll(STEP)) {
    if (whole === "|") alternatives.push([]);
    else alternatives.at(-1)?.push(readStep(atom, count));
  }
  return alternatives;
}

function readStep(atom: string, count: string): Step {
  if (atom === "^") return "start";
  if (atom === "$") return "end";
  const escapes = atom.match(/\\(?:x..|[^])/g) ?? [];
  if (!escapes.every((escape) => ESCAPE.test(escape))) throw invalidPattern();
  return { accepts: readClass(atom), ...readCount(count) };
}

/** Returns which UTF-16 code units an atom accepts, as JavaScript's expressions do. */
function readClass(atom: string): (code: number) => boolean {
  const one = new RegExp(`^${/^[\]{}]$/.test(atom) ? `\\${atom}` : atom}$`);
  const ascii = Array.from({ length: 128 }, (_, code) => one.test(String.fromCharCode(code)));
  return (code) => ascii[code] ?? one.test(String.fromCharCode(code));
}

function readCount(count: string): { min: number; max: number } {
  if (count === "") return { min: 1, max: 1 };
  if (count === "?") return { min: 0, max: 1 };
  if (count === "*") return { min: 0, max: Infinity };
  if (count === "+") return { min: 1, max: Infinity };
  const [min, max = min] = count.slice(1, -1).split(",");
  return { min: Number(min), max: max === "" ? Infinity : Number(max) };
}
