import * as acorn from "acorn";
import * as walk from "acorn-walk";
import { isBuiltin } from "node:module";
import { CaptureError } from "../captureError";
import { isHandled, textOf } from "./findRequires";
import { rememberByText } from "../caching/remember";

/** Spares parsing: almost no callback has one. */
const MAY_BE_COMPUTED =
  /\brequire\s*\.\s*resolve\b|\b(?:require|import)\s*\((?!\s*(?:"[^"\n]*"|'[^'\n]*')\s*\))/;

/**
 * Refuses `import(name)`, `require(name)` and `require.resolve("x")`: the bundler does not know which package they need,
 * so that it would be missing in Lambda. Code that handles a missing module is left as it is.
 */
export function refuseComputedNames(text: string): void {
  const call = MAY_BE_COMPUTED.test(text) ? firstComputed(text) : undefined;
  if (call === undefined) return;
  throw new CaptureError(
    `calls ${call}, so that packing cannot know which package Lambda needs: ` +
      'write each name as text, as in import("name"), or handle in a try that it is missing',
  );
}

const firstComputed = rememberByText("computed names", (text): string | undefined => {
  const program = acorn.parse(text, { ecmaVersion: "latest", sourceType: "script" });
  const computed: acorn.AnyNode[] = [];
  let isRequireDeclared = false;
  const check = (node: acorn.AnyNode, ancestors: acorn.AnyNode[]): void => {
    if (isComputed(node) && !isHandled(node, ancestors)) computed.push(node);
  };
  walk.ancestor(program, {
    CallExpression: (node, _state, ancestors) => check(node, ancestors),
    ImportExpression: (node, _state, ancestors) => check(node, ancestors),
    VariableDeclarator(node) {
      isRequireDeclared ||= isRequire(node.id);
    },
    Function(node) {
      isRequireDeclared ||= node.params.some(isRequire);
    },
  });
  // A `require` that createRequire made, or the parameter of a bundled module, is another function.
  const first = computed.find(({ type }) => type === "ImportExpression" || !isRequireDeclared);
  return first && text.slice(first.start, first.end);
});

function isComputed(node: acorn.AnyNode): boolean {
  if (node.type === "ImportExpression") return textOf(node.source) === undefined;
  if (node.type !== "CallExpression") return false;
  const { callee } = node;
  const [argument] = node.arguments;
  if (!argument) return false;
  const name = textOf(argument);
  if (isRequire(callee)) return name === undefined;
  const isResolve =
    callee.type === "MemberExpression" &&
    isRequire(callee.object) &&
    callee.property.type === "Identifier" &&
    callee.property.name === "resolve";
  return isResolve && !(name !== undefined && isBuiltin(name));
}

function isRequire(node: acorn.AnyNode): boolean {
  return node.type === "Identifier" && node.name === "require";
}
