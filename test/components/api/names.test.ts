import { expect } from "chai";
import * as fc from "fast-check";
import { ApiNames, partOf, prefixesOf } from "../../../components/api/names";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

const segment = fc.oneof(
  fc.constantFrom("a", "b", "a-b", "-", "by-id", "{id}", "{id+}", "root", "options", "get", "{-}"),
  fc.stringMatching(/^[a-c.~_-]{1,3}$/),
);
/** Paths that the component accepts: one name per position for a parameter. */
const path = fc.array(
  segment.filter((part) => part !== "{-}"),
  { maxLength: 4 },
);
const route = fc.record({
  method: fc.constantFrom(...METHODS),
  path: path.map((parts) => `/${parts.join("/").replaceAll("+", "")}`),
});

function all(names: ApiNames, routes: readonly { method: string; path: string }[]) {
  const paths = [...new Set(routes.map((one) => one.path))];
  const methods = [...new Map(routes.map((one) => [`${one.method} ${one.path}`, one])).values()];
  return {
    resources: [...new Set(paths.flatMap(prefixesOf))].map((one) => names.resource(one)),
    methods: [
      ...methods.map((one) => names.method(one)),
      ...paths.map((one) => names.preflight(one)),
    ],
  };
}

describe("ApiNames", () => {
  it("never gives two resources the same name, including former names", () => {
    fc.assert(
      fc.property(fc.array(route, { maxLength: 8 }), (routes) => {
        const distinct = [...new Map(routes.map((one) => [JSON.stringify(one), one])).values()];
        for (const named of Object.values(all(new ApiNames("api", distinct), distinct))) {
          const had = named.flatMap(({ name, former }) =>
            former === undefined ? [name] : [name, former],
          );
          expect(new Set(had).size).to.equal(had.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("names a path the same whatever other paths exist, and whatever its parameter is called", () => {
    const one = { method: "GET", path: "/x/{id}" };
    const names = new ApiNames("api", [one]);
    const others = new ApiNames("api", [one, { method: "GET", path: "/x/by-id" }]);
    expect(names.method(one)).to.deep.equal({ name: "api-get-x-{}", former: "api-get-x-by-id" });
    expect(others.method(one), "two had it").to.deep.equal({ name: "api-get-x-{}" });
    const renamed = { method: "GET", path: "/x/{key}" };
    expect(new ApiNames("api", [renamed]).method(renamed)).to.deep.equal({
      name: "api-get-x-{}",
      former: "api-get-x-by-key",
    });
  });

  it("keeps names that were always unique", () => {
    const one = { method: "GET", path: "/a/b.c" };
    const names = new ApiNames("api", [one, { method: "GET", path: "/" }]);
    expect(names.resource("/a/b.c")).to.deep.equal({ name: "api-a-b.c" });
    expect(names.method(one)).to.deep.equal({ name: "api-get-a-b.c" });
    expect(names.preflight("/a/b.c")).to.deep.equal({ name: "api-a-b.c-options" });
    expect(names.method({ method: "GET", path: "/" })).to.deep.equal({ name: "api-get-root" });
    expect(partOf({ name: "n", former: "f" }, "200")).to.deep.equal({
      name: "n-200",
      former: "f-200",
    });
  });
});
