import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { pages, withTables } from "../../scripts/argument-tables";

describe("tables of arguments in docs/components", () => {
  for (const file of pages())
    it(`${path.basename(file)} matches the comments of the arguments (else: npm run docs)`, async () => {
      const page = readFileSync(file, "utf8");
      expect(page).to.equal(await withTables(page));
    });

  it("cover the arguments of every component that has a page", () => {
    const without = pages().filter(
      (file) => !readFileSync(file, "utf8").includes("<!-- arguments:"),
    );
    expect(without.map((file) => path.basename(file))).to.deep.equal([]);
  });
});
