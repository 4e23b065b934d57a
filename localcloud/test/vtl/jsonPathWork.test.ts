import { expect } from "chai";
import * as fc from "fast-check";
import { evaluatePath } from "../../vtl/jsonPath/evaluatePath";
import { readJson } from "../../vtl/json/readJson";
import { TemplateError } from "../../vtl";
import { runs } from "../support/runs";

/** Steps of a path whose combinations require more work than a request should. */
const STEPS = [
  "..*",
  "..a",
  "..[0]",
  "..[?(@.a)]",
  ".*",
  "[*]",
  ".a",
  "['a','b']",
  "[0]",
  "[-1]",
  "[0,1,-2]",
  "[-113667776004:2]",
  "[-2147483648:2147483647]",
  "[99999999999999999999]",
  "[:3]",
  "[1:]",
  "[?(@.a =~ /(a+)+b/)]",
  "[?(@..a == $..a)]",
  "[?(@.a in $..*)]",
  "[?(@ > 1e999999999)]",
  "[?(@ == 1e99999999999)]",
  "[?(!(@.a nin $..*))]",
  ".length()",
  ".sum()",
  ".stddev()",
];

const paths = fc
  .array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: 7 })
  .map((steps) => `$${steps.join("")}`);

const { value: documents } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom<unknown>(1, 1.5, null, true, "x", "a".repeat(40)),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value")),
  ),
}));

/** Returns a result or AWS's kind of error; any other error is a bug of the evaluation. */
function evaluate(path: string, document: unknown): "found" | string {
  try {
    evaluatePath(path, readJson(JSON.stringify(document)));
    return "found";
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}

describe("the work of a JSONPath", () => {
  it("ends for any path and any document, with a result or an error", () => {
    fc.assert(
      fc.property(paths, documents, (path, document) => {
        expect(evaluate(path, document)).to.be.a("string");
      }),
      { numRuns: runs(300, 20_000) },
    );
  });

  it("is refused if wildcards visit every value once per way to reach it", () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1), 2]);
    expect(evaluate("$" + "..*".repeat(12), nested(40))).to.contain("does too much work");
  });

  it("is refused if a regular expression backtracks exponentially", () => {
    expect(evaluate("$[?(@ =~ /(a+)+b/)]", ["a".repeat(60)])).to.contain("does too much work");
  });

  it("is refused if brackets are nested deeper than the stack", () => {
    for (const open of ["(", "!", "(!"])
      expect(evaluate(`$[?(${open.repeat(100_000)}`, {})).to.contain("InvalidPathException");
  });

  it("stays small for numbers of any size", () => {
    const huge = `1.0000000000000000001e999999999`;
    const document = readJson(`[${huge}, 1]`);
    expect(evaluatePath("$[?(@ > 2)]", document)).to.have.nested.property("items.length", 1);
    expect(evaluate(`$[?(@ < ${huge})]`, [1, 2])).to.equal("found");
  });
});
