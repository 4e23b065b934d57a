import { expect } from "chai";
import * as fc from "fast-check";
import { matchesSteps, type Step } from "../../../services/cloudwatch-logs/model/expressionSteps";
import { compileRegularExpression } from "../../../services/cloudwatch-logs/model/regularExpression";

const ATOMS = ["a", "b", ".", "[ab]", "[^a]", "[a\\]|-]", "\\w", "\\S", "\\x61", "\\.", " ", "]"];
const COUNTS = ["", "", "?", "*", "+", "{2}", "{0}", "{1,}", "{0,2}", "+?", "{"];

describe("A regular expression of a log filter", () => {
  it("matches what the same expression of JavaScript matches", () => {
    const step = fc.tuple(fc.constantFrom(...ATOMS), fc.constantFrom(...COUNTS)).map(joined);
    const steps = fc.array(fc.oneof(step, fc.constantFrom("^", "$", "|")), { maxLength: 6 });
    const text = fc.string({ unit: fc.constantFrom(..."aab.|- {]\n\u00e9"), maxLength: 8 });
    fc.assert(
      fc.property(steps.map(joined), text, (source, found) => {
        const expected = new RegExp(source).test(found);
        expect(compileRegularExpression(source)(found), `${source} on ${found}`).to.equal(expected);
      }),
      { numRuns: 3_000 },
    );
  });

  it("looks at each character once for each of its steps, however they repeat", () => {
    for (const counts of [
      { min: 0, max: Infinity },
      { min: 1, max: 1e9 },
    ]) {
      let looks = 0;
      const any: Step = { accepts: () => ++looks > 0, ...counts };
      const never: Step = { accepts: () => false, min: 1, max: 1 };
      expect(matchesSteps([...Array<Step>(50).fill(any), never], "a".repeat(1_000))).to.equal(
        false,
      );
      expect(looks).to.equal(50 * 1_000);
    }
  });

  it("ends on text on which backtracking would take days", () => {
    for (const source of [
      `${".*".repeat(40)}b`,
      `${"a?".repeat(60)}${"a".repeat(60)}b`,
      "a{1,9999}b",
    ])
      expect(compileRegularExpression(source)("a".repeat(5_000)), source).to.equal(false);
  });

  it("has the escapes that AWS documents and no others", () => {
    expect(compileRegularExpression("\\x28\\d\\)")("f(4)")).to.equal(true);
    for (const source of ["a\\b", "\\1", "[\\k]", "\\cA", "\\u0061", "\\x2"])
      expect(() => compileRegularExpression(source), source).to.throw("Invalid filter pattern");
  });
});

function joined(texts: readonly string[]): string {
  return texts.join("");
}
