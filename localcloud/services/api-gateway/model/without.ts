/** Returns a copy of the record without some of its members. */
export function without<Value>(
  record: Readonly<Record<string, Value>> | undefined,
  ...names: readonly string[]
): Record<string, Value> {
  return Object.fromEntries(Object.entries(record ?? {}).filter(([name]) => !names.includes(name)));
}
