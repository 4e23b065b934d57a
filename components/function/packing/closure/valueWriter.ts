import { IMPORT_STAR } from "../captures/moduleHelpers";
import { type Entry, keysOf, type ModuleEntry, type ObjectEntry } from "./entries";
import { keyText, keyValue, memberText, primitiveText } from "../text/plainText";
import { isPlain } from "./sharedValues";

export interface Names {
  /** The variables of values that have one. */
  variables: ReadonlyMap<unknown, string>;
  specifierOf: (entry: ModuleEntry) => string;
}

/**
 * Writes values as literals. Parts that a literal cannot contain are written as statements afterwards: references to
 * values that are declared later, and flags of properties.
 */
export class ValueWriter {
  /** Statements to run after all declarations. */
  readonly later: string[] = [];
  /** Statements to run after all objects are complete. */
  readonly last: string[] = [];
  private readonly declared = new Set<unknown>();

  constructor(
    private readonly entries: ReadonlyMap<unknown, Entry>,
    private readonly names: Names,
  ) {}

  declare(value: unknown, entry: Entry): string {
    const variable = this.names.variables.get(value) ?? "";
    const text = `const ${variable} = ${this.literal(entry, variable)};`;
    this.declared.add(value);
    return text;
  }

  /** Returns the text of a value. If it is written here, later statements refer to it by `path`. */
  reference(value: unknown, path = ""): string {
    const variable = this.names.variables.get(value);
    if (variable !== undefined) return variable;
    const entry = this.entries.get(value);
    return entry ? this.literal(entry, path) : primitiveText(value);
  }

  /** Defines a property with all its flags. */
  define(path: string, object: object, key: PropertyKey): void {
    const property = Object.getOwnPropertyDescriptor(object, key);
    if (!property) return;
    const { get, set, writable, enumerable, configurable } = property;
    const text = "value" in property ? [`value: ${this.reference(property.value)}`] : [];
    if (get) text.push(`get: ${this.reference(get)}`);
    if (set) text.push(`set: ${this.reference(set)}`);
    if (writable) text.push("writable: true");
    text.push(`enumerable: ${enumerable}`, `configurable: ${configurable}`);
    this.later.push(`Object.defineProperty(${path}, ${keyValue(key)}, { ${text.join(", ")} });`);
  }

  setPrototype(path: string, prototype: unknown): void {
    this.later.push(`Object.setPrototypeOf(${path}, ${this.reference(prototype)});`);
  }

  /** Freezes, seals or closes an object to new properties, like the original. */
  close(path: string, object: object): void {
    if (Object.isExtensible(object)) return;
    const isFrozen = Object.isFrozen(object);
    const how = isFrozen ? "freeze" : Object.isSealed(object) ? "seal" : "preventExtensions";
    this.last.push(`Object.${how}(${path});`);
  }

  private isReady(value: unknown): boolean {
    const entry = this.entries.get(value);
    if (!entry || entry.kind === "function" || !this.names.variables.has(value)) return true;
    return this.declared.has(value);
  }

  private literal(entry: Entry, path: string): string {
    switch (entry.kind) {
      case "expression":
        return entry.text;
      case "module": {
        const required = `require(${JSON.stringify(this.names.specifierOf(entry))})`;
        return entry.isNamespaceCopy ? `${IMPORT_STAR}(${required})` : required;
      }
      case "regexp":
        return this.regExp(entry.value, path);
      case "output":
        return `new __Output(${this.member(entry.value, `${path}.value`, "")})`;
      case "function":
        return this.reference(entry.value);
      case "export":
        return this.reference(entry.exported) + memberText(entry.name);
      case "array":
        return this.list(entry, path);
      case "arguments":
        return `(function () { return arguments; })(...${this.list(entry, path)})`;
      case "object":
        return entry.prototypeOf ? this.originalPrototype(entry, path) : this.object(entry, path);
    }
  }

  private regExp(value: RegExp, path: string): string {
    if (value.lastIndex > 0) this.later.push(`${path}.lastIndex = ${value.lastIndex};`);
    this.close(path, value);
    return `new RegExp(${JSON.stringify(value.source)}, ${JSON.stringify(value.flags)})`;
  }

  private list(entry: ObjectEntry, path: string): string {
    const { length } = entry.value as ArrayLike<unknown>;
    const keys = keysOf(entry);
    const isSparse = length - keys.length > 32;
    const written = isSparse ? 0 : length;
    const items = Array.from({ length: written }, (_, i) => {
      const isItem = Object.hasOwn(entry.value, i) && isPlain(entry, String(i));
      return isItem ? this.property(entry, String(i), `${path}[${i}]`) : "";
    });
    for (const key of keys) {
      const isItem = typeof key === "string" && /^\d+$/.test(key) && Number(key) < written;
      if (!isItem || !isPlain(entry, key)) this.define(path, entry.value, key);
    }
    if (length > written) this.later.push(`${path}.length = ${length};`);
    this.close(path, entry.value);
    const lastIsHole = items.length > 0 && items[items.length - 1] === "";
    return `[${items.join(", ")}${lastIsHole ? "," : ""}]`;
  }

  /** The original prototype is created together with its function. */
  private originalPrototype(entry: ObjectEntry, path: string): string {
    for (const key of keysOf(entry)) this.define(path, entry.value, key);
    if (entry.hasPrototype) this.setPrototype(path, Object.getPrototypeOf(entry.value));
    this.close(path, entry.value);
    return `${this.reference(entry.prototypeOf)}.prototype`;
  }

  private object(entry: ObjectEntry, path: string): string {
    const parts: string[] = [];
    if (entry.hasPrototype) {
      const prototype: unknown = Object.getPrototypeOf(entry.value);
      if (this.isReady(prototype)) parts.push(`__proto__: ${this.reference(prototype)}`);
      else this.setPrototype(path, prototype);
    }
    for (const key of keysOf(entry)) {
      if (isPlain(entry, key)) {
        parts.push(`${keyText(key)}: ${this.property(entry, key, `${path}${memberText(key)}`)}`);
      } else {
        // A placeholder keeps the property's position.
        parts.push(`${keyText(key)}: 0`);
        this.define(path, entry.value, key);
      }
    }
    this.close(path, entry.value);
    return `{ ${parts.join(", ")} }`;
  }

  private property(entry: ObjectEntry, key: PropertyKey, path: string): string {
    return this.member(Reflect.get(entry.value, key), path, "0");
  }

  /** Returns a value inside another one, or a placeholder until it is declared. */
  private member(value: unknown, path: string, placeholder: string): string {
    if (this.isReady(value)) return this.reference(value, path);
    this.later.push(`${path} = ${this.reference(value)};`);
    return placeholder;
  }
}
