/** The zip is claimed, read by its version, and reported; the function and LIVE are read. */
const BEGIN = ["UpdateItem", "PutObject", "GetObject", "GetFunction", "GetAlias"];
/** LIVE moves only if the worker still has the app; then the end is reported, and the app released. */
const END = ["GetItem", "UpdateAlias", "PutObject", "PutEvents", "TransactWriteItems"];

/**
 * The fewest calls of an upload, without polling Lambda for its progress (GetFunction): there is no event for that. A
 * verified upload is also reported, and verify called.
 */
export const leastCalls = {
  sameZip: [...BEGIN, "PublishVersion", ...END.filter((one) => one !== "UpdateAlias")],
  update: [...BEGIN, "UpdateFunctionCode", "PublishVersion", ...END],
  duplicate: ["UpdateItem"],
} as const satisfies Record<string, readonly string[]>;

/**
 * Counts the worker's operations, next to the fewest possible. How often Lambda has to be polled depends on Lambda; and
 * Lambda reads the code from the bucket with the worker's permissions, which is not a call of the worker.
 */
export function countCalls(
  calls: readonly string[],
  least: readonly string[],
): { readonly own: readonly string[]; readonly least: readonly string[] } {
  const isOwn = (one: string, index: number, all: readonly string[]): boolean =>
    !["GetFunction", "GetObject"].includes(one) || all.indexOf(one) === index;
  return { own: calls.filter(isOwn), least };
}
