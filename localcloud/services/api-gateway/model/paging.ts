import { page } from "../../../core/page";
import { badRequest } from "./apiErrors";

/** Page size of lists: default 25, at most 500. */
const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 500;

/** Returns one page in the shape of API Gateway's lists. `position` continues after it. */
export function listPage<Item>(
  items: Iterable<Item>,
  request: { position?: string | undefined; limit?: number | undefined },
  key: (item: Item) => string,
): { items: Item[]; position?: string } {
  const limit = request.limit ?? DEFAULT_LIMIT;
  if (limit < 1) throw badRequest("Page limit must be greater than 0");
  const { items: found, nextToken } = page(items, {
    key,
    size: Math.min(limit, MAX_LIMIT),
    token: request.position,
    invalidToken: () => badRequest("Invalid position parameter specified"),
  });
  return { items: [...found], ...(nextToken !== undefined && { position: nextToken }) };
}
