import * as pulumi from "@pulumi/pulumi";
import { types } from "node:util";
import { CaptureError } from "../captureError";
import { sourceOf } from "../captures/refusal";
import type { AnyFunction } from "../captures/closureScope";
import type { LoadedModule } from "../captures/loadedModules";
import type { Chain } from "../text/uses";
import type { Moment } from "../captures/moment";
import type { Entry, FunctionEntry, ObjectEntry } from "./entries";
import { packageExportsOf } from "../captures/exportOf";
import { type FunctionShape, functionShape } from "../captures/functionShape";
import { isImportStar, namespaceCopyOf } from "../captures/moduleHelpers";
import { membersWanted, allMembersWanted, WHOLE, type Wanted } from "./objectMembers";
import { functionKeys, ownerOfPrototype, propertyValues } from "./properties";
import { memberText } from "../text/plainText";
import { wellKnown } from "../captures/wellKnown";

export interface GraphOptions {
  moment: Moment;
  /** The values of the Outputs that were awaited; the graph does not continue past other Outputs. */
  outputs: ReadonlyMap<unknown, unknown>;
  /** Checks whether a module can be required from the callback's folder. */
  canRequire: (module: LoadedModule) => boolean;
  /** Called for every value before it is added; throws to refuse it. */
  inspect: (value: unknown) => void;
  /** Called for every function, with the variables that it captures; throws to refuse it. */
  check: (fn: AnyFunction, shape: FunctionShape, variables: ReadonlyMap<string, unknown>) => void;
}

/**
 * The values that a callback captures, limited to what it uses: for every object, the members that any function uses in
 * any way. Each use is processed once and uses are only ever added, so the order in which they are found does not
 * matter, also in cycles.
 */
export class ClosureGraph {
  readonly entries = new Map<unknown, Entry>();
  /** The Outputs whose values are not in `outputs` yet. */
  readonly awaited: pulumi.Output<unknown>[] = [];
  private readonly met = new Map<unknown, Set<string>>();
  private readonly queue: Wanted[] = [];

  constructor(
    root: AnyFunction,
    private readonly options: GraphOptions,
  ) {
    this.want([{ value: root, chain: WHOLE }]);
    for (let next = this.queue.pop(); next; next = this.queue.pop()) {
      this.meet(next.value, next.chain);
    }
  }

  /** Queues uses in order of appearance: what appears first in the code is refused first. */
  private want(wanted: readonly Wanted[]): void {
    for (const one of wanted.toReversed()) this.queue.push(one);
  }

  private meet(value: unknown, chain: Chain): void {
    const key = chain.names.join("\0") + (chain.invoked ? "()" : "");
    const met = this.met.get(value);
    if (met?.has(key)) return;
    if (met) met.add(key);
    else this.met.set(value, new Set([key]));
    const entry = this.entries.get(value) ?? this.enter(value);
    if (entry?.kind !== "object" || entry.isWhole) return;
    this.want(chain.names.length === 0 ? allMembersWanted(entry) : membersWanted(entry, chain));
  }

  private enter(value: unknown): Entry | undefined {
    const known = wellKnown(value);
    if (known !== undefined) return this.keep(value, { kind: "expression", text: known });
    const ofNode = this.enterNamespace(value) ?? this.enterOfNode(value);
    if (ofNode) return ofNode;
    this.options.inspect(value);
    if (typeof value === "function") return this.enterFunction(value as AnyFunction);
    if (typeof value !== "object" || value === null) return undefined;
    if (pulumi.Output.isInstance(value)) return this.enterOutput(value);
    if (value instanceof RegExp) return this.keep(value, { kind: "regexp", value });
    return this.enterModule(value) ?? this.enterObject(value);
  }

  private keep<E extends Entry>(value: unknown, entry: E): E {
    this.entries.set(value, entry);
    return entry;
  }

  private enterOutput(output: pulumi.Output<unknown>): Entry {
    if (!this.options.outputs.has(output)) this.awaited.push(output);
    const value = this.options.outputs.get(output);
    this.want([{ value, chain: WHOLE }]);
    return this.keep(output, { kind: "output", value });
  }

  /** Adds a package or a module of Node.js as a `require`; a module of the program is treated like any other object. */
  private enterModule(value: object): Entry | undefined {
    const { modules } = this.options.moment;
    const original = namespaceCopyOf(value, modules);
    const module = modules.get(original ?? value);
    if (module?.kind !== "builtin" && module?.kind !== "package") return undefined;
    return this.keep(value, { kind: "module", module, isNamespaceCopy: original !== undefined });
  }

  /** Adds `import * as` of a CommonJS module in an ES program: Node.js gives that the module itself as `default`. */
  private enterNamespace(value: unknown): Entry | undefined {
    if (!types.isModuleNamespaceObject(value)) return undefined;
    const module = this.options.moment.modules.get((value as { default?: unknown }).default);
    if (module?.kind !== "builtin" && module?.kind !== "package") return undefined;
    return this.keep(value, { kind: "module", module, isNamespaceCopy: true });
  }

