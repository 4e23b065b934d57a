import { CreateTagsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import {
  deniedCalls,
  formatUnusedPermissions,
  unusedPermissions,
} from "../../../localcloud/testing";
import { SshProgram } from "./sshProgram";

describe("an SshCron with functions of its program, and keys by EC2 Instance Connect", function () {
  this.timeout(280_000);
  let fleet: SshProgram;
  before(async () => {
    fleet = await SshProgram.start({ INLINE: "yes", CONNECT: "yes" });
  });
  after(() => fleet?.close());

  const tag = (host: string, Key: string, Value: string): Promise<unknown> =>
    fleet.program
      .client(EC2Client)
      .send(new CreateTagsCommand({ Resources: [host], Tags: [{ Key, Value }] }));

  it("logs in with a temporary key, and never turns a tag into a command or a line of a record", async () => {
    const [first, second] = (await fleet.hosts()).map(({ InstanceId = "" }) => InstanceId).sort();
    const motto = `it's "$(id)" \`id\`; exit 9`;
    await tag(first, "Motto", motto);
    await tag(second, "Name", "web\u001b[2J\nok");
    const runs = await fleet.next();
    expect([runs[first].state, runs[second].state]).to.deep.equal(["ok", "ok"]);
    expect(await fleet.log(runs[first].log ?? "")).to.contain(`\n${motto} at ${first}\n`);
    expect(await fleet.log(runs[second].log ?? "")).to.contain(`\nno motto at ${second}\n`);
    expect(runs[second].name).to.equal("web\ufffd[2J\ufffdok");
    expect(deniedCalls(fleet.cloud)).to.deep.equal([]);
  });

  it("skips the hosts that `where` excludes", async () => {
    const [first, second] = (await fleet.hosts()).map(({ InstanceId = "" }) => InstanceId).sort();
    await tag(second, "Name", "left out");
    expect(Object.keys(await fleet.next())).to.deep.equal([first]);
  });

  it("grants its worker only what it uses", async () => {
    await fleet.minutes(16);
    const roleName = fleet.roleName("worker");
    const unused = (await unusedPermissions(fleet.cloud)).filter(
      (one) => one.roleName === roleName,
    );
    // Lambda itself requires these, to connect the worker to its VPC.
    const own = unused.filter(({ action }) => !action.startsWith("ec2:"));
    expect(own, formatUnusedPermissions(own)).to.deep.equal([]);
  });

  it("runs in the background in waves, and polls each host for its end and output", async () => {
    const [first, second] = (await fleet.hosts()).map(({ InstanceId = "" }) => InstanceId).sort();
    await tag(second, "Name", "web");
    await fleet.up({ INLINE: "yes", CONNECT: "yes", FOLLOWED: "yes" });
    await fleet.next();
    // A wave begins on a full minute, and its end is known a minute later.
    await fleet.minutes(8);
    const [last] = (await fleet.occurrences()).filter(({ wave }) => wave === 1).slice(-1);
    const [one, other] = [first, second].map((host) => last.runs.find((run) => run.host === host));
    expect([one?.state, other?.state], JSON.stringify(last)).to.deep.equal(["ok", "ok"]);
    expect(other?.startedAt).to.be.greaterThan(one?.endedAt ?? Infinity);
    expect(await fleet.log(other?.log ?? "")).to.equal(`no motto at ${second}\n\nok\n`);
    expect(deniedCalls(fleet.cloud)).to.deep.equal([]);
    const roleName = fleet.roleName("reconciler");
    const used = (await unusedPermissions(fleet.cloud)).filter(
      (unused) => unused.roleName === roleName,
    );
    expect(used.map(({ action }) => action)).not.to.include("lambda:InvokeFunction");
  });
});
