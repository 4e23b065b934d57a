import { setMember } from "../setMember";
import { CLASS, type EncodedInstance, isNative, isPlain, PLAIN } from "./encode";
import type { StoreSaving } from "./storeSaving";

/**
 * Puts the data of an encoded store back into a new one. Objects that the new store already has, such as its maps and
 * the parts that its constructor creates, stay the same objects, because its other parts refer to them.
 *
 * @throws TypeError if a class is unknown: the data is of another version
 */
export function restore<Store extends object>(
  encoded: unknown,
  store: Store,
  rules: StoreSaving<Store>,
): void {
  const restored = new Map<object, unknown>();

  /** @param present what the store has in this place. */
  const valueOf = (saved: unknown, present?: unknown): unknown => {
    if (typeof saved !== "object" || saved === null || isNative(saved)) return saved;
    const known = restored.get(saved);
    if (known !== undefined) return known;
    if (Array.isArray(saved)) return restoreArray(saved, present);
    if (saved instanceof Map) return restoreMap(saved, present);
    if (saved instanceof Set) return restoreSet(saved, present);
    if (!isEncoded(saved)) return restoreObject(saved, saved, present);
    return saved[CLASS] === PLAIN
      ? restoreObject(saved, saved.fields, present)
      : restoreInstance(saved, present);
  };
  const remember = <Value extends object>(saved: object, value: Value): Value => {
    restored.set(saved, value);
    return value;
  };
  const restoreArray = (saved: readonly unknown[], present: unknown): unknown => {
    const target = remember(saved, Array.isArray(present) ? (present as unknown[]) : []);
    target.length = 0;
    for (const item of saved) target.push(valueOf(item));
    return target;
  };
  const restoreMap = (saved: ReadonlyMap<unknown, unknown>, present: unknown): unknown => {
    const target = remember(saved, present instanceof Map ? present : new Map<unknown, unknown>());
    target.clear();
    for (const [key, item] of saved) target.set(valueOf(key), valueOf(item));
    return target;
  };
  const restoreSet = (saved: ReadonlySet<unknown>, present: unknown): unknown => {
    const target = remember(saved, present instanceof Set ? present : new Set<unknown>());
    target.clear();
    for (const item of saved) target.add(valueOf(item));
    return target;
  };
  const restoreObject = (saved: object, fields: object, present: unknown): unknown => {
    const isThere = typeof present === "object" && present !== null && isPlain(present);
    return fill(remember(saved, isThere ? present : {}), fields);
  };
  const restoreInstance = (saved: EncodedInstance, present: unknown): unknown => {
    const target = remember(saved, instanceOf(saved, present));
    return fill(target, saved.fields);
  };
  const instanceOf = ({ [CLASS]: name, fields }: EncodedInstance, present: unknown): object => {
    const isThere = typeof present === "object" && present?.constructor.name === name;
    if (isThere && present !== null) return present;
    const maker = rules.made?.find(({ of }) => of.name === name);
    if (maker) return maker.make((field) => valueOf(fields[field]), store);
    const value = rules.values?.find((one) => one.name === name);
    if (!value) throw new TypeError(`The class ${name} is unknown.`);
    // Without its constructor: all of its fields follow.
    return Object.create(value.prototype as object) as object;
  };
  const fill = (target: object, fields: object): object => {
    const members = target as Record<string, unknown>;
    for (const [name, saved] of Object.entries(fields))
      setMember(
        target,
        name,
        valueOf(saved, Object.hasOwn(target, name) ? members[name] : undefined),
      );
    return target;
  };

  const root = encoded as object;
  restored.set(root, store);
  fill(store, root);
}

function isEncoded(value: object): value is EncodedInstance {
  return Object.hasOwn(value, CLASS);
}
