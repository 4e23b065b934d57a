import type { OperationModel } from "../codec/model/serviceCodec";
import { membersOf, type Fields, type Schema } from "../codec/model/schema";
import { checkRange } from "../core/constraint";
import type { AwsError } from "../core/errors";
import { page } from "../core/page";

/** Names that AWS's services give to the members for the page size and for the token of the next page. */
const SIZES = /^(max(results|items|records|buckets)|limit|pagesize)$/i;
const TOKENS = /^(next|continuation)?(token|marker)$|^position$/i;

/** Returns the requested page of a list, and the response member with the token of the next page. */
export function pageOf<Item>(
  model: OperationModel,
  input: object,
  list: {
    items: Iterable<Item>;
    key(item: Item): string;
    max: number;
    invalidToken(): AwsError;
    /** Error code of a wrong size, if it is not ValidationException. */
    code?: string;
  },
): { items: readonly Item[]; next: Record<string, string> } {
  const [size, token] = [memberOf(model.input, SIZES), memberOf(model.input, TOKENS)];
  const { [size ?? ""]: wanted, [token ?? ""]: after } = input as Fields;
  const range = { min: 1, max: list.max };
  if (size) checkRange(wanted as number | undefined, lowerFirst(size), range, list.code);
  const { items, nextToken } = page(list.items, {
    ...list,
    size: (wanted as number | undefined) ?? list.max,
    token: after as string | undefined,
  });
  const next = nextToken !== undefined && { [memberOf(model.output, TOKENS) ?? ""]: nextToken };
  return { items, next: { ...next } };
}

function memberOf(schema: Schema, names: RegExp): string | undefined {
  return [...membersOf(schema)].find(([name]) => names.test(name))?.[0];
}

function lowerFirst(name: string): string {
  return name[0].toLowerCase() + name.slice(1);
}
