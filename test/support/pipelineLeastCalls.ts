/** The zip is claimed, read by its version, and told of; the function and LIVE are looked at. */
const BEGIN = ["UpdateItem", "PutObject", "GetObject", "GetFunction", "GetAlias"];
/** LIVE moves only for who still has the app; then it is told, and the app given back. */
const END = ["GetItem", "UpdateAlias", "PutObject", "PutEvents", "TransactWriteItems"];

/**
 * What an upload cannot do without, beside asking Lambda how far it is (GetFunction): there is no event for that. A
 * verified one is also told of, and verify called.
 */
export const leastCalls = {
  sameZip: [...BEGIN, "PublishVersion", ...END.filter((one) => one !== "UpdateAlias")],
  update: [...BEGIN, "UpdateFunctionCode", "PublishVersion", ...END],
  duplicate: ["UpdateItem"],
} as const satisfies Record<string, readonly string[]>;

/**
 * Operations of the worker, against those that it cannot do without. How often Lambda has to be asked how far it is
 * depends on Lambda; and it reads the code from the bucket with the worker's rights, which is no call of the worker.
 */
export function countCalls(
  calls: readonly string[],
  least: readonly string[],
): { readonly own: readonly string[]; readonly least: readonly string[] } {
  const isOwn = (one: string, index: number, all: readonly string[]): boolean =>
    !["GetFunction", "GetObject"].includes(one) || all.indexOf(one) === index;
  return { own: calls.filter(isOwn), least };
}
