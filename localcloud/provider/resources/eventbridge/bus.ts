export const GONE = ["ResourceNotFoundException"];
export const DEFAULT_BUS = "default";

/** Splits `rule`, or `bus/rule` for a bus other than the default one. */
export function busAndName(id: string): { eventBusName: string; name: string } {
  const slash = id.lastIndexOf("/");
  if (slash < 0) return { eventBusName: DEFAULT_BUS, name: id };
  return { eventBusName: id.slice(0, slash), name: id.slice(slash + 1) };
}
