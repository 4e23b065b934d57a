import { dynalite, type ExpressionKind } from "./dynalite";

const KINDS: Readonly<Record<string, ExpressionKind>> = {
  ConditionExpression: "condition",
  FilterExpression: "condition",
  KeyConditionExpression: "condition",
  ProjectionExpression: "projection",
  UpdateExpression: "update",
};

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Words an error about an expression's syntax as DynamoDB does: with the token and what is around it. dynalite lists
 * the characters that its parser expected. Other messages are returned unchanged.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export function wordSyntaxError(message: string, request: object): string {
  const [, member = ""] = /^Invalid (\w+): Syntax error; Expected/.exec(message) ?? [];
  const text = (request as Record<string, unknown>)[member];
  const at = typeof text === "string" ? failureIn(text, KINDS[member]) : undefined;
  if (typeof text !== "string" || at === undefined) return message;
  const tokens = tokensOf(text);
  const found = tokens.findIndex(({ end }) => end > at);
  const stopped = found < 0 ? tokens.length : found;
  // The parser stops behind a `#` or `:` that begins no name; the fault is that character.
  const index = /^[#:]$/.test(tokens[stopped - 1]?.text ?? "") ? stopped - 1 : stopped;
  const around = tokens.slice(Math.max(0, index - 1), index + 2);
  const near = text.slice(around[0]?.start ?? 0, around.at(-1)?.end ?? 0);
  const token = tokens[index]?.text ?? "<EOF>";
  return `Invalid ${member}: Syntax error; token: "${token}", near: "${near}"`;
}

/** Returns where the parser stops: the parser's error contains it, dynalite's message does not. */
function failureIn(text: string, kind: ExpressionKind): number | undefined {
  try {
    dynalite.parser(kind).parse(text, { context: EMPTY });
  } catch (error) {
    return (error as { location?: { start: { offset: number } } }).location?.start.offset;
  }
  return undefined;
}

/** What a parser needs besides the text; a wrong syntax ends it before it looks names and values up. */
const EMPTY = {
  attrNames: {},
  attrVals: {},
  unusedAttrNames: {},
  unusedAttrVals: {},
  isReserved: () => false,
  compare: () => true,
};

function tokensOf(text: string): Token[] {
  return [...text.matchAll(/[#:]?\w+|<>|<=|>=|[^\s\w]/g)].map(({ 0: found, index }) => ({
    text: found,
    start: index,
    end: index + found.length,
  }));
}
