import type * as acorn from "acorn";
import * as walk from "acorn-walk";

/** Returns the names that a parameter, a declaration or a catch clause binds. */
export function boundNames(pattern: acorn.Pattern): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((p) =>
        boundNames(p.type === "RestElement" ? p.argument : p.value),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((e) => (e ? boundNames(e) : []));
    case "RestElement":
      return boundNames(pattern.argument);
    case "AssignmentPattern":
      return boundNames(pattern.left);
    default:
      return [];
  }
}

/** Returns the names of let, const, class and function declarations directly in a block. */
export function lexicalNames(statements: acorn.Node[]): string[] {
  return (statements as acorn.AnyNode[]).flatMap((statement) => {
    if (statement.type === "VariableDeclaration") return loopNames(statement);
    if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") {
      return statement.id ? [statement.id.name] : [];
    }
    return [];
  });
}

/** Returns the names that the head of a `for` statement declares. */
export function loopNames(init: acorn.Node | null | undefined): string[] {
  const node = init as acorn.AnyNode | null | undefined;
  return node?.type === "VariableDeclaration"
    ? node.declarations.flatMap((declarator) => boundNames(declarator.id))
    : [];
}

/** Returns the names of `var` declarations at any depth of a function, but not in nested functions. */
export function hoistedNames(body: acorn.Node): string[] {
  const names: string[] = [];
  walk.recursive(body, undefined, {
    VariableDeclaration(node, state, visit) {
      if (node.kind === "var") names.push(...loopNames(node));
      for (const declarator of node.declarations)
        if (declarator.init) visit(declarator.init, state);
    },
    Function: () => undefined,
    Class: () => undefined,
  });
  return names;
}

/** Returns the name of `function name() {}`; undefined for an arrow or a function without a name. */
export function declaredName(source: string): string | undefined {
  return /^(?:async\s+)?function\s*\*?\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(source)?.[1];
}
