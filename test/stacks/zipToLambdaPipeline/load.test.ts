import { expect } from "chai";
import { nodeApp } from "../../support/zips/zipApp";
import { PipelineProgram } from "../../support/programs/pipelineProgram";

/** Number of apps, and uploads of each; `FUZZ=1` has the size of a large team's day. */
const [NAMES, VERSIONS] = process.env.FUZZ ? [200, 50] : [6, 5];
/** One upload in this many is not a zip. */
const POISON = process.env.FUZZ ? 100 : 6;
const KILLS = 3;

describe("a ZipToLambdaPipeline under load", function () {
  this.timeout(process.env.FUZZ ? 7_200_000 : 300_000);
  let apps: PipelineProgram;
  before(async () => {
    apps = await PipelineProgram.start();
  });
  after(() => apps?.close());

  it("ends every version of every app deployed, superseded or rejected, and LIVE never goes back", async () => {
    const random = numbers(7);
    const uploads = Array.from({ length: NAMES * VERSIONS }, (_value, index) => ({
      app: `app-${index % NAMES}`,
      number: Math.floor(index / NAMES) + 1,
      isPoison: random() < 1 / POISON,
    }));
    const newest = new Map<string, number>();
    const moved = new Map<string, number[]>();
    let kills = 0;
    const before = apps.cloud.recorder.last;
    for (const [index, { app, number, isPoison }] of uploads.entries()) {
      await apps.drop(app, isPoison ? Buffer.from(`poison ${number}`) : nodeApp(`${number}`));
      if (!isPoison) newest.set(app, number);
      if (random() < 0.3) await apps.cloud.clock.advance(200);
      if (kills < KILLS && index > (uploads.length / (KILLS + 1)) * (kills + 1)) {
        kills += 1;
        apps.cloud.faults.add({
          kind: "killWorkerAfter",
          service: "lambda",
          roleName: apps.roleName,
        });
      }
      if (index % 7 === 0) await watch(app);
    }
    // Each notification may arrive twice, in any order.
    const bodies = apps.cloud.recorder
      .find({ service: "sqs", operation: "SendMessage", after: before })
      .filter(({ principal }) => principal.type === "service")
      .map(({ input }) => (input as { MessageBody: string }).MessageBody);
    for (const body of bodies) if (random() < 0.2) await apps.send(body);
    await apps.settle(10);

    async function watch(app: string): Promise<void> {
      if ((await apps.live(app)) === undefined) return;
      const seen = moved.get(app) ?? [];
      moved.set(app, [...seen, Number(await apps.invoke(app))]);
    }

    for (let index = 0; index < NAMES; index += 1) {
      const app = `app-${index}`;
      await watch(app);
      const outcomes = await apps.outcomes(app);
      expect(outcomes, app).to.have.length(VERSIONS);
      for (const { outcome } of outcomes)
        expect(outcome).to.match(/^(deployed|superseded|rejected)$/);
      const lives = moved.get(app) ?? [];
      expect(lives, app).to.deep.equal([...lives].sort((a, b) => a - b));
      expect(lives.at(-1), app).to.equal(newest.get(app));
    }
    expect(await apps.waiting("queueUrl")).to.equal(0);
    expect(await apps.waiting("deadLettersUrl")).to.equal(0);
  });
});

/** Returns numbers 0 <= n < 1, the same each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
