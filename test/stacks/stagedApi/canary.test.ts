import { expect } from "chai";
import type { FaultRule } from "../../../localcloud/cloud/faults";
import { roleOf } from "../../../localcloud/testing";
import { CanaryStack } from "./canaryStack";

const OLD = "200 Old, Ada!";
const POLITE = `{"name": "$input.params('name')", "politely": true}`;

/** The tests run in sequence on one stack: each leaves prod with the old release, and no canary under way. */
describe("a canary of a StagedApi on the local cloud", function () {
  this.timeout(180_000);
  let canary: CanaryStack;
  let variables: Record<string, string> = {};
  before(async () => {
    canary = await CanaryStack.start();
  });
  after(() => canary?.close());
  afterEach(async () => {
    canary.stack.cloud.faults.clear();
    await canary.setLatency("OK");
    expect(await canary.prod()).to.equal("1");
    if (variables.CANARY !== "none") expect(await canary.ruleState()).to.equal("DISABLED");
  });

  /** Updates the program, which moves this to stage. */
  async function release(news: Record<string, string>): Promise<void> {
    variables = news;
    await canary.stack.up(news);
  }

  it("refuses to start while prod already serves the release of stage, or only the API's definition differs", async () => {
    expect(await canary.run("promote greeting --canary 10")).to.contain("nothing to try");
    await release({ WORD: "Old", TEMPLATE: POLITE });
    expect(await canary.refused("promote greeting --canary 10")).to.match(
      /no code to try: .* use 'promote greeting'\.$/,
    );
  });

  it("gives the new version its share of the requests, with the old API definition, until it is aborted", async () => {
    await release({ WORD: "New", TEMPLATE: POLITE, BREAKS: "true" });
    const shown = await canary.run("promote greeting --canary 30 --for 2h");
    expect(shown).to.match(/PROD alias +version 1 +version 1, 30 % version 2$/m);
    expect(shown).to.match(/prod stage +deployment \w+ +unchanged until --finish$/m);
    expect(await canary.prod()).to.equal('1 {"2":0.3}');
    const counts = await canary.ask(200);
    expect(Object.keys(counts)).to.have.members([OLD, "200 New, Ada!"]);
    expect(counts["200 New, Ada!"]).to.be.within(35, 85);
    await canary.expectEmptyDiff(variables);
    await canary.minutes(3);
    expect(await canary.prod()).to.equal('1 {"2":0.3}');
    expect(await canary.ruleState()).to.equal("ENABLED");
    expect((await canary.history()).at(-1)).to.match(/^Under way: version 2 gets 30 % until /);

    const ended = await canary.run("promote greeting --abort");
    expect(ended).to.match(/PROD alias +version 1, 30 % version 2 +version 1$/m);
    expect(await canary.ask(20)).to.deep.equal({ [OLD]: 20 });
    expect((await canary.history()).slice(1).map(kind)).to.deep.equal([
      "canary started 2, 30 %",
      "canary aborted 2, 30 %",
    ]);
    await canary.minutes(2);
  });

  it("is changed by another --canary and finished, whatever stage serves by then; rollback returns to the release before it", async () => {
    await canary.run("promote greeting --canary 10 --for 1d");
    // However many releases pass, neither its version nor its deployment is deleted.
    await canary.publishMore(6);
    await release({ ...variables, WORD: "Newest", TEMPLATE: POLITE.replace("true", '"very"') });
    expect(await canary.stack.versions()).to.include.members(["1", "2", "9"]);
    expect(await canary.stack.versions()).not.to.include("3");
    expect(await canary.run("promote greeting --canary 50")).to.contain(
      "version 1, 10 % version 2",
    );
    expect(await canary.prod()).to.equal('1 {"2":0.5}');
    const { Description = "" } = await canary.alias();
    const { at, until } = JSON.parse(Description) as { at: string; until: string };
    expect(Date.parse(until) - Date.parse(at)).to.equal(24 * 3_600_000);
    const shown = await canary.run("promote greeting --finish");
    expect(shown).to.match(/PROD alias +version 1, 50 % version 2 +version 2$/m);
    expect(await canary.ask(20)).to.deep.equal({ "200 New, dear Ada!": 20 });
    expect((await canary.history()).at(-1)).to.match(
      /promote \(canary finished\) +1 -> 2 +\w+ -> \w+$/,
    );
    await canary.expectEmptyDiff(variables);
    await canary.minutes(2);
    await canary.run("rollback greeting");
    expect(await canary.ask(20)).to.deep.equal({ [OLD]: 20 });
  });

  it("is refused in one sentence when it makes no sense", async () => {
    expect(await canary.refused("promote greeting --finish")).to.contain("nothing to finish");
    expect(await canary.refused("promote greeting --abort")).to.contain("nothing to abort");
    await canary.setLatency("ALARM");
    expect(await canary.refused("promote greeting --canary 10")).to.equal(
      `Alarm '${canary.latencyAlarm}' is in ALARM, which would stop the canary at once: resolve it first.`,
    );
    await canary.setLatency("OK");
    const declined = await canary.stack.commands.run("promote greeting --canary 10", false);
    expect(declined.output).to.contain("Nothing was changed.");
    await canary.run("promote greeting --canary 10 --dry-run");
    expect(await canary.prod()).to.equal("1");
    expect(await canary.ruleState()).to.equal("DISABLED");
    await canary.changeAlias({ RoutingConfig: { AdditionalVersionWeights: { "9": 0.5 } } });
    for (const command of ["promote greeting --canary 10", "promote greeting"])
      expect(await canary.refused(command)).to.contain(
        "Somebody has given version 9 a weight of 50 % on alias PROD of 'greeting' without these commands: remove it first, with " +
          "'aws lambda update-alias --function-name ",
      );
    await canary.changeAlias({ RoutingConfig: { AdditionalVersionWeights: {} } });
  });

  it("blocks a plain promotion while it is under way", async () => {
    await canary.run("promote greeting --canary 10");
    expect(await canary.refused("promote greeting")).to.match(
      /'promote greeting --finish'.*--abort/,
    );
    expect((await canary.run("deliver greeting")).split("\n").at(-1)).to.contain("a canary tries");
    await canary.run("promote greeting --abort");
    await canary.minutes(2);
  });

  it("is undone by rollback, and the promotion before it by the next", async () => {
    await canary.run("promote greeting --canary 10");
    const taken = await canary.run("rollback greeting");
    expect(taken).to.match(/PROD alias +version 1, 10 % version \d+ +version 1$/m);
    expect(await canary.prod()).to.equal("1");
    expect(await canary.refused("rollback greeting")).to.contain("is not rolled back");
    await canary.minutes(2);
  });

  it("is stopped within a minute by an alarm, which the history names", async () => {
    await canary.run("promote greeting --canary 10");
    await canary.minutes(1);
    expect(await canary.prod()).to.match(/^1 \{/);
    await canary.setLatency("ALARM");
    await canary.minutes(1);
    expect(await canary.prod()).to.equal("1");
    expect((await canary.history()).at(-1)).to.match(
      new RegExp(`canary stopped .* alarm ${canary.latencyAlarm}$`),
    );
    expect(await canary.ruleState()).to.equal("DISABLED");
    await canary.expectEmptyDiff(variables);
  });

  it("expires when nobody has finished it in time", async () => {
    await canary.run("promote greeting --canary 10 --for 5m");
    await canary.minutes(4);
    expect(await canary.prod()).to.match(/^1 \{/);
    await canary.minutes(2);
    expect(await canary.prod()).to.equal("1");
    expect((await canary.history()).at(-1)).to.match(/canary expired +\d+, 10 %$/);
  });

  it("lasts as long as configured, however long the confirmation took", async () => {
    const { commands, cloud } = canary.stack;
    const { now } = commands;
    const planned = cloud.clock.now() - 20 * 60_000;
    const times = [new Date(planned)];
    commands.now = () => times.shift() ?? now();
    const shown = await canary.run("promote greeting --canary 10 --for 5m");
    commands.now = now;
    const { until = "" } = /until (?<until>\S+);/.exec(shown)?.groups ?? {};
    expect(Date.parse(until)).to.equal(cloud.clock.now() + 5 * 60_000);
    await canary.minutes(3);
    expect(await canary.prod()).to.match(/^1 \{/);
    await canary.run("promote greeting --abort");
    await canary.minutes(2);
  });

  it("is stopped by the program's own decision", async () => {
    await canary.run("promote greeting --canary 66");
    await canary.minutes(2);
    expect(await canary.prod()).to.match(/^1 \{/);
    await canary.minutes(2);
    expect((await canary.history()).at(-1)).to.contain("three minutes of 66 % are enough");
  });

  it("is stopped when the program's own decision never arrives, is invalid, or computes without end", async () => {
    for (const [percent, reason] of [
      [67, "it could not be evaluated: that took more than 15 seconds"],
      [68, "it could not be evaluated: decide answered undefined; answer"],
      [69, "it could not be evaluated: decide computed for more than 2 seconds"],
    ] as const) {
      await canary.run(`promote greeting --canary ${percent}`);
      await canary.minutes(2);
      expect(await canary.prod()).to.equal("1");
      expect((await canary.history()).at(-1)).to.contain(reason);
    }
  });

  it("is stopped when its controller crashes again and again, and not after one crash", async () => {
    const end: FaultRule = {
      kind: "killWorkerBefore",
      service: "eventbridge",
      operation: "EnableRule",
    };
    const roleName = roleOf(canary.stack.resources, "greeting-canary");
    await canary.run("promote greeting --canary 10");
    canary.stack.cloud.faults.add({ ...end, roleName });
    await canary.minutes(3);
    expect(await canary.prod()).to.match(/^1 \{/);
    canary.stack.cloud.faults.add({ ...end, roleName, times: "forever" });
    await canary.minutes(6);
    expect(await canary.prod()).to.equal("1");
    expect((await canary.history()).at(-1)).to.match(
      /it could not be evaluated: the controller failed \d times within 5 minutes/,
    );
  });

  it("leaves an alias alone that somebody else has moved, and stops", async () => {
    await canary.run("promote greeting --canary 10");
    await canary.changeAlias({ Description: "mine" });
    const before = await canary.alias();
    await canary.minutes(40);
    expect(await canary.alias()).to.deep.include({
      Description: "mine",
      RevisionId: before.RevisionId,
    });
    expect(await canary.ruleState()).to.equal("DISABLED");
    await canary.changeAlias({ RoutingConfig: { AdditionalVersionWeights: {} } });
  });

  it("is stopped by the alarm of prod when requests are answered with 5xx", async () => {
    await canary.run("promote greeting --canary 50");
    expect(await canary.ask(20, "500")).to.have.keys([
      "200 Old, 500!",
      "500 Internal server error",
    ]);
    await canary.minutes(3);
    expect(await canary.prod()).to.equal("1");
    expect((await canary.history()).at(-1)).to.match(
      /canary stopped .* alarm greeting-prod-errors-\w+$/,
    );
    // A new canary has to wait until the alarm is over.
    await canary.minutes(10);
  });

  it("is stopped when its version fails clearly more often than the other, whatever the status code", async () => {
    await canary.run("promote greeting --canary 50");
    await canary.minutes(1);
    expect(await canary.ask(80, "404")).to.have.keys(["200 Old, 404!", "404 nothing there"]);
    await canary.minutes(2);
    expect(await canary.prod()).to.equal("1");
    expect((await canary.history()).at(-1)).to.match(
      /canary stopped .* version \d+ failed in (\d+) of \1 calls, version 1 in 0 of \d+$/,
    );
  });

  it("needs its controller: an API without one says what to add to the program", async () => {
    await release({ ...variables, CANARY: "none" });
    expect(await canary.refused("promote greeting --canary 10")).to.equal(
      "'greeting' has no canary controller: give its StagedApi the option 'canary: true', and update.",
    );
  });
});

/** Returns the event and its subject in a line of the history. */
function kind(line: string): string {
  return line.split(/ {2,}/).slice(1, 3).join(" ");
}
