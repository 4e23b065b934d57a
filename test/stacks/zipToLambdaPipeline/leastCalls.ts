/** The zip is claimed, read by its version, and told of; the function and LIVE are looked at. */
const BEGIN = ["UpdateItem", "PutObject", "GetObject", "GetFunction", "GetAlias"];
/** LIVE moves only for who still has the app; then it is told, and the app given back. */
const END = ["GetItem", "UpdateAlias", "PutObject", "PutEvents", "TransactWriteItems"];

/**
 * What an upload cannot do without, once Lambda is asked how far it is (GetFunctionConfiguration): there is no event for
 * that. A verified one is also told of, and verify called.
 */
export const leastCalls = {
  sameZip: [...BEGIN, "PublishVersion", ...END.filter((one) => one !== "UpdateAlias")],
  update: [...BEGIN, "UpdateFunctionCode", "GetFunctionConfiguration", "PublishVersion", ...END],
  duplicate: ["UpdateItem"],
} as const satisfies Record<string, readonly string[]>;
