import { isTimer } from "../clock";
import { setMember } from "../setMember";
import type { Class } from "./storeSaving";

/** Member by which an encoded object names the class of an instance. */
export const CLASS = "localcloud:class";

/** Instead of a class's name: plain data with a member `CLASS`, as a user may have named it. */
export const PLAIN = "";

/** An instance in encoded form; its fields are a plain object. */
export interface EncodedInstance {
  readonly [CLASS]: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface EncodingRules {
  /** Names of fields of the root and of instances that are omitted. */
  readonly transient: ReadonlySet<string>;
  /** Names of properties that are omitted if they are functions. */
  readonly computed: ReadonlySet<string>;
  /** Objects that are omitted wherever they occur, such as the clock. */
  readonly surroundings: ReadonlySet<object>;
  /** Checks whether another object is omitted wherever it occurs. */
  omits(value: object): boolean;
  /** Classes whose instances may occur. */
  readonly classes: readonly Class[];
}

/**
 * Copies a graph of objects into a form that structured cloning preserves, including cycles and shared objects:
 * instances become plain objects with the name of their class.
 *
 * @throws TypeError for an instance of an unlisted class, or a function in a plain object: a restored graph would lack
 * them.
 */
export function encode(root: object, rules: EncodingRules): unknown {
  const known = new Map<object, unknown>();

  const copyOf = (value: unknown, path: string): unknown => {
    if (typeof value === "function") throw new TypeError(`${path} is a function.`);
    if (typeof value !== "object" || value === null || isNative(value)) return value;
    if (isTimer(value)) return { due: value.due };
    const seen = known.get(value);
    if (seen !== undefined) return seen;
    if (Array.isArray(value)) return fillArray(value, path);
    if (value instanceof Map) return fillMap(value, path);
    if (value instanceof Set) return fillSet(value, path);
    return isPlain(value) ? fillObject(value, path) : copyInstance(value, path);
  };
  const remember = <Copy extends object>(value: object, copy: Copy): Copy => {
    known.set(value, copy);
    return copy;
  };
  const fillArray = (value: readonly unknown[], path: string): unknown => {
    const copy = remember(value, [] as unknown[]);
    for (const [index, item] of value.entries()) copy.push(copyOf(item, `${path}[${index}]`));
    return copy;
  };
  const fillMap = (value: ReadonlyMap<unknown, unknown>, path: string): unknown => {
    const copy = remember(value, new Map());
    for (const [key, item] of value)
      copy.set(copyOf(key, `${path} key`), copyOf(item, `${path}[${String(key)}]`));
    return copy;
  };
  const fillSet = (value: ReadonlySet<unknown>, path: string): unknown => {
    const copy = remember(value, new Set());
    for (const item of value) copy.add(copyOf(item, `${path} item`));
    return copy;
  };
  const fillObject = (value: object, path: string): unknown => {
    const fields: Record<string, unknown> = {};
    const copy = Object.hasOwn(value, CLASS) ? { [CLASS]: PLAIN, fields } : fields;
    remember(value, copy);
    for (const [name, member] of data(value))
      setMember(fields, name, copyOf(member, `${path}.${name}`));
    return copy;
  };
  const copyInstance = (value: object, path: string): unknown => {
    const { name } = value.constructor;
    if (!rules.classes.some((one) => one === value.constructor))
      throw new TypeError(`${path} is a ${name}, for which there is no rule.`);
    const fields: Record<string, unknown> = {};
    const copy = remember<EncodedInstance>(value, { [CLASS]: name, fields });
    for (const [field, member] of data(value))
      // Its constructor sets its functions, such as callbacks.
      if (typeof member !== "function" && !rules.transient.has(field))
        fields[field] = copyOf(member, `${path}.${field}`);
    return copy;
  };
  /** Returns the members that are saved; accessors and what belongs to the running cloud are not. */
  const data = (value: object): [string, unknown][] =>
    Object.entries(Object.getOwnPropertyDescriptors(value)).flatMap(([name, { value: member }]) =>
      member === undefined || isSurrounding(member)
        ? []
        : typeof member === "function" && rules.computed.has(name)
          ? []
          : [[name, member]],
    );
  const isSurrounding = (value: unknown): boolean =>
    typeof value === "object" &&
    value !== null &&
    (rules.surroundings.has(value) || rules.omits(value));

  // The root, a service's store, exists again before it is restored: it needs no rule, and has its functions.
  const encoded = remember<Record<string, unknown>>(root, {});
  for (const [name, member] of data(root))
    if (typeof member !== "function" && !rules.transient.has(name))
      encoded[name] = copyOf(member, name);
  return encoded;
}

/** Checks whether structured cloning preserves the object by itself. */
export function isNative(value: object): boolean {
  return value instanceof Date || ArrayBuffer.isView(value) || value instanceof RegExp;
}

export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
