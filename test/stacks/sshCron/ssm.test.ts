import { expect } from "chai";
import type { RunRecord } from "../../../callbacks/instances/sshCron/model";
import { deniedCalls } from "../../../localcloud/testing";
import { SshProgram } from "./sshProgram";

describe("an SshCron by Systems Manager on the local cloud", function () {
  this.timeout(280_000);
  let fleet: SshProgram;
  before(async () => {
    // Scripts take real time here, which cloud time is not to overtake.
    fleet = await SshProgram.start({ SSM: "yes", SECONDS: "300" });
  });
  after(() => fleet?.close());

  const ids = async (): Promise<string[]> =>
    (await fleet.hosts()).map(({ InstanceId = "" }) => InstanceId).sort();

  /** The runs of the next occurrence, when all have ended. */
  async function next(): Promise<Record<string, RunRecord>> {
    await fleet.next();
    const { id = "" } = (await fleet.occurrences()).at(-1) ?? {};
    for (let minute = 0; ; minute += 1) {
      const runs = await fleet.store.runs(id);
      const isOver = runs.length === 2 && runs.every(({ state }) => state !== "running");
      if (isOver || minute === 8) return Object.fromEntries(runs.map((run) => [run.host, run]));
      await fleet.minutes(1);
    }
  }

  it("runs its commands on each instance with the tag, and keeps all that they have printed", async () => {
    const runs = await next();
    expect(Object.keys(runs).sort()).to.deep.equal(await ids());
    for (const [host, run] of Object.entries(runs)) {
      expect(run, host).to.deep.include({ state: "ok", exit: 0 });
      expect(run.log).to.match(new RegExp(`^hello/[0-9TZ-]+/${host}\\.log$`));
      expect(await fleet.log(run.log ?? ""))
        .to.contain("\nHello from ec2-user\n")
        .and.to.contain(`\n${"x".repeat(30_000)}$`);
    }
    expect(deniedCalls(fleet.cloud)).to.deep.equal([]);
  });

  it("tells a host whose agent never answers from the others, also when an answer is lost", async () => {
    const [first, second] = await ids();
    const roleName = fleet.roleName("worker");
    await fleet.behaveAgent(first, "mute");
    // One command is sent, and its answer is lost.
    const lost = {
      kind: "connectionLostAfter",
      service: "ssm",
      operation: "SendCommand",
      roleName,
    };
    fleet.cloud.faults.add({ ...lost, times: 1 } as never);
    const runs = await next();
    expect([runs[first].state, runs[second].state]).to.deep.equal(["timeout", "ok"]);
  });

  it("is an empty diff afterwards", () => fleet.expectEmptyDiff());
});
