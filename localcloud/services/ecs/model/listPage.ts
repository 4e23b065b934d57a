import { page, type Page } from "../../../core/page";
import { invalidParameter } from "./errors";

interface ListRequest {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** Most items of one page of every list. */
const MAX_RESULTS = 100;

/** One page of a list, in the order of `key`; lists that set no default give up to 100. */
export function listPage<Item>(
  items: Iterable<Item>,
  request: ListRequest,
  options: { key(item: Item): string; defaultSize?: number; descending?: boolean },
): Page<Item> {
  const { maxResults, nextToken } = request;
  if (maxResults !== undefined && (maxResults < 1 || maxResults > MAX_RESULTS))
    throw invalidParameter(`maxResults must be between 1 and ${MAX_RESULTS}.`);
  return page(items, {
    key: options.key,
    size: maxResults ?? options.defaultSize ?? MAX_RESULTS,
    token: nextToken,
    descending: options.descending,
    invalidToken: () => invalidParameter("Invalid token"),
  });
}
