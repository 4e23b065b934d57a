import { expect } from "chai";
import { ScalingProgram } from "./scalingProgram";

/** The tests run in sequence on one stack, each with another program. */
describe("an EcsTaskScaler with other arguments on the local cloud", function () {
  this.timeout(300_000);
  let web: ScalingProgram;
  before(async () => {
    web = await ScalingProgram.start({ MODE: "observe" });
    web.load(50);
    await web.minutes(4);
  });
  after(() => web?.close());

  it("only observes in the mode observe: records each minute, and changes neither the service nor its pin", async () => {
    const after = web.cloud.recorder.last;
    web.load(95);
    await web.minutes(5);
    const observed = (await web.decisions()).filter(({ outcome }) => outcome === "observed");
    expect(observed.length).to.be.at.least(3);
    expect(observed[0]).to.include({ from: 1, to: 2 });
    expect(web.writes(after, "UpdateService")).to.deep.equal([]);
    expect(web.writes(after, "PutParameter")).to.deep.equal([]);
    expect([await web.desired(), await web.pin()]).to.deep.equal([1, undefined]);
  });

  it("changes nothing when decide never ends, and raises the alarm on errors", async () => {
    await web.up({ DECIDE: "spins" });
    web.load(95);
    await web.minutes(5);
    expect(await web.desired()).to.equal(1);
    expect(await web.alarm("web-errors")).to.equal("ALARM");
    expect((await web.decisions()).at(-1)?.failed).to.equal("decide did not answer within 1000 ms");
  });

  it("follows a decide function of the program", async () => {
    await web.up({ DECIDE: "doubles" });
    web.load(95);
    await web.minutes(12);
    const changed = (await web.decisions()).filter(({ outcome }) => outcome === "changed");
    expect(changed.slice(0, 2).map(({ from, to }) => [from, to])).to.deep.equal([
      [1, 2],
      [2, 4],
    ]);
    web.load(50);
    await web.minutes(3);
  });

  it("applies bounds of a schedule at its time, in its zone", async () => {
    await web.up({ SCHEDULED: "yes" });
    await web.scale("web 1 --for 1m");
    await web.minutes(3);
    const until = (hour: number): number => {
      const now = web.cloud.clock.now();
      const day = 24 * 3_600_000;
      // Berlin is an hour ahead of UTC in winter.
      return (((hour - 1) * 3_600_000 - (now % day) + day) % day) + 90_000;
    };
    await web.cloud.clock.advance(until(20));
    await web.minutes(1);
    expect((await web.decisions()).at(-1)).to.include({ min: 1, max: 6 });
    await web.cloud.clock.advance(until(8));
    await web.minutes(1);
    expect((await web.decisions()).at(-1)).to.include({ min: 3, max: 6 });
    expect(await web.desired()).to.be.at.least(3);
  });

  it("keeps a manual count for a time with a reason, and ends it on request", async () => {
    await web.up({});
    expect(await web.scale("web 5 --for 10m")).to.match(/ to 5: set manually to 5 until /);
    expect(await web.desired()).to.equal(5);
    web.load(5);
    await web.minutes(8);
    expect(await web.desired()).to.equal(5);
    await web.minutes(12);
    expect(await web.desired()).to.be.lessThan(5);
    expect(await web.scale("web --why --last 3")).to.match(/^web: .*\n(.*\n){2}.*$/);
    expect(await web.scale("web --suspend")).to.contain("suspended");
    web.load(95);
    await web.minutes(5);
    const held = await web.desired();
    expect(await web.scale("web --resume")).to.contain("cpu 95 is above 70");
    expect(await web.desired()).to.be.greaterThan(held ?? 0);
    expect(await web.scale("shop 2 --for 1h")).to.contain(
      "There is no scaler 'shop'; there is: web",
    );
  });
});
