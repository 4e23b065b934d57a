import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { pollMessage } from "../../../../callbacks/instances/sshCron/poll";
import type { RunPorts } from "../../../../callbacks/instances/sshCron/prepare";
import { runJob } from "../../../../callbacks/instances/sshCron/runJob";
import { runMessage } from "../../../../callbacks/instances/sshCron/runMessage";
import { sshTransport } from "../../../../callbacks/instances/sshCron/ssh/sshTransport";
import { newKeyPair } from "../../../../callbacks/instances/sshCron/ssh/privateKey";
import { memoryStore } from "./memoryStore";
import { SETTINGS } from "./settings";
import { type SshServer, startSshServer } from "./sshServer";

const PAIR = newKeyPair("job");

/** The shell of the host is a real one, and so is the background job. */
describe("SshCron: polling background jobs", function () {
  this.timeout(60_000);
  const home = process.env.HOME;
  let host: SshServer;
  let folder: string;
  let count = 0;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "ssh-cron-"));
    process.env.HOME = folder;
    host = await startSshServer();
  });
  after(async () => {
    if (home === undefined) delete process.env.HOME;
    else process.env.HOME = home;
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts a job; `ask` polls until the answer is not "running". */
  async function started(commands: string[], timeout = 3600, outputLimit = 4096) {
    let now = Date.UTC(2027, 0, 4, 8);
    const store = memoryStore(() => [host.pin]);
    const logs: string[] = [];
    const lines: string[] = [];
    let port = host.port;
    const settings = { ...SETTINGS, commands, background: true, polling: { timeout }, outputLimit };
    const readKeys = async () => ({ privateKeys: [PAIR.privateKey] });
    const ports: RunPorts = {
      settings,
      functions: {},
      store,
      transport: sshTransport({ settings, store, readKeys, runJob }),
      writeLog: async (_message, contents) => {
        logs.push(contents.toString());
        return "log";
      },
      print: (line) => void lines.push(line),
      now: () => now,
      sleep: async () => undefined,
    };
    count += 1;
    const occurrence = `2027-01-04T08:${String(count).padStart(2, "0")}:00Z`;
    const message = () => ({
      occurrence,
      startBy: now + 60_000,
      host: {
        ...{ id: "i-1", kind: "instance" as const, name: "web", address: "127.0.0.1", tags: {} },
        port,
      },
    });
    const end = await runMessage(message(), ports, now + 60_000);
    expect(end).to.deep.include({ state: "started" });
    const look = () => pollMessage({ ...message(), poll: true }, ports, now + 60_000);
    const ask = async () => {
      let found = await look();
      // A real process: wait for its end instead of a time.
      while (found === "running") found = await look();
      return found;
    };
    const record = () => store.kept.get(`${occurrence} i-1`);
    const set = { now: (more: number) => (now += more), port: (other: number) => (port = other) };
    const place = path.join(folder, ".ssh-cron", "hello", occurrence.replace(/[^0-9TZ]/g, "-"));
    return { look, ask, record, logs, lines, set, place, store };
  }

  it("is running until the job ends, then ok with its output, and leaves nothing on the host", async () => {
    const go = path.join(folder, "go");
    const job = await started([`echo one; while [ ! -f ${go} ]; do sleep 0.02; done; echo two`]);
    expect(await job.look()).to.equal("running");
    expect(job.record()).to.deep.include({ state: "running", detached: true });
    expect(existsSync(job.place)).to.equal(true);
    writeFileSync(go, "");
    expect(await job.ask()).to.deep.include({ state: "ok", exit: 0, bytes: 8 });
    expect(job.record()).to.deep.include({ state: "ok", exit: 0, log: "log" });
    expect(job.logs).to.deep.equal(["one\ntwo\n\nok\n"]);
    expect(existsSync(job.place)).to.equal(false);
    expect(await job.look()).to.equal("repeated");
    expect(job.lines.filter((line) => line.includes('"Runs"'))).to.have.length(1);
  });

  it("reads the end from the host again when the worker ended before it wrote the record", async () => {
    const job = await started(["echo once; exit 4"]);
    const finish = job.store.finish;
    job.store.finish = async () => {
      throw new Error("the function is ended");
    };
    const error: unknown = await job.ask().catch((reason: unknown) => reason);
    expect(String(error)).to.contain("the function is ended");
    job.store.finish = finish;
    expect(await job.ask()).to.deep.include({ state: "failed", exit: 4 });
    expect(job.logs[1]).to.equal("once\n\nfailed exit 4: in the background\n");
  });

  it("is failed with the exit code of the command that failed", async () => {
    const job = await started(["echo before", "exit 3", "echo never"]);
    expect(await job.ask()).to.deep.include({
      ...{ state: "failed", exit: 3, reason: "exit 3: in the background" },
    });
    expect(job.logs[0]).to.equal("before\n\nfailed exit 3: in the background\n");
  });

  it("is lost, at once, when the job has disappeared without an exit code", async () => {
    const job = await started([
      `echo dying; kill -9 "$(cat ${path.join(folder, ".ssh-cron", "*", "*", "pid")})"; sleep 30`,
    ]);
    expect(await job.ask()).to.deep.include({ state: "lost" });
    expect(job.record()?.reason).to.contain("gone without an exit code");
  });

  it("is timeout when it takes too long, and is ended with all its processes", async () => {
    const child = path.join(folder, "child");
    const job = await started([`sleep 600 & echo $! > ${child}; wait`], 60);
    expect(await job.look()).to.equal("running");
    job.set.now(60_000);
    expect(await job.look()).to.deep.include({
      state: "timeout",
      reason: "not done within 60 s, in the background",
    });
    expect(readFileSync(child, "utf8")).to.match(/^\d+\n$/);
    const still = await started([
      `while kill -0 "$(cat ${child})" 2>/dev/null; do sleep 0.02; done; echo ended`,
    ]);
    expect(await still.ask()).to.deep.include({ state: "ok" });
  });

  it("polls again when the host cannot be reached, and ends at its timeout", async () => {
    const job = await started(["sleep 0.1"], 60);
    job.set.port(1);
    expect(await job.look()).to.equal("running");
    job.set.now(60_000);
    const end = await job.look();
    expect(end).to.deep.include({ state: "timeout" });
    expect(job.record()?.reason).to.contain("the host does not answer: 127.0.0.1:1");
  });

  it("fetches only the beginning and the end of much output", async () => {
    const job = await started([`head -c 3000000 /dev/zero | tr '\\0' x; echo end`], 3600, 2048);
    const end = await job.ask();
    expect(end).to.deep.include({ state: "ok", bytes: 3_000_004 });
    expect(job.logs[0].length).to.be.lessThan(3_000);
    expect(job.logs[0])
      .to.contain("\n[... 2997956 bytes are left out ...]\n")
      .and.to.match(/xend\n\nok\n$/);
  });

  it("releases the host for the next occurrence as soon as the job ends", async () => {
    const job = await started(["true"]);
    const claim = { occurrence: "later", host: "i-1", name: "web", overlaps: false };
    const now = Date.UTC(2027, 0, 4, 8, 30);
    const until = now + 60_000;
    expect(await job.store.claim({ ...claim, now, until })).to.equal("busy");
    await job.ask();
    expect(await job.store.claim({ ...claim, now, until })).to.equal("claimed");
  });
});
