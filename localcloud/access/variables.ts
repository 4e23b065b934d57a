import type { RequestContext } from "./context";

/** A run of policy text; wildcards in it count only when it was written in the policy (`literal` false). */
export interface TextPart {
  readonly text: string;
  readonly literal: boolean;
}

/** Only documents of this version read `${...}` as a policy variable. */
const VERSION_WITH_VARIABLES = "2012-10-17";

const VARIABLE = /\$\{([^{}]*)\}/g;
const WITH_DEFAULT = /^([^,]*?)\s*,\s*'([^']*)'\s*$/;

/**
 * Puts the request's values in place of `${key}`, `${key, 'default'}`, `${*}`, `${?}` and `${$}`.
 * Undefined when a variable has no value and no default: such an element matches nothing.
 * A substituted value is plain text, so that a tag value `*` cannot widen a policy.
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

/** The text with nothing but its characters, for operators that know no wildcards. */
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
