import * as acorn from "acorn";

/** How the text of a function must be written so that it is an expression again. */
export interface FunctionForm {
  form: "expression" | "method" | "get" | "set";
  /** Position of a method's or an accessor's key in the text, including the brackets of a computed key. */
  key?: { start: number; end: number };
  /** Whether it is valid under "use strict". */
  isStrict: boolean;
}

export interface ParsedFunction extends FunctionForm {
  root: acorn.Node;
}

/**
 * Parses a function's text. `Function.prototype.toString` gives an expression for arrows, functions and classes, and a
 * member of an object literal for methods and accessors. Returns undefined for anything else (native code).
 */
export function parseFunction(source: string): ParsedFunction | undefined {
  for (const directive of ['"use strict";', ""]) {
    const isStrict = directive !== "";
    const expression = parseExpression(`${directive}(${source}\n)`);
    if (expression) return { root: expression, form: "expression", isStrict };
    const before = `${directive}({`;
    const object = parseExpression(`${before}${source}\n})`);
    if (object?.type === "ObjectExpression") return parsedMember(object, source, before, isStrict);
  }
  return undefined;
}

function parseExpression(text: string): acorn.Expression | undefined {
  try {
    const { body } = acorn.parse(text, { ecmaVersion: "latest" });
    const last = body.at(-1);
    return last?.type === "ExpressionStatement" ? last.expression : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Parses a member. A computed key is evaluated where the method is defined, not where it is called, so the analysis of
 * uses skips it.
 */
function parsedMember(
  { properties: [member] }: acorn.ObjectExpression,
  source: string,
  { length: offset }: string,
  isStrict: boolean,
): ParsedFunction | undefined {
  if (member?.type !== "Property") return undefined;
  const start = member.computed
    ? source.indexOf("[", member.start - offset)
    : member.key.start - offset;
  const end = member.computed
    ? source.indexOf("]", member.key.end - offset) + 1
    : member.key.end - offset;
  return {
    root: member.value,
    form: member.kind === "init" ? "method" : member.kind,
    key: { start, end },
    isStrict,
  };
}
