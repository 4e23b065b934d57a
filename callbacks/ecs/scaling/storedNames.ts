export const deploymentOnlyModule = true;

/** Names of members in the stored state, by their names in the code, where they differ. */
export type StoredNames = Readonly<Record<string, string>>;

/** Returns the state as it is stored, with its members in the same order. */
export function withStoredNames(state: object, names: StoredNames): object {
  return renamed(state, names);
}

/** Returns stored state with the names that the code uses. */
export function withoutStoredNames(stored: unknown, names: StoredNames): object {
  const used = Object.entries(names).map(([name, storedName]) => [storedName, name]);
  return renamed(Object(stored) as object, Object.fromEntries(used) as StoredNames);
}

function renamed(state: object, names: StoredNames): object {
  const entries = Object.entries(state).map(([name, value]: [string, unknown]) => [
    Object.hasOwn(names, name) ? names[name] : name,
    value,
  ]);
  return Object.fromEntries(entries) as object;
}
