import type * as acorn from "acorn";
import * as walk from "acorn-walk";
import type { AnyFunction } from "./closureScope";
import { freeVariablesOf } from "../text/freeVariables";
import { sourceOf } from "./refusal";
import { rememberByText } from "../caching/remember";
import { type ClassShape, classShape } from "./classShape";
import { declaredName } from "../text/declaredNames";
import { type FunctionForm, parseFunction } from "../text/parseFunction";
import type { FreeVariable } from "../text/uses";

/** Facts about a function that follow from its text alone. */
export interface FunctionShape extends FunctionForm {
  free: ReadonlyMap<string, FreeVariable>;
  /** Whether it has a `this` that its caller sets. */
  usesThis: boolean;
  /** Whether it is an arrow function that uses the `this` of its surroundings. */
  capturesThis: boolean;
  usesSuper: boolean;
  /** The function's own name, if its text refers to it. */
  ownName?: string;
  /** Set for a class; `free` then leaves out the code that is not written, and what it extends. */
  class?: ClassShape;
}

const shapes = new WeakMap<AnyFunction, FunctionShape | "unreadable">();

/**
 * Returns the shape of a function; undefined if its text cannot be parsed. Each text is parsed once for all callbacks.
 */
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
  const { root: whole, ...form } = parsed;
  const found = isClassExpression(whole) ? classShape(whole, source) : undefined;
  const root = found?.rest ?? whole;
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
    ...(found && { class: found.shape }),
  };
});

function isClassExpression(node: acorn.Node): node is acorn.ClassExpression {
  return node.type === "ClassExpression";
}

/** Returns a function's own name if it occurs more often than in the declaration. */
function usedOwnName(source: string): string | undefined {
  const name = declaredName(source);
  return name !== undefined && source.split(name).length > 2 ? name : undefined;
}

/**
 * Checks whether a function is sloppy code: without "use strict" it has its own `caller`. Arrows and methods never
 * have.
 */
function isSloppy(fn: AnyFunction): boolean {
  return Object.hasOwn(fn, "caller");
}

/**
 * Visitors for `this` and `super` of the function itself: arrows inside share them, functions and classes have their
 * own.
 */
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

/** acorn-walk passes this node kind as a third argument that its types omit. */
function visitPattern(
  node: acorn.Pattern,
  depth: number,
  visit: walk.WalkerCallback<number>,
): void {
  (visit as (node: acorn.Node, depth: number, kind: "Pattern") => void)(node, depth, "Pattern");
}
