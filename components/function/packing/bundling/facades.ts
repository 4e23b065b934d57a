/** Marks the virtual modules that pick what is used of a dependency. */
export const FACADE = "facade:";

/** One line of the entry of deps.js, and how index.js accesses its export. */
export interface DependencyExport {
  /** Source of this part of the entry module. */
  code: string;
  /** Source of the virtual module that the entry imports, if any. It exports `picked`. */
  facade?: string;
  /** The expression in index.js, after `require("./deps.js")`. */
  access: string;
}

/** Exports what a facade picks: when deps.js is loaded, or where the text loads it. */
export function exportFacade(id: string, facade: string, isDeferred: boolean): DependencyExport {
  const from = JSON.stringify(FACADE + id);
  return isDeferred
    ? { code: `export const ${id} = () => require(${from}).picked;`, facade, access: `.${id}()` }
    : { code: `export { picked as ${id} } from ${from};`, facade, access: `.${id}` };
}

/**
 * Picks the used names of an ES module. Each is a getter, because an export changes when its module assigns it. A name
 * that only the CommonJS build has is undefined, as it was there. With `__esModule`, TypeScript's `__importStar` uses
 * this object itself instead of a copy.
 */
export function pickNames(file: string, names: readonly string[], addsDefault: boolean): string {
  const getters = names.map((name) => {
    const key = JSON.stringify(name);
    return `get ${key}() { return ${addsDefault && name === "default" ? "m" : `m[${key}]`}; }`;
  });
  return `
    import * as m from ${JSON.stringify(file)};
    export const picked = Object.defineProperty({ ${getters.join(", ")} }, "__esModule", { value: true });`;
}

/** Picks all exports of an ES module, and as `default` the module itself if Node.js would give the CommonJS build. */
export function pickAll(file: string, addsDefault: boolean): string {
  const from = JSON.stringify(file);
  if (!addsDefault) return `export * as picked from ${from};`;
  return `
    import * as m from ${from};
    const picked = Object.create(null, Object.getOwnPropertyDescriptors(m));
    Object.defineProperty(picked, "default", { value: m, enumerable: true });
    export { picked };`;
}

/**
 * Picks the namespace that `import()` gives of a CommonJS module: `default` is module.exports, whatever its flag
 * `__esModule` says, and the other names are the members of module.exports.
 * https://nodejs.org/api/esm.html#commonjs-namespaces
 */
export function pickFromCommonJs(file: string): string {
  return `
    const exported = require(${JSON.stringify(file)});
    const isObject = exported && (typeof exported === "object" || typeof exported === "function");
    const names = isObject ? Object.keys(exported) : [];
    if (isObject && exported.__esModule) names.push("__esModule");
    export const picked = Object.create(null);
    for (const name of new Set(names.sort()))
      if (name !== "default")
        Object.defineProperty(picked, name, { get: () => exported[name], enumerable: true });
    Object.defineProperty(picked, "default", { value: exported, enumerable: true });`;
}
