import { expect } from "chai";
import { runJob } from "../../../../callbacks/instances/sshCron/runJob";
import { newKeyPair } from "../../../../callbacks/instances/sshCron/ssh/privateKey";
import { findSshd, Sshd } from "../../../../localcloud/test/support/sshd";
import { runOf } from "./runOf";

const sshd = findSshd();
const [OLD, NEXT] = [newKeyPair("old"), newKeyPair("next")];
const FOREIGN = newKeyPair("foreign").publicKey.split(" ").slice(0, 2).join(" ");

describe("SshCron: a job on a real sshd", function () {
  this.timeout(30_000);
  let host: Sshd;
  before(async function () {
    if (sshd === undefined) return this.skip();
    host = await Sshd.start(sshd, [NEXT.publicKey]);
  });
  after(() => host?.stop());

  const jobOf = (args: Parameters<typeof runOf>[1] = {}, privateKeys = [NEXT.privateKey]) => {
    const started = runOf({ port: host.port, pin: host.hostKey }, args);
    const destination = { ...started.run.destination, user: host.user, privateKeys };
    return { ...started, run: { ...started.run, destination } };
  };

  it("runs commands in order, with variables, a folder and standard input for a script", async () => {
    const environment = { WHO: "it's me" };
    const script = { text: 'echo "script of $WHO"\n', sha256: "ab".repeat(32) };
    const commands = ['echo "$WHO"', "pwd"];
    const { run, output } = jobOf({ job: { commands, environment, cwd: "/", script } });
    expect(await runJob(run)).to.deep.include({ state: "ok", exit: 0 });
    expect(output.contents().toString()).to.equal("it's me\n/\nscript of it's me\n");
  });

  it("distinguishes an exit code, a signal and a command that hangs", async () => {
    const ends = [];
    for (const command of ["exit 3", "kill -9 $$", "sleep 60"]) {
      const { run } = jobOf({ job: { commands: [command] } });
      ends.push((await runJob({ ...run, limits: { ...run.limits, command: 1_000 } })).state);
    }
    expect(ends).to.deep.equal(["failed", "signal", "timeout"]);
  });

  it("logs in with the new key of two and with a temporary key, and no other", async () => {
    expect((await runJob(jobOf({}, [OLD.privateKey]).run)).state).to.equal("authFailed");
    const both = jobOf({}, [OLD.privateKey, NEXT.privateKey]).run;
    expect((await runJob(both)).state).to.equal("ok");
    const { run } = jobOf();
    const request = async (): Promise<string> => NEXT.privateKey;
    const destination = { ...run.destination, privateKeys: [{ request }] };
    expect((await runJob({ ...run, destination })).state).to.equal("ok");
  });

  it("is a mismatch when another key is pinned, and logs in with one of two pins", async () => {
    const { run } = jobOf();
    const pinned = (...pins: string[]) => ({ ...run, destination: { ...run.destination, pins } });
    expect((await runJob(pinned(FOREIGN))).state).to.equal("hostKeyMismatch");
    expect((await runJob(pinned(FOREIGN, host.hostKey))).state).to.equal("ok");
  });
});
