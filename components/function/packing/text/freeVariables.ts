import type * as acorn from "acorn";
import * as walk from "acorn-walk";
import { boundNames, hoistedNames, lexicalNames, loopNames } from "./declaredNames";
import { AS_ITEMS, AS_MEMBERS, AS_TEXT } from "./conversions";
import { testVisitors, useAnswer } from "./answers";
import { memberVisitors, useValue, type VisitAs } from "./memberUse";
import { parseFunction } from "./parseFunction";
import { type FreeVariable, isDeclared, type Scope, type Use } from "./uses";

/**
 * Returns the variables that a function uses but does not declare, by name, in order of appearance; undefined if the
 * text cannot be parsed as a function (native code).
 */
export function freeVariables(source: string): Map<string, FreeVariable> | undefined {
  const parsed = parseFunction(source);
  return parsed && freeVariablesOf(parsed.root);
}

/** Like freeVariables, for a function that is already parsed. */
export function freeVariablesOf(root: acorn.Node): Map<string, FreeVariable> {
  const free = new Map<string, FreeVariable>();
  const use: Use = (name, scope, { chain, ...how }) => {
    if (isDeclared(name, scope)) return;
    const known = free.get(name) ?? unused();
    free.set(name, known);
    known.assigned ||= how.assigned === true;
    known.isOptional ||= how.isOptional === true;
    if (how.destructured) return void known.destructured.push(how.destructured);
    if (chain && how.converted) known.converted.push({ ...chain, how: how.converted });
    if (chain && how.answered) known.answered.push({ ...chain, by: how.answered });
    if (chain && how.tested) known.tested.push(chain);
    if (!chain || chain.names.length === 0) known.chains = undefined;
    else known.chains?.push(chain);
  };
  walk.recursive<Scope>(root, { names: new Set(), enters: "itself" }, scopeVisitors(use));
  return free;
}

function unused(): FreeVariable {
  const lists = { chains: [], destructured: [], converted: [], tested: [], answered: [] };
  return { assigned: false, isOptional: false, ...lists };
}

function scopeVisitors(use: Use): walk.RecursiveVisitors<Scope> {
  const inBlock = (node: acorn.Node, names: string[], outer: Scope, visit: Visit): void =>
    walkChildren(node, within(outer, names), visit);
  return {
    ...memberVisitors(use),
    ...testVisitors(use),
    Identifier: (node, scope) => use(node.name, scope, {}),
    Pattern(node, scope, visit) {
      if (node.type === "Identifier") use(node.name, scope, { assigned: true });
      else visit(node, scope);
    },
    AssignmentExpression({ left, right, operator }, scope, visit) {
      walkPattern(left, scope, visit);
      if (KEEPING.has(operator)) visit(right, scope);
      else useValue(right, scope, visit, { converted: AS_TEXT }, use);
    },
    UpdateExpression(node, scope, visit) {
      if (node.argument.type === "Identifier") use(node.argument.name, scope, { assigned: true });
      else visit(node.argument, scope);
    },
    Function(node, outer, visit) {
      const names = node.params.flatMap(boundNames).concat(hoistedNames(node.body));
      if (node.type !== "ArrowFunctionExpression") names.push("arguments");
      if (node.type === "FunctionExpression" && node.id) names.push(node.id.name);
      const scope = { ...within(outer, names), answerer: outer.enters };
      for (const parameter of node.params) walkPattern(parameter, scope, visit);
      if (node.body.type === "BlockStatement") visit(node.body, scope);
      else useAnswer(node.body, scope, visit, use);
    },
    Class(node, outer, visit) {
      const scope = within(outer, node.id ? [node.id.name] : []);
      if (node.superClass) visit(node.superClass, scope);
      // A `return` inside a class does not return from the function around it.
      visit(node.body, { ...scope, answerer: undefined });
    },
    BlockStatement: (node, scope, visit) => inBlock(node, lexicalNames(node.body), scope, visit),
    StaticBlock(node, scope, visit) {
      inBlock(node, lexicalNames(node.body).concat(hoistedNames(node)), scope, visit);
    },
    SwitchStatement(node, scope, visit) {
      // The value of a `switch` is outside of the block, and is compared.
      const compare = (value: acorn.Expression, where: Scope): void =>
        useValue(value, where, visit, { converted: AS_TEXT }, use);
      compare(node.discriminant, scope);
      const inside = within(scope, lexicalNames(node.cases.flatMap((one) => one.consequent)));
      for (const { test, consequent } of node.cases) {
        if (test) compare(test, inside);
        for (const statement of consequent) visit(statement, inside);
      }
    },
    ForStatement: (node, scope, visit) => inBlock(node, loopNames(node.init), scope, visit),
    ForInStatement: (node, scope, visit) => walkLoop(node, scope, visit, use),
    ForOfStatement: (node, scope, visit) => walkLoop(node, scope, visit, use),
    CatchClause(node, outer, visit) {
      const scope = within(outer, node.param ? boundNames(node.param) : []);
      if (node.param) walkPattern(node.param, scope, visit);
      visit(node.body, scope);
    },
  };
}

type Visit = walk.WalkerCallback<Scope>;

/** The assignments that store a value unchanged; all others calculate. */
const KEEPING = new Set(["=", "??=", "||=", "&&="]);

function walkPattern(node: acorn.Pattern, scope: Scope, visit: Visit): void {
  (visit as VisitAs)(node, scope, "Pattern");
}

/** `for (x of xs)` assigns x; `for (const x of xs)` declares it, but not inside `xs`. */
function walkLoop(
  node: acorn.ForInStatement | acorn.ForOfStatement,
  outer: Scope,
  visit: Visit,
  use: Use,
): void {
  const { left } = node;
  const declares = left.type === "VariableDeclaration";
  const scope = within(outer, declares ? loopNames(left) : []);
  if (declares) visit(left, scope);
  else walkPattern(left, scope, visit);
  const converted = node.type === "ForOfStatement" ? AS_ITEMS : AS_MEMBERS;
  useValue(node.right, scope, visit, { converted }, use);
  visit(node.body, scope);
}

/** Visits the direct children of a node with the walker's own defaults. */
function walkChildren(node: acorn.Node, scope: Scope, visit: Visit): void {
  const walker = walk.base as Record<string, (node: acorn.Node, scope: Scope, v: Visit) => void>;
  const children = walker[node.type];
  if (!children) throw new Error(`the callback has a ${node.type}, whose variables are not known`);
  children(node, scope, visit);
}

function within(parent: Scope, names: string[]): Scope {
  return { names: new Set(names), parent, answerer: parent.answerer };
}
