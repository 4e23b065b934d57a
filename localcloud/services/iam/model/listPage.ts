import { checkRange } from "../../../core/constraint";
import { page } from "../../../core/page";
import { validationError } from "./errors";

export interface ListRequest {
  readonly Marker?: string;
  readonly MaxItems?: number;
}

/** Returns one page of an IAM list: 100 items unless `MaxItems` (1 to 1,000) is set. */
export function listPage<Item>(
  items: Iterable<Item>,
  request: ListRequest,
  key: (item: Item) => string,
): { items: Item[]; IsTruncated: boolean; Marker?: string } {
  checkRange(request.MaxItems, "maxItems", { min: 1, max: 1000 }, "ValidationError");
  const { items: cut, nextToken } = page(items, {
    key,
    size: request.MaxItems ?? 100,
    token: request.Marker,
    invalidToken: () => validationError("Invalid Marker."),
  });
  return { items: [...cut], IsTruncated: nextToken !== undefined, Marker: nextToken };
}
