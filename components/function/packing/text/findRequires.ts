import * as acorn from "acorn";
import * as walk from "acorn-walk";
import { rememberByText } from "../caching/remember";

/** One `require("x")` or `import("x")` in the text of a callback. */
export interface RequireSite {
  specifier: string;
  /** `import()` gives a promise of a namespace with a `default`; `require` returns module.exports. */
  form: "require" | "import";
  start: number;
  end: number;
  /** The exports that the text uses; undefined if the module object itself is used (passed on, spread, ...). */
  names?: Set<string>;
  /** Whether it is in a `try` block or its promise has a `catch`: the code handles a missing module. */
  isOptional: boolean;
  /** Whether it is in a function, so that it is not loaded with the text. */
  isDeferred: boolean;
}

/** Finds every require and import() with a literal specifier, in order of appearance. */
export const findRequires: (text: string) => readonly RequireSite[] = rememberByText(
  "requires",
  sitesIn,
);

function sitesIn(text: string): RequireSite[] {
  const program = acorn.parse(text, { ecmaVersion: "latest", sourceType: "script" });
  const bound = new Map<string, RequireSite[]>();
  const sites: RequireSite[] = [];
  const add = (node: acorn.AnyNode, ancestors: acorn.AnyNode[]): void => {
    const found = siteOf(node, ancestors);
    if (!found) return;
    sites.push(found.site);
    if (found.variable) {
      bound.set(found.variable, [...(bound.get(found.variable) ?? []), found.site]);
    }
  };
  walk.ancestor(program, {
    CallExpression: (node, _state, ancestors) => add(node, ancestors),
    ImportExpression: (node, _state, ancestors) => add(node, ancestors),
  });
  walk.ancestor(program, {
    Identifier(node, _state, ancestors) {
      const member = memberName(node, ancestors[ancestors.length - 2]);
      for (const site of bound.get(node.name) ?? []) {
        if (member === undefined) site.names = undefined;
        else site.names?.add(member);
      }
    },
  });
  return sites.sort((a, b) => a.start - b.start);
}

interface FoundSite {
  site: RequireSite;
  /** The variable that holds the module, if it is assigned to one directly. */
  variable?: string;
}

function siteOf(node: acorn.AnyNode, ancestors: acorn.AnyNode[]): FoundSite | undefined {
  const specifier = textOf(moduleSource(node));
  if (specifier === undefined) return undefined;
  const consumer = consumerOf(node, ancestors);
  const site: RequireSite = {
    specifier,
    form: node.type === "ImportExpression" ? "import" : "require",
    start: node.start,
    end: node.end,
    names: consumer.names && new Set(consumer.names),
    isOptional: isHandled(node, ancestors),
    isDeferred: ancestors.some(({ type }) => FUNCTIONS.has(type)),
  };
  return { site, variable: consumer.variable };
}

const FUNCTIONS = new Set<string>([
  "ArrowFunctionExpression",
  "FunctionDeclaration",
  "FunctionExpression",
]);

function moduleSource(node: acorn.AnyNode): acorn.AnyNode | undefined {
  if (node.type === "ImportExpression") return node.source;
  const isRequire =
    node.type === "CallExpression" &&
    node.callee.type === "Identifier" &&
    node.callee.name === "require" &&
    node.arguments.length === 1;
  return isRequire ? node.arguments[0] : undefined;
}

/** Returns the name of a module that is written as text: "x", or a template without expressions. */
export function textOf(source: acorn.AnyNode | undefined): string | undefined {
  if (source?.type === "TemplateLiteral" && source.expressions.length === 0)
    return source.quasis[0]?.value.cooked ?? undefined;
  return source?.type === "Literal" && typeof source.value === "string" ? source.value : undefined;
}

/** Checks whether the code handles that a module is missing: in a `try` block, or with `catch` of its promise. */
export function isHandled(node: acorn.AnyNode, ancestors: readonly acorn.AnyNode[]): boolean {
  return (
    ancestors.some((a) => a.type === "TryStatement" && isInside(node, a.block)) ||
    isCaught(node, ancestors)
  );
}

function isInside(node: acorn.Node, outer: acorn.Node): boolean {
  return outer.start <= node.start && node.end <= outer.end;
}

