import { expect } from "chai";
import * as fc from "fast-check";
import { page, type Page } from "../../core/page";

function cut(
  items: readonly string[],
  size: number,
  token?: string,
  descending = false,
): Page<string> {
  return page(items, {
    key: (item) => item,
    size,
    token,
    descending,
    invalidToken: () => new Error("invalid token"),
  });
}

describe("a page", () => {
  it("follows another without losing or repeating an item, in either direction", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string()),
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        (items, size, descending) => {
          const seen: string[] = [];
          let token: string | undefined;
          do {
            const { items: some, nextToken } = cut(items, size, token, descending);
            expect(some.length).to.be.at.most(size);
            seen.push(...some);
            token = nextToken;
          } while (token !== undefined);
          const sorted = [...items].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
          expect(seen).to.deep.equal(descending ? sorted.reverse() : sorted);
        },
      ),
    );
  });

  it("does not shift when items before it are added and removed", () => {
    const { nextToken } = cut(["b", "c", "d", "e"], 2);
    expect(cut(["a", "d", "e"], 2, nextToken).items).to.deep.equal(["d", "e"]);
  });

  it("refuses a token that was never issued", () => {
    expect(() => cut(["a"], 1, "made up")).to.throw("invalid token");
  });
});
