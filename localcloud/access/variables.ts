import type { RequestContext } from "./context";

/** A piece of policy text. Its wildcards count only if they are written in the policy (`literal` false). */
export interface TextPart {
  readonly text: string;
  readonly literal: boolean;
}

/** Only documents with this version support `${...}` as policy variables. */
const VERSION_WITH_VARIABLES = "2012-10-17";

const VARIABLE = /\$\{([^{}]*)\}/g;
const WITH_DEFAULT = /^([^,]*?)\s*,\s*'([^']*)'\s*$/;

/**
 * Replaces `${key}`, `${key, 'default'}`, `${*}`, `${?}` and `${$}` with the request's values. Returns undefined if a
 * variable has no value and no default: such an element matches nothing. Wildcards in a value are literal, so that a
 * tag value `*` cannot widen a policy.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function substituteVariables(
  text: string,
  context: RequestContext,
  version: string | undefined,
): readonly TextPart[] | undefined {
  if (version !== VERSION_WITH_VARIABLES || !text.includes("${")) return [written(text)];
  const parts: TextPart[] = [];
  let end = 0;
  for (const found of text.matchAll(VARIABLE)) {
    const value = variableValue(found[1], context);
    if (value === undefined) return undefined;
    parts.push(written(text.slice(end, found.index)), { text: value, literal: true });
    end = found.index + found[0].length;
  }
  parts.push(written(text.slice(end)));
  return parts.filter((part) => part.text !== "");
}

/** Returns the parts as plain text, for operators without wildcards. */
export function plainText(parts: readonly TextPart[]): string {
  return parts.map((part) => part.text).join("");
}

function variableValue(expression: string, context: RequestContext): string | undefined {
  const name = expression.trim();
  if (name === "*" || name === "?" || name === "$") return name;
  const [, key, fallback] = WITH_DEFAULT.exec(expression) ?? [];
  return key === undefined ? context.single(name) : (context.single(key.trim()) ?? fallback);
}

function written(text: string): TextPart {
  return { text, literal: false };
}
