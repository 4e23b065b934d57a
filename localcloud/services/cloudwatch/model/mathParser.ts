import { AwsError } from "../../../core/errors";

/** A parsed metric math expression. */
export type MathNode =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "list"; readonly items: readonly MathNode[] }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly MathNode[] }
  | { readonly kind: "negate"; readonly of: MathNode }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: MathNode;
      readonly right: MathNode;
    };

/**
 * Operators by precedence, lowest first.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
const LEVELS: readonly (readonly string[])[] = [
  ["||", "OR"],
  ["&&", "AND"],
  ["==", "!="],
  ["<=", ">=", "<", ">"],
  ["+", "-"],
  ["*", "/"],
  ["^"],
];

const TOKEN =
  /\s*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+|"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z_]\w*|\|\||&&|==|!=|<=|>=|[-+*/^<>()[\],])/y;

/** Parses `SUM([m1, m2]) / (m3 + 1)`. @throws ValidationException naming the expression */
export function parseMath(expression: string): MathNode {
  const tokens = new Tokens(expression);
  const node = parseLevel(tokens, 0);
  if (tokens.peek() !== undefined) throw mathError(expression, `unexpected ${tokens.peek()}`);
  return node;
}

export function mathError(expression: string, problem: string): AwsError {
  return new AwsError("ValidationException", `Error in expression '${expression}': ${problem}`);
}

class Tokens {
  private readonly tokens: string[] = [];
  private at = 0;

  constructor(readonly expression: string) {
    const rest = expression.trimEnd();
    for (TOKEN.lastIndex = 0; TOKEN.lastIndex < rest.length;) {
      const from = TOKEN.lastIndex;
      const match = TOKEN.exec(rest);
      if (!match) throw mathError(expression, `cannot read '${rest.slice(from)}'`);
      this.tokens.push(match[1]);
    }
  }

  peek(): string | undefined {
    return this.tokens[this.at];
  }

  next(): string {
    const token = this.tokens[this.at++];
    if (token === undefined) throw mathError(this.expression, "unexpected end");
    return token;
  }

  take(token: string): boolean {
    if (this.peek() !== token) return false;
    this.at += 1;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token))
      throw mathError(this.expression, `expected ${token} before ${this.peek() ?? "the end"}`);
  }
}

function parseLevel(tokens: Tokens, level: number): MathNode {
  if (level === LEVELS.length) return parseUnary(tokens);
  let left = parseLevel(tokens, level + 1);
  while (LEVELS[level].includes(tokens.peek() ?? "")) {
    const operator = tokens.next();
    left = { kind: "binary", operator, left, right: parseLevel(tokens, level + 1) };
  }
  return left;
}

function parseUnary(tokens: Tokens): MathNode {
  if (tokens.take("-")) return { kind: "negate", of: parseUnary(tokens) };
  return parsePrimary(tokens);
}

function parsePrimary(tokens: Tokens): MathNode {
  const token = tokens.next();
  if (token === "(") {
    const node = parseLevel(tokens, 0);
    tokens.expect(")");
    return node;
  }
  if (token === "[") return { kind: "list", items: parseItems(tokens, "]") };
  if (/^[\d.]/.test(token)) return { kind: "number", value: Number(token) };
  if (/^["']/.test(token)) return { kind: "text", value: token.slice(1, -1) };
  if (!/^[A-Za-z_]/.test(token)) throw mathError(tokens.expression, `unexpected ${token}`);
  if (tokens.take("(")) return { kind: "call", name: token, args: parseItems(tokens, ")") };
  return { kind: "name", name: token };
}

function parseItems(tokens: Tokens, end: string): MathNode[] {
  const items: MathNode[] = [];
  if (tokens.take(end)) return items;
  do items.push(parseLevel(tokens, 0));
  while (tokens.take(","));
  tokens.expect(end);
  return items;
}
