import { expect } from "chai";
import * as fc from "fast-check";
import { runs } from "../../localcloud/test/support/runs";
import { mockPulumi } from "../support/pulumiMocks";
import { randomProgram } from "./random/program";
import { judge, type Verdict } from "./random/run";

/**
 * 5 000 programs with every `npm test`, 200 000 with FUZZ=1; CLOSURE_SEED begins elsewhere, and CLOSURE_PATH, which a
 * failure prints, goes to one program.
 */
const { CLOSURE_SEED, CLOSURE_PATH, CLOSURE_RUNS } = process.env;
const seed = Number(CLOSURE_SEED ?? (process.env.FUZZ ? Date.now() % 1_000_000_000 : 20261128));
const count = CLOSURE_RUNS === undefined ? runs(5_000, 200_000) : Number(CLOSURE_RUNS);

const program = fc
  .noBias(fc.array(fc.nat(999_999), { minLength: 60, maxLength: 320, size: "max" }))
  .map(randomProgram);

describe("A random program", function () {
  this.timeout(0);
  before(() => mockPulumi());

  it(`answers as deployed what it answers here, or is refused, ${count} times`, async () => {
    const verdicts: Record<Verdict["is"], number> = {
      same: 0,
      refused: 0,
      unloadable: 0,
      different: 0,
    };
    const sentences = new Map<string, number>();
    const property = fc.asyncProperty(program, async (texts) => {
      const verdict = await judge(texts);
      verdicts[verdict.is] += 1;
      if (verdict.is === "refused") {
        const kind = verdict.says.replaceAll(/'[^']*'/g, "'...'");
        sentences.set(kind, (sentences.get(kind) ?? 0) + 1);
      }
      if (verdict.is === "different") throw new Error(story(texts, verdict));
    });
    const result = await fc.check(property, {
      seed,
      path: CLOSURE_PATH,
      numRuns: count,
      // To make a program smaller takes minutes: only for the one that is replayed.
      endOnFailure: CLOSURE_PATH === undefined,
    });
    if (result.failed) {
      const file = "test/closures/randomPrograms.test.ts";
      const replay = `CLOSURE_SEED=${result.seed} CLOSURE_PATH=${result.counterexamplePath} npm test -- ${file}`;
      throw new Error(`${String(result.errorInstance)}\n\nReplay: ${replay}`);
    }
    const refused = [...sentences].map(([sentence, times]) => `${times} x ${sentence}`);
    console.log(
      `      seed ${seed}: ${JSON.stringify(verdicts)}\n      ${refused.join("\n      ")}`,
    );
    expect(verdicts.same).to.be.greaterThan(count / 2);
  });
});

function story(texts: string[], { here, there, text }: Verdict & { is: "different" }): string {
  const files = texts.map((one, i) => `--- m${i}.js\n${one}`);
  return [...files, `--- packed\n${text}`, `--- here\n${here}`, `--- there\n${there}`].join("\n");
}
