import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { evaluate } from "../../access/evaluate";
import { requestOf, type PolicyCase } from "./policyCase";

const FOLDER = join(__dirname, "cases");

describe("IAM decisions", () => {
  for (const file of readdirSync(FOLDER).sort()) {
    describe(file.replace(".json", ""), () => {
      const cases = JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as PolicyCase[];
      for (const test of cases)
        it(test.name, () => {
          const { result, reason } = evaluate(requestOf(test));
          expect([result, reason]).to.deep.equal(test.expect);
        });
    });
  }
});
