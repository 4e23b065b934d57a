import { expect } from "chai";
import * as fc from "fast-check";
import { runs } from "../../localcloud/test/support/runs";
import { mockPulumi } from "../support/graph/pulumiMocks";
import { MOST, numbersOf } from "./random/numbers";
import { randomProgram } from "./random/program";
import { judge, type Verdict } from "./random/run";

/**
 * 5 000 programs with every `npm test`, 200 000 with FUZZ=1. Each has a number: CLOSURE_FIRST is the first number, and
 * a failure says how to run the failed program, reduced as far as possible, with CLOSURE_SMALLEST.
 */
const { CLOSURE_FIRST, CLOSURE_RUNS, CLOSURE_SMALLEST } = process.env;
const first = Number(CLOSURE_FIRST ?? (process.env.FUZZ ? Date.now() % 1_000_000_000 : 20261128));
const count = CLOSURE_RUNS === undefined ? runs(5_000, 200_000) : Number(CLOSURE_RUNS);

describe("A random program", function () {
  this.timeout(0);
  before(() => mockPulumi());

  it(`gives the same answer deployed and here, or is refused, ${count} times`, async () => {
    if (CLOSURE_SMALLEST !== undefined) return failSmallest(Number(CLOSURE_SMALLEST));
    const verdicts: Record<Verdict["is"], number> = {
      same: 0,
      refused: 0,
      unloadable: 0,
      different: 0,
    };
    const sentences = new Map<string, number>();
    for (let index = first; index < first + count; index += 1) {
      const verdict = await judgeProgram(randomProgram(numbersOf(index)), index);
      verdicts[verdict.is] += 1;
      if (verdict.is === "refused") {
        const kind = verdict.says.replaceAll(/'[^']*'/g, "'...'");
        sentences.set(kind, (sentences.get(kind) ?? 0) + 1);
      }
    }
    const refused = [...sentences].map(([sentence, times]) => `${times} x ${sentence}`);
    console.log(
      `      from ${first}: ${JSON.stringify(verdicts)}\n      ${refused.join("\n      ")}`,
    );
    expect(verdicts.same).to.be.greaterThan(count / 2);
  });
});

/** Throws when the answers differ, and when bundling fails without a proper message. */
async function judgeProgram(texts: string[], index: number): Promise<Verdict> {
  const replay = `Smallest: CLOSURE_SMALLEST=${index} npm test -- test/closures/randomPrograms.test.ts`;
  const verdict = await judge(texts).catch((error: unknown) => {
    throw new Error(`${story(texts, {})}\n\n${replay}`, { cause: error });
  });
  if (verdict.is === "different") throw new Error(`${story(texts, verdict)}\n\n${replay}`);
  return verdict;
}

/** Removes numbers from a failing program as long as it still fails, which takes minutes. */
async function failSmallest(index: number): Promise<void> {
  const numbers = fc.array(fc.nat(999_999), { maxLength: MOST });
  const property = fc.asyncProperty(numbers, async (some) => {
    await judgeProgram(randomProgram(some), index);
  });
  await fc.assert(property, { examples: [[numbersOf(index)]], numRuns: 1 });
}

function story(
  texts: string[],
  { text = "", here = "", there = "" }: { text?: string; here?: string; there?: string },
): string {
  const files = texts.map((one, i) => `--- m${i}.js\n${one}`);
  return [...files, `--- packed\n${text}`, `--- here\n${here}`, `--- there\n${there}`].join("\n");
}
