import * as acorn from "acorn";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { packageOf } from "./packages";

/** Checks by extension, by package.json, or by the presence of import and export, like bundlers do. */
export function isEsModule(file: string): boolean {
  const extension = path.extname(file);
  if (extension === ".mjs") return true;
  if (extension !== ".js") return false;
  if (packageOf(file)?.manifest.type === "module") return true;
  return statementsOf(file).some(({ type }) => /^(Import|Export)/.test(type));
}

/** Checks for a default export of an ES module; `export *` does not include that of another one. */
export function hasDefault(file: string): boolean {
  return statementsOf(file).some(
    (statement) =>
      statement.type === "ExportDefaultDeclaration" ||
      (statement.type === "ExportNamedDeclaration" &&
        statement.specifiers.some(({ exported }) => nameOf(exported) === "default")),
  );
}

/**
 * Checks whether the ES module build can replace the CommonJS file: always for single names, but as a whole (or for
 * `default`) only if that file is itself such a build or only adds names to `exports`. Decided by the text alone:
 * modules that this process happens to have loaded must not change the bytes.
 */
export function isInterchangeable(required: string, names: string[] | undefined): boolean {
  if (names && !names.includes("default")) return true;
  if (isEsModule(required)) return true;
  const source = readFileSync(required, "utf8");
  if (source.includes("__esModule")) return true;
  return !names && /\bexports\.[\w$]+ *=/.test(source) && !/\bmodule\.exports\b/.test(source);
}

/** Checks whether loading a module can do more than define its exports. Its package may say that it does not. */
export function hasEffects(file: string): boolean {
  return packageOf(file)?.manifest.sideEffects !== false;
}

function nameOf(name: acorn.Identifier | acorn.Literal): unknown {
  return name.type === "Identifier" ? name.name : name.value;
}

function statementsOf(file: string): acorn.Program["body"] {
  try {
    const source = readFileSync(file, "utf8");
    return acorn.parse(source, { ecmaVersion: "latest", sourceType: "module" }).body;
  } catch {
    return [];
  }
}
