/** One page of a list, and the token for the next page; the last page has none. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string;
}

export interface PageRequest<Item> {
  /** Returns a key that sorts the list and marks the end of a page; unique for each item. */
  key(item: Item): string;
  /** Maximum number of items in one page. */
  readonly size: number;
  readonly token?: string;
  readonly descending?: boolean;
  /** Returns the service's error for a token that it never issued. */
  invalidToken(): Error;
}

/**
 * Sorts the items by key and returns one page. The token contains the last key instead of a position, so that items
 * which are added or removed between two calls do not shift the pages.
 */
export function page<Item>(items: Iterable<Item>, request: PageRequest<Item>): Page<Item> {
  const direction = request.descending ? -1 : 1;
  const sorted = [...items]
    .map((item) => ({ item, key: request.key(item) }))
    .sort((a, b) => direction * compare(a.key, b.key));
  const after = request.token === undefined ? undefined : decodeToken(request.token);
  if (request.token !== undefined && after === undefined) throw request.invalidToken();
  const rest =
    after === undefined ? sorted : sorted.filter(({ key }) => direction * compare(key, after) > 0);
  const cut = rest.slice(0, request.size);
  return {
    items: cut.map(({ item }) => item),
    ...(rest.length > cut.length &&
      cut.length > 0 && { nextToken: encodeToken(cut[cut.length - 1].key) }),
  };
}

/** Marks tokens of this cloud, so that an invented one is refused instead of read as a key. */
const TOKEN_MARK = "page:";

function encodeToken(key: string): string {
  return Buffer.from(TOKEN_MARK + key).toString("base64url");
}

function decodeToken(token: string): string | undefined {
  const text = Buffer.from(token, "base64url").toString();
  return text.startsWith(TOKEN_MARK) ? text.slice(TOKEN_MARK.length) : undefined;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
