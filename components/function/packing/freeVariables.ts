import * as acorn from "acorn";
import * as walk from "acorn-walk";

/** How a function uses a variable that it does not declare. */
export interface FreeVariable {
  /** It is the target of `=`, `+=`, `++`, a destructuring or a `for` loop somewhere inside. */
  assigned: boolean;
}

/**
 * The variables that a function takes from outside, by name, in order of appearance; undefined when
 * the text is not a function that can be parsed (native code).
 */
export function freeVariables(source: string): Map<string, FreeVariable> | undefined {
  const root = parseFunctionText(source);
  if (!root) return undefined;
  const free = new Map<string, FreeVariable>();
  const use = (name: string, scope: Scope, assigned: boolean): void => {
    if (isDeclared(name, scope)) return;
    const known = free.get(name);
    free.set(name, { assigned: assigned || known?.assigned === true });
  };
  walk.recursive<Scope>(root, { names: new Set() }, scopeVisitors(use));
  return free;
}

interface Scope {
  names: Set<string>;
  parent?: Scope;
}

type Use = (name: string, scope: Scope, assigned: boolean) => void;

/**
 * `Function.prototype.toString` gives an expression for arrows, functions and classes, and a member of
 * an object literal for methods and accessors.
 */
function parseFunctionText(source: string): acorn.Node | undefined {
  for (const [before, after] of [
    ["(", "\n)"],
    ["({", "\n})"],
  ]) {
    try {
      const program = acorn.parse(before + source + after, { ecmaVersion: "latest" });
      const statement = program.body[0];
      if (statement.type !== "ExpressionStatement") return undefined;
      const { expression } = statement;
      if (expression.type !== "ObjectExpression") return expression;
      // A computed key runs where the method was defined, not where it is called: leave it out.
      const member = expression.properties[0];
      return member?.type === "Property" ? member.value : undefined;
    } catch {
      continue;
    }
  }
  return undefined;
}

function scopeVisitors(use: Use): walk.RecursiveVisitors<Scope> {
  const inBlock = (node: acorn.Node, names: string[], outer: Scope, visit: Visit): void =>
    walkChildren(node, { names: new Set(names), parent: outer }, visit);
  return {
    Identifier: (node, scope) => use(node.name, scope, false),
    Pattern(node, scope, visit) {
      if (node.type === "Identifier") use(node.name, scope, true);
      else visit(node, scope);
    },
    UpdateExpression(node, scope, visit) {
      if (node.argument.type === "Identifier") use(node.argument.name, scope, true);
      else visit(node.argument, scope);
    },
    Function(node, outer, visit) {
      const names = node.params.flatMap(boundNames).concat(hoistedNames(node.body));
      if (node.type !== "ArrowFunctionExpression") names.push("arguments");
      if (node.type === "FunctionExpression" && node.id) names.push(node.id.name);
      const scope = { names: new Set(names), parent: outer };
      for (const parameter of node.params) walkPattern(parameter, scope, visit);
      visit(node.body, scope);
    },
    Class(node, outer, visit) {
      const scope = { names: new Set(node.id ? [node.id.name] : []), parent: outer };
      if (node.superClass) visit(node.superClass, scope);
      visit(node.body, scope);
    },
    BlockStatement: (node, scope, visit) => inBlock(node, lexicalNames(node.body), scope, visit),
    StaticBlock(node, scope, visit) {
      inBlock(node, lexicalNames(node.body).concat(hoistedNames(node)), scope, visit);
    },
    SwitchStatement(node, scope, visit) {
      const statements = node.cases.flatMap((one) => one.consequent);
      inBlock(node, lexicalNames(statements), scope, visit);
    },
    ForStatement: (node, scope, visit) => inBlock(node, loopNames(node.init), scope, visit),
    ForInStatement: (node, scope, visit) => walkLoop(node, scope, visit),
    ForOfStatement: (node, scope, visit) => walkLoop(node, scope, visit),
    CatchClause(node, outer, visit) {
      const scope = { names: new Set(node.param ? boundNames(node.param) : []), parent: outer };
      if (node.param) walkPattern(node.param, scope, visit);
      visit(node.body, scope);
    },
  };
}

type Visit = walk.WalkerCallback<Scope>;

/** acorn-walk passes this node kind as a third argument that its types leave out. */
type VisitAs = (node: acorn.Node, scope: Scope, kind: "Pattern") => void;

function walkPattern(node: acorn.Pattern, scope: Scope, visit: Visit): void {
  (visit as VisitAs)(node, scope, "Pattern");
}

/** `for (x of xs)` assigns x; `for (const x of xs)` declares it. */
function walkLoop(
  node: acorn.ForInStatement | acorn.ForOfStatement,
  outer: Scope,
  visit: Visit,
): void {
  const { left } = node;
  const declares = left.type === "VariableDeclaration";
  const scope = { names: new Set(declares ? loopNames(left) : []), parent: outer };
  if (declares) visit(left, scope);
  else walkPattern(left, scope, visit);
  visit(node.right, scope);
  visit(node.body, scope);
}

/** Visits the direct children of a node with the walker's own defaults. */
function walkChildren(node: acorn.Node, scope: Scope, visit: Visit): void {
  const walker = walk.base as Record<string, (node: acorn.Node, scope: Scope, v: Visit) => void>;
  walker[node.type](node, scope, visit);
}

function isDeclared(name: string, scope: Scope | undefined): boolean {
  for (let s = scope; s; s = s.parent) if (s.names.has(name)) return true;
  return false;
}

/** The names that a parameter, a declaration or a catch clause binds. */
function boundNames(pattern: acorn.Pattern): string[] {
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

/** let, const, class and function declarations directly in a block. */
function lexicalNames(statements: acorn.Node[]): string[] {
  return (statements as acorn.AnyNode[]).flatMap((statement) => {
    if (statement.type === "VariableDeclaration") return loopNames(statement);
    if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") {
      return statement.id ? [statement.id.name] : [];
    }
    return [];
  });
}

function loopNames(init: acorn.Node | null | undefined): string[] {
  const node = init as acorn.AnyNode | null | undefined;
  return node?.type === "VariableDeclaration"
    ? node.declarations.flatMap((declarator) => boundNames(declarator.id))
    : [];
}

/** `var` reaches the whole function from any depth, but not out of a nested function. */
function hoistedNames(body: acorn.Node): string[] {
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
