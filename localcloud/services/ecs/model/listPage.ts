import { page, type Page } from "../../../core/page";
import { invalidParameter } from "./errors";

interface ListRequest {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** Maximum number of items in one page of any list. */
const MAX_RESULTS = 100;

/** Returns one page of a list, sorted by `key`. Lists without a default page size return up to 100 items. */
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
