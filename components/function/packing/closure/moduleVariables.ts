import type { ClosureGraph } from "./closureGraph";
import type { FunctionEntry, ModuleEntry } from "./entries";
import { isLambdaGlobal } from "../captures/lambdaGlobals";

/**
 * The variables of functions that hold a package or a module of Node.js. They are declared once at the top of the text,
 * under their own names: there packing determines which parts of a package are used.
 */
export class ModuleVariables {
  private readonly specifiers = new Map<string, string>();

  constructor(
    private readonly graph: ClosureGraph,
    functions: readonly FunctionEntry[],
    specifierOf: (entry: ModuleEntry) => string,
  ) {
    for (const entry of functions) {
      for (const [name, value] of entry.captured) {
        const module = this.moduleAt(entry, name, value);
        if (module && !this.specifiers.has(name)) this.specifiers.set(name, specifierOf(module));
      }
    }
    this.specifierOf = specifierOf;
  }

  private readonly specifierOf: (entry: ModuleEntry) => string;

  requires(): string[] {
    return [...this.specifiers].map(
      ([name, specifier]) => `const ${name} = require(${JSON.stringify(specifier)});`,
    );
  }

  /** Returns the captured variables that belong to the function alone. */
  boundNames(entry: FunctionEntry): string[] {
    return [...entry.captured].flatMap(([name, value]) => {
      const module = this.moduleAt(entry, name, value);
      const isAtTop = module && this.specifiers.get(name) === this.specifierOf(module);
      return isAtTop ? [] : [name];
    });
  }

  private moduleAt(
    { shape }: FunctionEntry,
    name: string,
    value: unknown,
  ): ModuleEntry | undefined {
    const entry = this.graph.entries.get(value);
    if (entry?.kind !== "module" || isReserved(name)) return undefined;
    if (!entry.isNamespaceCopy) return entry;
    // The copy has a `default` that the module lacks; if all of it is used, the copy is made again.
    const chains = shape.free.get(name)?.chains;
    return chains?.every(({ names }) => names[0] !== "default") ? entry : undefined;
  }
}

/** Checks whether a name must not be declared at the top: it is used by the text itself, or is a global of Lambda. */
function isReserved(name: string): boolean {
  return (
    ["exports", "module", "require"].includes(name) || /^__/.test(name) || isLambdaGlobal(name)
  );
}
