import { expect } from "chai";
import { StagedStack } from "../../support/programs/stagedStack";

const REQUESTS = 10_000;
const CLIENTS = 8;
const POLITE = `{"name": "$input.params('name')", "politely": true}`;

/** Changes of `stage`, one after another: of the code, or of the API's definition. */
const UPDATES: { variables: Record<string, string>; answers: string }[] = [
  { variables: { WORD: "Howdy" }, answers: "200 Howdy, Ada!" },
  { variables: { WORD: "Howdy", TEMPLATE: POLITE }, answers: "200 Howdy, dear Ada!" },
  { variables: { WORD: "Hi", TEMPLATE: POLITE }, answers: "200 Hi, dear Ada!" },
];

describe("a StagedApi under load", function () {
  this.timeout(300_000);
  let stack: StagedStack;
  before(async () => {
    stack = await StagedStack.start();
    await stack.up();
  });
  after(() => stack.close());

  it(`answers ${REQUESTS} requests with the old or the new release while both stages move, and none with 5xx`, async () => {
    const expected = {
      stage: new Set(["200 Hello, Ada!"]),
      prod: new Set(["200 Hello, Ada!"]),
    };
    const counts: Record<string, number> = {};
    const wrong: string[] = [];
    let moving = true;
    let sent = 0;

    async function client(number: number): Promise<void> {
      const stage = number % 2 === 0 ? "stage" : "prod";
      while (moving || sent < REQUESTS) {
        sent += 1;
        const before = [...expected[stage]];
        const answer = await stack.answer(stage);
        counts[`${stage} ${answer}`] = (counts[`${stage} ${answer}`] ?? 0) + 1;
        if (!before.includes(answer) && !expected[stage].has(answer))
          wrong.push(`${stage} ${answer}, expected ${[...expected[stage]].join(" or ")}`);
      }
    }

    /** While a stage moves both answers are right; afterwards only the new one. */
    async function move(
      stage: "stage" | "prod",
      answer: string,
      work: () => Promise<unknown>,
    ): Promise<void> {
      expected[stage].add(answer);
      await work();
      expected[stage].clear();
      expected[stage].add(answer);
    }

    async function command(line: string): Promise<void> {
      expect((await stack.commands.run(line)).error).to.equal(undefined);
    }

    async function releases(): Promise<void> {
      let prod = "200 Hello, Ada!";
      for (const { variables, answers } of UPDATES) {
        await move("stage", answers, () => stack.up(variables));
        await move("prod", answers, () => command("promote greeting"));
        await move("prod", prod, () => command("rollback greeting"));
        await move("prod", answers, () => command("promote greeting"));
        prod = answers;
      }
    }

    const clients = Array.from({ length: CLIENTS }, (_value, number) => client(number));
    await releases().finally(() => {
      moving = false;
    });
    await Promise.all(clients);
    expect(wrong.slice(0, 10), `${wrong.length} of ${sent}`).to.deep.equal([]);
    expect(sent).to.be.at.least(REQUESTS);
    for (const { answers } of UPDATES)
      for (const stage of ["stage", "prod"])
        expect(counts[`${stage} ${answers}`], JSON.stringify(counts)).to.be.above(0);
  });
});
