import { expect } from "chai";
import type { RunRecord } from "../../../callbacks/instances/sshCron/model";
import {
  deniedCalls,
  formatUnusedPermissions,
  unusedPermissions,
} from "../../../localcloud/testing";
import { SshProgram } from "./sshProgram";

describe("an SshCron by Systems Manager, in waves of one host, on the local cloud", function () {
  this.timeout(280_000);
  let fleet: SshProgram;
  before(async () => {
    // Scripts take real time here, and the cloud's clock must not run ahead of them.
    fleet = await SshProgram.start({ SSM: "yes", SECONDS: "300", WAVES: "1" });
  });
  after(() => fleet?.close());

  const ids = async (): Promise<string[]> =>
    (await fleet.hosts()).map(({ InstanceId = "" }) => InstanceId).sort();

  /** Returns the runs of the next occurrence, when all have ended. */
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

  it("lists beforehand what it would run, without addresses, which are not used", async () => {
    const { text } = await fleet.command("run", "hello", "--dry-run");
    const [first, second] = await ids();
    expect(text)
      .to.contain(`${first}  web  by Systems Manager\n  command  echo `)
      .and.to.contain(`${second}  web  by Systems Manager\n`)
      .and.to.contain("Nothing was run (--dry-run). It would run on 2 hosts.");
    expect(text).not.to.match(/undefined|:22|\d+\.\d+\.\d+\.\d+|key {6}/);
  });

  it("runs its commands on one tagged instance after the other, and keeps their whole output", async () => {
    const runs = await next();
    expect(Object.keys(runs).sort()).to.deep.equal(await ids());
    for (const [host, run] of Object.entries(runs)) {
      expect(run, host).to.deep.include({ state: "ok", exit: 0 });
      expect(run.log).to.match(new RegExp(`^hello/[0-9TZ-]+/${host}\\.log$`));
      expect(await fleet.log(run.log ?? ""))
        .to.match(/^\S+ \S+ by Systems Manager\n/)
        .and.to.contain("\nHello from ec2-user\n")
        .and.to.contain(`\n${"x".repeat(30_000)}$`);
    }
    const [first, second] = (await ids()).map((id) => runs[id]);
    expect(second.startedAt).to.be.greaterThan(first.endedAt ?? Infinity);
  });

  it("reports a host whose agent never answers, and others normally, even when an answer is lost", async () => {
    const [first, second] = await ids();
    const roleName = fleet.roleName("worker");
    await fleet.behaveAgent(second, "mute");
    // One command is sent, and its answer is lost.
    const lost = {
      kind: "connectionLostAfter",
      service: "ssm",
      operation: "SendCommand",
      roleName,
    };
    fleet.cloud.faults.add({ ...lost, times: 1 } as never);
    const runs = await next();
    expect([runs[first].state, runs[second].state]).to.deep.equal(["ok", "timeout"]);
  });

  it("begins no other wave after a failure, and alarms", async () => {
    const [first, second] = await ids();
    await fleet.behaveAgent(second, "normal");
    await fleet.behaveAgent(first, "mute");
    const since = fleet.cloud.clock.now();
    const runs = await next();
    expect([runs[first].state, runs[second].state]).to.deep.equal(["timeout", "skipped"]);
    expect(runs[second].reason).to.equal("stopped: 1 run of the waves before had failed");
    await fleet.minutes(3);
    expect(await fleet.alarmsSince("hello-failed", since)).to.be.at.least(1);
  });

  it("was granted what it has used, and denied nothing", async () => {
    const roles = ["trigger", "worker", "reconciler"].map((one) => fleet.roleName(one));
    const unused = await unusedPermissions(fleet.cloud, { roles });
    expect(formatUnusedPermissions(unused)).to.equal(formatUnusedPermissions([]));
    expect(deniedCalls(fleet.cloud)).to.deep.equal([]);
  });

  it("is an empty diff afterwards", () => fleet.expectEmptyDiff());
});