/** Checks for `.catch(f)` and `.then(f, g)`, also after other calls of `then`. */
function isCaught(node: acorn.AnyNode, ancestors: readonly acorn.AnyNode[]): boolean {
  return ancestors.some((call, i) => {
    if (call.type !== "CallExpression" || call.callee.type !== "MemberExpression") return false;
    const { object, property } = call.callee;
    if (property.type !== "Identifier" || !isPromiseOf(node, object, ancestors.slice(i)))
      return false;
    const handlers = { catch: 1, then: 2 }[property.name];
    return handlers !== undefined && call.arguments.length >= handlers;
  });
}

/** Checks whether a value is the promise of `import()`, maybe after other calls of `then`. */
function isPromiseOf(
  node: acorn.AnyNode,
  value: acorn.AnyNode,
  ancestors: readonly acorn.AnyNode[],
): boolean {
  if (value === node) return node.type === "ImportExpression";
  // What TypeScript generates for import() in CommonJS.
  if (isThen(value) && isInside(node, value))
    return ancestors.filter((a) => FUNCTIONS.has(a.type)).length === 1;
  return (
    value.type === "CallExpression" &&
    value.callee.type === "MemberExpression" &&
    isPromiseOf(node, value.callee.object, ancestors)
  );
}

/** Returns how the module is used: assigned to a variable, destructured on the spot, or anything else. */
function consumerOf(
  node: acorn.AnyNode,
  ancestors: acorn.AnyNode[],
): { variable?: string; names?: string[] } {
  const [value, parent] = unwrap(node, ancestors);
  // The members of the promise are not those of the module.
  if (value.type === "ImportExpression" || isThen(value)) return {};
  if (parent?.type === "VariableDeclarator" && parent.init === value) {
    const target = parent.id;
    if (target.type === "Identifier") return { variable: target.name, names: [] };
    return { names: target.type === "ObjectPattern" ? patternNames(target) : undefined };
  }
  const member = memberName(value, parent);
  return { names: member === undefined ? undefined : [member] };
}

/**
 * Skips `await` and the code that TypeScript generates for `import("x")` in CommonJS: `Promise.resolve().then(() =>
 * require("x"))`, wrapped in `__importStar` under esModuleInterop.
 */
function unwrap(
  node: acorn.AnyNode,
  ancestors: acorn.AnyNode[],
): [value: acorn.AnyNode, parent: acorn.AnyNode | undefined] {
  let i = ancestors.lastIndexOf(node);
  for (; i > 0; i--) {
    const [above, parent, value] = [ancestors[i - 2], ancestors[i - 1], ancestors[i]];
    const passesThrough =
      parent?.type === "AwaitExpression" ||
      (parent?.type === "CallExpression" && isImportStar(parent.callee)) ||
      (parent?.type === "ArrowFunctionExpression" && isThen(above)) ||
      (isThen(parent) && value?.type === "ArrowFunctionExpression");
    if (!passesThrough) break;
  }
  return [ancestors[i] ?? node, ancestors[i - 1]];
}

function isImportStar(callee: acorn.Node): boolean {
  const node = callee as acorn.AnyNode;
  if (node.type === "MemberExpression") return isImportStar(node.property);
  return node.type === "Identifier" && node.name === "__importStar";
}

/** `Promise.resolve().then(...)`. */
function isThen(node: acorn.AnyNode | undefined): boolean {
  if (node?.type !== "CallExpression" || node.callee.type !== "MemberExpression") return false;
  const { object, property } = node.callee;
  if (property.type !== "Identifier" || property.name !== "then") return false;
  if (object.type !== "CallExpression" || object.callee.type !== "MemberExpression") return false;
  const start = object.callee.object;
  return start.type === "Identifier" && start.name === "Promise";
}

function patternNames(pattern: acorn.ObjectPattern): string[] | undefined {
  const names: string[] = [];
  for (const property of pattern.properties) {
    if (property.type === "RestElement" || property.computed) return undefined;
    const name = keyName(property.key);
    if (name === undefined) return undefined;
    names.push(name);
  }
  return names;
}

/** `x.name` and `x["name"]`; undefined for every other use of x. */
function memberName(value: acorn.Node, parent: acorn.AnyNode | undefined): string | undefined {
  if (parent?.type !== "MemberExpression" || parent.object !== value) return undefined;
  if (!parent.computed || parent.property.type === "Literal") return keyName(parent.property);
  return undefined;
}

function keyName(key: acorn.Expression | acorn.PrivateIdentifier): string | undefined {
  if (key.type === "Identifier") return key.name;
  return key.type === "Literal" && typeof key.value === "string" ? key.value : undefined;
}
