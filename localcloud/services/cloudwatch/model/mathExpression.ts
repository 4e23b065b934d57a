import { fillLinear, MATH_FUNCTIONS } from "./mathFunctions";
import { mathError, parseMath, type MathNode } from "./mathParser";
import { combine, mapValue, scalar, seriesOf, type MathValue, type Points } from "./mathValue";
import type { TimeRange } from "./timeRange";

/** Resolves the names in an expression. */
export interface MathScope {
  readonly range: TimeRange;
  /** Returns the value of a metric or of another expression; undefined for an unknown id. */
  lookup(id: string): MathValue | undefined;
  /** Series of the query's metrics by id, without expressions. */
  readonly metrics: ReadonlyMap<string, Points>;
}

/** Keywords that FILL accepts instead of a value. */
export const FILL_KEYWORDS: readonly string[] = ["REPEAT", "LINEAR"];

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "<": (a, b) => Number(a < b),
  "<=": (a, b) => Number(a <= b),
  ">": (a, b) => Number(a > b),
  ">=": (a, b) => Number(a >= b),
  "&&": (a, b) => Number(a !== 0 && b !== 0),
  "||": (a, b) => Number(a !== 0 || b !== 0),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
};

/**
 * Evaluates a metric math expression.
 * @throws ValidationException for a syntax error, an unknown id or a function that this cloud does not support
 */
export function evaluateMath(expression: string, scope: MathScope): MathValue {
  if (/^\s*SELECT\b/i.test(expression))
    throw mathError(expression, "the local cloud does not implement Metrics Insights queries");
  return evaluate(parseMath(expression), expression, scope);
}

/** Refuses functions that do not exist, or that this cloud does not support. @throws ValidationException */
export function checkFunctions(expression: string): void {
  if (/^\s*SELECT\b/i.test(expression)) return;
  for (const name of callsIn(parseMath(expression)))
    if (name !== "METRICS" && !isFunction(name)) throw unknownFunction(expression, name);
}

function unknownFunction(expression: string, name: string): Error {
  return mathError(expression, `the local cloud does not implement the function ${name}`);
}

/** Returns the names of the functions that an expression calls. */
function callsIn(node: MathNode): string[] {
  const inner = partsOf(node).flatMap(callsIn);
  return node.kind === "call" ? [node.name, ...inner] : inner;
}

/** Returns the ids of the metrics and expressions that an expression names. */
export function namesIn(node: MathNode): string[] {
  if (node.kind === "name") return [node.name];
  // Arguments of a function that is not implemented may be keywords; evaluating it refuses it by name.
  if (node.kind === "call" && !isFunction(node.name)) return [];
  return partsOf(node).flatMap(namesIn);
}

function partsOf(node: MathNode): readonly MathNode[] {
  switch (node.kind) {
    case "negate":
      return [node.of];
    case "binary":
      return [node.left, node.right];
    case "list":
      return node.items;
    case "call":
      return node.args;
    default:
      return [];
  }
}

function isFunction(name: string): boolean {
  return Object.hasOwn(MATH_FUNCTIONS, name.toUpperCase());
}

function evaluate(node: MathNode, expression: string, scope: MathScope): MathValue {
  switch (node.kind) {
    case "number":
      return scalar(node.value);
    case "text":
      throw mathError(expression, `unexpected text '${node.value}'`);
    case "name":
      return lookup(node.name, expression, scope);
    case "list":
      return {
        kind: "list",
        items: node.items.flatMap((item) => {
          const value = evaluate(item, expression, scope);
          if (value.kind === "scalar")
            throw mathError(expression, "a list holds metrics and time series, no numbers");
          return seriesOf(value);
        }),
      };
    case "negate":
      return mapValue(evaluate(node.of, expression, scope), (value) => -value);
    case "binary":
      return combine(
        evaluate(node.left, expression, scope),
        evaluate(node.right, expression, scope),
        OPERATORS[node.operator],
      );
    case "call":
      return call(node.name.toUpperCase(), node.args, expression, scope);
  }
}

function lookup(id: string, expression: string, scope: MathScope): MathValue {
  const value = scope.lookup(id);
  if (!value) throw mathError(expression, `no metric or expression has the id ${id}`);
  return value;
}

function call(
  name: string,
  args: readonly MathNode[],
  expression: string,
  scope: MathScope,
): MathValue {
  if (name === "METRICS") return metricsCall(args[0], scope);
  const filling = name === "FILL" && args[1]?.kind === "name" ? args[1].name : undefined;
  const known = isFunction(name) ? MATH_FUNCTIONS[name] : undefined;
  const run = filling === "LINEAR" ? fillLinear : known;
  if (!run) throw unknownFunction(expression, name);
  if (args.length === 0) throw mathError(expression, `${name} needs an argument`);
  const byKeyword = FILL_KEYWORDS.some((keyword) => keyword === filling);
  const given = byKeyword ? args.slice(0, 1) : args;
  if (name === "FILL" && args.length < 2) throw mathError(expression, "FILL needs a filling");
  return run(
    given.map((arg) => evaluate(arg, expression, scope)),
    scope.range,
  );
}

/** Evaluates `METRICS()`, optionally only those whose id contains a text. */
function metricsCall(filter: MathNode | undefined, scope: MathScope): MathValue {
  const part = filter?.kind === "text" ? filter.value : "";
  const chosen = [...scope.metrics].filter(([id]) => id.includes(part));
  return { kind: "list", items: chosen.map(([, points]) => points) };
}
