import { page, type Page } from "../../../core/page";
import { validation } from "./errors";

/** Maximum and default number of items in one page of any list. */
const MAX_LIMIT = 100;

export function listPage<Item>(
  items: Iterable<Item>,
  { Limit = MAX_LIMIT, NextToken }: { readonly Limit?: number; readonly NextToken?: string },
  key: (item: Item) => string,
): Page<Item> {
  if (Limit < 1 || Limit > MAX_LIMIT)
    throw validation(
      `Parameter Limit is not valid. Reason: it must be between 1 and ${MAX_LIMIT}.`,
    );
  return page(items, {
    key,
    size: Limit,
    token: NextToken,
    invalidToken: () => validation("Parameter NextToken is not valid."),
  });
}
