import type * as acorn from "acorn";
import type * as walk from "acorn-walk";
import { useTest, useValue } from "./memberUse";
import type { Scope, Use } from "./uses";

type Visit = walk.WalkerCallback<Scope>;

/** Visitors that find what a function returns, and which values it tests for true or false. */
export function testVisitors(use: Use): walk.RecursiveVisitors<Scope> {
  return {
    ReturnStatement({ argument }, scope, visit) {
      if (argument) useAnswer(argument, scope, visit, use);
    },
    IfStatement({ test, consequent, alternate }, scope, visit) {
      useTest(test, scope, visit, use);
      visit(consequent, scope);
      if (alternate) visit(alternate, scope);
    },
    WhileStatement({ test, body }, scope, visit) {
      useTest(test, scope, visit, use);
      visit(body, scope);
    },
    ConditionalExpression({ test, consequent, alternate }, scope, visit) {
      useTest(test, scope, visit, use);
      visit(consequent, scope);
      visit(alternate, scope);
    },
    LogicalExpression({ left, right, operator }, scope, visit) {
      if (operator === "??") visit(left, scope);
      else useTest(left, scope, visit, use);
      visit(right, scope);
    },
  };
}

/** Records the values of an answer: the value itself, or those in an object or list that is written there. */
export function useAnswer(node: acorn.Expression, scope: Scope, visit: Visit, use: Use): void {
  const { answerer } = scope;
  const inside = (part: acorn.Expression): void => useAnswer(part, scope, visit, use);
  if (!answerer) return visit(node, scope);
  switch (node.type) {
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return visit(node, { ...scope, enters: answerer === "itself" ? "returned" : undefined });
    case "AwaitExpression":
      return inside(node.argument);
    case "ConditionalExpression":
      useTest(node.test, scope, visit, use);
      inside(node.consequent);
      return inside(node.alternate);
    case "ArrayExpression":
      for (const element of node.elements)
        if (element?.type === "SpreadElement") visit(element, scope);
        else if (element) inside(element);
      return;
    case "ObjectExpression":
      if (node.properties.some((one) => one.type === "SpreadElement" || one.computed))
        return visit(node, scope);
      for (const property of node.properties)
        if (property.type === "Property") inside(property.value);
      return;
    default:
      return useValue(node, scope, visit, { answered: answerer }, use);
  }
}
