import * as acorn from "acorn";
import * as walk from "acorn-walk";
import type { OnResolveArgs, OnResolveResult, Plugin } from "esbuild";
import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import * as path from "node:path";
import { CaptureError } from "../captureError";
import { resolveLikeImport } from "./importLikeNode";
import { isNativePackage, packageOf } from "./packages";

/**
 * Resolves the `require` calls inside packages like Node.js does: a CommonJS file expects the CommonJS build of a
 * package, not the ES module build that imports get.
 *
 * Optional native code (a `require` in a `try`, as in ssh2) is left out, even if this machine has built it: the package
 * falls back to JavaScript, and the zip is the same on every machine.
 *
 * @param required folders of the packages that imports get like Node.js too: it ignores the field `module`.
 */
export function requireLikeNode(required: ReadonlySet<string>): Plugin {
  return {
    name: "require-like-node",
    setup(build) {
      build.onResolve({ filter: /\.node$/ }, (args) => nativeCode(args, args.importer));
      build.onResolve({ filter: /^[^./]/ }, (args) => {
        if (isBuiltin(args.path)) return undefined;
        if (args.kind === "require-call") return resolvePackage(args);
        return required.size === 0 ? undefined : resolveRequired(args, required);
      });
    },
  };
}

/** Returns the error for a package that would need native code of the deploying machine at run time. */
export function nativeCodeError(file: string): CaptureError {
  return new CaptureError(
    `needs package ${packageOf(file)?.name ?? file}, which contains native code (.node) for the ` +
      "computer that deploys, not for Lambda: use a package without native code, or a Lambda layer",
  );
}

function resolvePackage(args: OnResolveArgs): OnResolveResult | undefined {
  const file = nodeResolve(args);
  if (!file) return undefined;
  const owner = packageOf(file);
  if (file.endsWith(".node")) return nativeCode(args, file);
  return owner && isNativePackage(owner) && isOptional(args)
    ? nativeCode(args, file)
    : { path: file };
}

/** Returns the CommonJS build, if the package is required and has no other build for imports in Node.js. */
function resolveRequired(
  args: OnResolveArgs,
  required: ReadonlySet<string>,
): OnResolveResult | undefined {
  const file = nodeResolve(args);
  const owner = file === undefined ? undefined : packageOf(file);
  if (!owner || !required.has(owner.directory)) return undefined;
  const isMapped = resolveLikeImport(args.path, [path.dirname(args.importer)]) !== undefined;
  return isMapped ? undefined : { path: file };
}

function nativeCode(args: OnResolveArgs, file: string): OnResolveResult {
  if (!isOptional(args)) throw nativeCodeError(file);
  return { path: args.path, external: true };
}

function nodeResolve({ importer, path: specifier }: OnResolveArgs): string | undefined {
  try {
    return createRequire(importer).resolve(specifier);
  } catch {
    return undefined;
  }
}

/** Checks whether every require of the module in the importing file is in a `try` block. */
function isOptional({ importer, path: specifier }: OnResolveArgs): boolean {
  const found: boolean[] = [];
  try {
    const source = readFileSync(importer, "utf8");
    const program = acorn.parse(source, { ecmaVersion: "latest", allowHashBang: true });
    walk.ancestor(program, {
      CallExpression(node, _state, ancestors) {
        const [argument] = node.arguments;
        if (argument?.type === "Literal" && argument.value === specifier) {
          found.push(ancestors.some((a) => a.type === "TryStatement" && contains(a.block, node)));
        }
      },
    });
  } catch {
    return false;
  }
  return found.length > 0 && found.every(Boolean);
}

function contains(outer: acorn.Node, inner: acorn.Node): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
