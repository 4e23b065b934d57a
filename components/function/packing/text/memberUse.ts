import type * as acorn from "acorn";
import type * as walk from "acorn-walk";
import {
  AS_ITEMS,
  AS_MEMBERS,
  AS_TEXT,
  type Conversion,
  conversionOf,
  conversionOfItems,
} from "./conversions";
import { type Answerer, isDeclared, type Scope, type Use } from "./uses";

type Visit = walk.WalkerCallback<Scope>;

/** acorn-walk passes this node kind as a third argument that its types omit. */
export type VisitAs = (node: acorn.Node, scope: Scope, kind: "Pattern") => void;

/** How the value at the end of a chain is used. */
interface End {
  invoked?: boolean;
  converted?: Conversion;
  answered?: Answerer;
  tested?: boolean;
}

/** Visitors that find which members of a variable are used, and which values are converted to text or a number. */
export function memberVisitors(use: Use): walk.RecursiveVisitors<Scope> {
  const convert = (node: acorn.AnyNode, scope: Scope, visit: Visit): void =>
    useValue(node, scope, visit, { converted: AS_TEXT }, use);
  const call = (node: acorn.AnyNode, scope: Scope, visit: Visit): void =>
    useValue(node, scope, visit, { invoked: true }, use);
  return {
    MemberExpression: (node, scope, visit) => useValue(node, scope, visit, {}, use),
    CallExpression(node, scope, visit) {
      const ofItems = conversionOfItems(node);
      if (ofItems)
        useConverted((node.callee as acorn.MemberExpression).object, scope, visit, ofItems, use);
      else call(node.callee, scope, visit);
      useArguments(node, scope, visit, use);
    },
    NewExpression(node, scope, visit) {
      visit(node.callee, scope);
      useArguments(node, scope, visit, use);
    },
    SpreadElement({ argument }, scope, visit) {
      useValue(argument, scope, visit, { converted: AS_ITEMS }, use);
    },
    ObjectExpression({ properties }, scope, visit) {
      for (const property of properties) {
        if (property.type !== "SpreadElement") visit(property, scope);
        else useValue(property.argument, scope, visit, { converted: AS_MEMBERS }, use);
      }
    },
    TaggedTemplateExpression(node, scope, visit) {
      call(node.tag, scope, visit);
      for (const expression of node.quasi.expressions) visit(expression, scope);
    },
    UnaryExpression({ operator, argument }, scope, visit) {
      if (operator === "typeof" && argument.type === "Identifier") {
        use(argument.name, scope, { isOptional: true });
      } else if (operator === "!") useTest(argument, scope, visit, use);
      else if (["+", "-", "~"].includes(operator)) convert(argument, scope, visit);
      else visit(argument, scope);
    },
    TemplateLiteral(node, scope, visit) {
      for (const expression of node.expressions) convert(expression, scope, visit);
    },
    BinaryExpression({ left, right, operator }, scope, visit) {
      const keeps = ["in", "instanceof"].includes(operator) || isNothing(left) || isNothing(right);
      for (const side of [left, right]) {
        if (side.type === "PrivateIdentifier") continue;
        if (operator === "in" && side === right)
          useValue(side, scope, visit, { converted: AS_MEMBERS }, use);
        else if (keeps) visit(side, scope);
        else convert(side, scope, visit);
      }
    },
    VariableDeclarator(node, scope, visit) {
      (visit as VisitAs)(node.id, scope, "Pattern");
      if (!node.init) return;
      visit(node.init, scope);
      if (node.id.type === "ObjectPattern") useDestructured(node.id, node.init, scope, use);
    },
  };
}

/** Visits the arguments of a call; a variable of the code may hide the global that converts them. */
function useArguments(
  node: acorn.CallExpression | acorn.NewExpression,
  scope: Scope,
  visit: Visit,
  use: Use,
): void {
  for (const [i, argument] of node.arguments.entries()) {
    const conversion = conversionOf(node, i);
    const isHidden = conversion?.by !== undefined && isDeclared(conversion.by, scope);
    if (!conversion || isHidden) visit(argument, scope);
    else useConverted(argument, scope, visit, conversion, use);
  }
}

