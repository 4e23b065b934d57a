/** Returns a copy without some of its members. */
export function without<Value extends object, Key extends keyof Value>(
  value: Value,
  ...keys: readonly Key[]
): Omit<Value, Key> {
  const rest: Partial<Value> = { ...value };
  for (const key of keys) delete rest[key];
  // Only the named members are removed.
  return rest as Omit<Value, Key>;
}