  /** Adds a function that a module of Node.js exports, such as `join` of node:path: it is native, or uses what is. */
  private enterOfNode(value: unknown): Entry | undefined {
    const { builtinFunctions, modules } = this.options.moment;
    const [id, name] = builtinFunctions.get(value)?.split(".") ?? [];
    if (id === undefined || name === undefined || modules.has(value)) return undefined;
    const text = `require(${JSON.stringify(id)})${memberText(name)}`;
    return this.keep(value, { kind: "expression", text });
  }

  private enterObject(value: object): ObjectEntry {
    const { modules } = this.options.moment;
    const isArguments = types.isArgumentsObject(value);
    const entry = this.keep<ObjectEntry>(value, {
      kind: isArguments ? "arguments" : Array.isArray(value) ? "array" : "object",
      value,
      isWhole: false,
      keys: new Set(),
      hasPrototype: false,
      isModule: modules.has(value) || modules.has(namespaceCopyOf(value, modules)),
      prototypeOf: ownerOfPrototype(value),
    });
    if (entry.prototypeOf) this.want([{ value: entry.prototypeOf, chain: WHOLE }]);
    if (entry.kind !== "object") this.want(allMembersWanted(entry));
    return entry;
  }

  private enterFunction(value: AnyFunction): Entry | undefined {
    const marked = this.enterMarked(value) ?? this.enterModule(value);
    if (marked) return marked;
    const ofModule = this.enterExport(value);
    if (ofModule) return ofModule;
    const shape = functionShape(value);
    if (!shape) throw unreadable(value);
    const names = [...shape.free.keys()].filter((name) => name !== "require");
    const asked = shape.ownName === undefined ? names : [...names, shape.ownName];
    const variables = this.options.moment.variablesOf(value, asked);
    this.options.check(value, shape, variables);
    const captured = new Map(
      names.flatMap((name) => {
        const variable = variables.get(name);
        const isTaken = variables.has(name) && !isImportStar(name, variable);
        return isTaken ? [[name, variable] as const] : [];
      }),
    );
    const entry: FunctionEntry = { kind: "function", value, shape, captured };
    this.want(functionWants(entry));
    return this.keep(value, entry);
  }

  /**
   * Adds a function or class that a package exports, as a member of the package: a copy would not share the variables
   * of the package, and be another class.
   */
  private enterExport(value: AnyFunction): Entry | undefined {
    const { canRequire, moment } = this.options;
    const found = packageExportsOf(value, moment.modules).find(({ module }) => canRequire(module));
    if (!found) return undefined;
    const { exported, name } = found;
    this.want([{ value: exported, chain: { names: [name], invoked: false } }]);
    return this.keep(value, { kind: "export", exported, name });
  }

  /**
   * Handles Pulumi's markers on functions: a replacement for Lambda, or that the function exists only at deployment.
   */
  private enterMarked(value: AnyFunction): Entry | undefined {
    const { captureReplacement, doNotCapture } = value as Marked;
    if (typeof captureReplacement === "function") {
      const replacement = (captureReplacement as () => unknown)();
      if (typeof replacement !== "function") {
        throw new CaptureError(
          `captures function ${value.name}, whose captureReplacement() returns no function`,
        );
      }
      this.meet(replacement, WHOLE);
      const entry = this.entries.get(replacement);
      return entry && this.keep(value, entry);
    }
    if (doNotCapture !== true) return undefined;
    const message = `Function '${value.name}' exists only at deployment.`;
    const text = `(() => { throw new Error(${JSON.stringify(message)}); })`;
    return this.keep(value, { kind: "expression", text });
  }
}

function unreadable(fn: AnyFunction): CaptureError {
  const source = sourceOf(fn);
  if (/\bimport\.meta\b/.test(source))
    return new CaptureError(
      `uses import.meta in '${fn.name}', which is about a file that is not in Lambda: ` +
        "compute the value outside and capture the result",
    );
  const fix = /#\w/.test(source) ? ": call a method with #private names through its class" : "";
  return new CaptureError(`captures a function that cannot be read (${fn.name})${fix}`);
}

interface Marked {
  captureReplacement?: unknown;
  doNotCapture?: unknown;
}

function functionWants({ value, shape, captured }: FunctionEntry): Wanted[] {
  const wanted: Wanted[] = [];
  for (const [name, variable] of captured) {
    const chains = shape.free.get(name)?.chains ?? [WHOLE];
    for (const chain of chains) wanted.push({ value: variable, chain });
  }
  for (const key of functionKeys(value)) {
    if (typeof key === "symbol") wanted.push({ value: key, chain: WHOLE });
    for (const member of propertyValues(value, key, false)) {
      wanted.push({ value: member, chain: WHOLE });
    }
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (wellKnown(prototype) === undefined) wanted.push({ value: prototype, chain: WHOLE });
  return wanted;
}