/** Records what is converted: the value itself, or for JSON and the text of a list every value in a literal. */
function useConverted(
  node: acorn.AnyNode,
  scope: Scope,
  visit: Visit,
  converted: Conversion,
  use: Use,
): void {
  const inside = (part: acorn.AnyNode): void => useConverted(part, scope, visit, converted, use);
  if (node.type === "ArrayExpression" && ["text", "JSON"].includes(converted.as)) {
    for (const element of node.elements) if (element) inside(element);
  } else if (node.type === "ObjectExpression" && converted.as === "JSON") {
    for (const property of node.properties) {
      if (property.type !== "Property" || property.computed) visit(property, scope);
      else inside(property.value);
    }
  } else useValue(node, scope, visit, { converted }, use);
}

/** Records the use of a variable or a chain of its members; visits any other node as usual. */
export function useValue(
  node: acorn.AnyNode,
  scope: Scope,
  visit: Visit,
  end: End,
  use: Use,
): void {
  const expression = withoutChain(node);
  if (expression.type === "MemberExpression") useMember(expression, scope, visit, end, use);
  else if (expression.type !== "Identifier") visit(node, scope);
  else if (!end.converted && !end.answered && !end.tested) use(expression.name, scope, {});
  else use(expression.name, scope, { ...end, chain: { names: [], invoked: false } });
}

/** Records a value that is tested for true or false. */
export function useTest(node: acorn.Expression, scope: Scope, visit: Visit, use: Use): void {
  if (node.type === "LogicalExpression" && node.operator !== "??") {
    useTest(node.left, scope, visit, use);
    useTest(node.right, scope, visit, use);
  } else useValue(node, scope, visit, { tested: true }, use);
}

function useMember(
  node: acorn.MemberExpression,
  scope: Scope,
  visit: Visit,
  { invoked = false, ...end }: End,
  use: Use,
): void {
  const names: string[] = [];
  let isCut = false;
  let at: acorn.AnyNode = node;
  for (; at.type === "MemberExpression"; at = withoutChain(at.object)) {
    const name = memberKey(at);
    if (name !== undefined) names.unshift(name);
    else {
      // The member behind a computed key is unknown: the chain ends before it.
      names.length = 0;
      isCut = true;
      useValue(at.property, scope, visit, { converted: AS_TEXT }, use);
    }
  }
  if (at.type !== "Identifier") visit(at, scope);
  else if (names.length === 0) use(at.name, scope, {});
  else if (isCut) use(at.name, scope, { chain: { names, invoked: false } });
  else use(at.name, scope, { chain: { names, invoked }, ...end });
}

/** Records the members that `const { a, b: c } = x.y` reads. */
function useDestructured(
  { properties }: acorn.ObjectPattern,
  init: acorn.Expression,
  scope: Scope,
  use: Use,
): void {
  const path = pathOf(init);
  if (!path) return;
  for (const property of properties) {
    if (property.type !== "Property" || property.computed || property.key.type !== "Identifier")
      continue;
    const names = [...path.names, property.key.name];
    use(path.variable, scope, { destructured: { names, invoked: false } });
  }
}

/** Returns the variable and the names of `x.y.z`; undefined for any other expression. */
function pathOf(node: acorn.Expression): { variable: string; names: string[] } | undefined {
  const names: string[] = [];
  let at: acorn.AnyNode = withoutChain(node);
  for (; at.type === "MemberExpression"; at = withoutChain(at.object)) {
    const name = memberKey(at);
    if (name === undefined) return undefined;
    names.unshift(name);
  }
  return at.type === "Identifier" ? { variable: at.name, names } : undefined;
}

/** Returns the inner node of `a?.b`: acorn wraps an optional chain in its own node. */
function withoutChain(node: acorn.AnyNode): acorn.AnyNode {
  return node.type === "ChainExpression" ? node.expression : node;
}

/** `x.name` and `x["name"]`. */
function memberKey({ computed, property }: acorn.MemberExpression): string | undefined {
  if (!computed) return property.type === "Identifier" ? property.name : undefined;
  const isText = property.type === "Literal" && typeof property.value === "string";
  return isText ? String(property.value) : undefined;
}

/** Checks for `undefined` or `null`: a comparison such as `x === undefined` does not use the value of x. */
function isNothing(node: acorn.Expression | acorn.PrivateIdentifier): boolean {
  if (node.type === "Literal") return node.value === null && node.raw === "null";
  return node.type === "Identifier" && node.name === "undefined";
}
