import type * as acorn from "acorn";
import * as walk from "acorn-walk";
import type { AnyFunction } from "../closureScope";
import { freeVariablesOf } from "../freeVariables";
import { sourceOf } from "../refusal";
import { rememberByText } from "../remember";
import { declaredName } from "./declaredNames";
import { type FunctionForm, parseFunction } from "./parseFunction";
import type { FreeVariable } from "./uses";

/** What the text of a function tells, without its surroundings. */
export interface FunctionShape extends FunctionForm {
  free: ReadonlyMap<string, FreeVariable>;
  /** It has a `this` that its caller decides. */
  usesThis: boolean;
  /** An arrow function whose `this` is that of its surroundings. */
  capturesThis: boolean;
  usesSuper: boolean;
  /** What its text calls it, where the text may use that. */
  ownName?: string;
}

const shapes = new WeakMap<AnyFunction, FunctionShape | "unreadable">();

/** Undefined when the text cannot be parsed. A text never changes: each is parsed once for all callbacks. */
export function functionShape(fn: AnyFunction): FunctionShape | undefined {
  const shape = shapes.get(fn) ?? shapeOf(fn) ?? "unreadable";
  shapes.set(fn, shape);
  return shape === "unreadable" ? undefined : shape;
}

function shapeOf(fn: AnyFunction): FunctionShape | undefined {
  const shape = shapeOfText(sourceOf(fn));
  return shape && { ...shape, isStrict: shape.isStrict && !isSloppy(fn) };
}

const shapeOfText = rememberByText("shapes", (source): FunctionShape | undefined => {
  const parsed = parseFunction(source);
  if (!parsed) return undefined;
  const { root, ...form } = parsed;
  const own = { this: false, super: false };
  walk.recursive(root, 0, thisVisitors(own));
  const isArrow = root.type === "ArrowFunctionExpression";
  return {
    ...form,
    free: freeVariablesOf(root),
    usesThis: own.this && !isArrow,
    capturesThis: own.this && isArrow,
    usesSuper: own.super,
    ownName: usedOwnName(source),
  };
});

/** A name that stands once is that of the declaration. */
function usedOwnName(source: string): string | undefined {
  const name = declaredName(source);
  return name !== undefined && source.split(name).length > 2 ? name : undefined;
}

/** Only functions of code without "use strict" have a `caller` of their own; arrows and methods never tell. */
function isSloppy(fn: AnyFunction): boolean {
  return Object.hasOwn(fn, "caller");
}

/** `this` and `super` of the function itself: arrows inside share them, functions and classes have their own. */
function thisVisitors(own: { this: boolean; super: boolean }): walk.RecursiveVisitors<number> {
  return {
    ThisExpression: () => void (own.this = true),
    Super: () => void (own.super = true),
    Function(node, depth, visit) {
      if (depth > 0 && node.type !== "ArrowFunctionExpression") return;
      for (const parameter of node.params) visitPattern(parameter, depth + 1, visit);
      visit(node.body, depth + 1);
    },
    Class(node, depth, visit) {
      if (node.superClass) visit(node.superClass, depth + 1);
      for (const member of node.body.body) {
        if ("computed" in member && member.computed) visit(member.key, depth + 1);
      }
    },
  };
}

/** acorn-walk passes this node kind as a third argument that its types leave out. */
function visitPattern(
  node: acorn.Pattern,
  depth: number,
  visit: walk.WalkerCallback<number>,
): void {
  (visit as (node: acorn.Node, depth: number, kind: "Pattern") => void)(node, depth, "Pattern");
}
