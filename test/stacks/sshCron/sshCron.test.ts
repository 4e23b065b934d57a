import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { CommandError } from "../../../commands/commandError";
import { CRON_USAGE } from "../../../commands/sshCron/cronOptions";
import { deniedCalls } from "../../../localcloud/testing";
import { filesWith } from "./searchDisk";
import { SshProgram } from "./sshProgram";

/** The tests run in sequence on one stack: each restores its hosts. */
describe("an SshCron on the local cloud", function () {
  this.timeout(280_000);
  let fleet: SshProgram;
  before(async () => {
    fleet = await SshProgram.start();
  });
  after(() => fleet?.close());

  const ids = async (): Promise<string[]> =>
    (await fleet.hosts()).map(({ InstanceId = "" }) => InstanceId).sort();

  it("runs its commands on each host, verified by its console output, and writes a log for each", async () => {
    const start = fleet.cloud.clock.now();
    const runs = await fleet.next();
    expect(Object.keys(runs).sort()).to.deep.equal(await ids());
    for (const [host, run] of Object.entries(runs)) {
      expect(run).to.deep.include({ state: "ok", exit: 0, name: "web" });
      expect(run.hostKey).to.match(/\(verified\)$/);
      expect(run.log).to.match(new RegExp(`^hello/[0-9TZ-]+/${host}\\.log$`));
      expect(await fleet.log(run.log ?? "")).to.match(/Hello from .+\n(.*\n)*\nok\n$/);
    }
    expect(await fleet.logs()).to.have.length(2);
    expect(deniedCalls(fleet.cloud)).to.deep.equal([]);
    expect(await fleet.alarmsSince("hello-failed", start)).to.equal(0);
  });

  it("reports a different result for each kind of misbehaving host, and alarms", async () => {
    const [first, second] = await ids();
    const ends: Record<string, string> = {
      refuse: "unreachable",
      authFail: "authFailed",
      otherHostKey: "hostKeyMismatch",
      dropDuringCommand: "disconnected",
    };
    for (const [behaviour, state] of Object.entries(ends)) {
      const start = fleet.cloud.clock.now();
      await fleet.behave(first, behaviour);
      const runs = await fleet.next();
      expect([runs[first].state, runs[second].state], behaviour).to.deep.equal([state, "ok"]);
      await fleet.behave(first, "normal");
      await fleet.minutes(2);
      expect(await fleet.alarmsSince("hello-failed", start), behaviour).to.be.at.least(1);
    }
    expect((await fleet.next())[first].state).to.equal("ok");
  });

  it("starts nothing twice when its schedule and its messages arrive twice", async () => {
    const last = (await fleet.occurrences()).at(-1);
    const logs = (await fleet.logs()).length;
    const answers = await Promise.all(
      [1, 2, 3].map(() => fleet.trigger({ scheduledTime: last?.id })),
    );
    for (const answer of answers) expect(answer).not.to.contain("Error");
    const [host] = last?.runs ?? [];
    const body = {
      occurrence: last?.id,
      startBy: fleet.cloud.clock.now() + 60_000,
      host: { id: host.host, kind: "instance", name: "x", address: "127.0.0.1", port: 1, tags: {} },
    };
    const sqs = fleet.program.client(SQSClient);
    const message = { QueueUrl: fleet.output("queueUrl"), MessageBody: JSON.stringify(body) };
    await sqs.send(new SendMessageCommand(message));
    await fleet.minutes(2);
    expect((await fleet.logs()).length).to.equal(logs);
    expect((await fleet.occurrences()).at(-1)?.runs).to.deep.equal(last?.runs);
  });

  it("gives every occurrence and host one end within two periods, even when workers die", async () => {
    const fault = { kind: "killWorkerAfter", service: "dynamodb", operation: "TransactWriteItems" };
    const id = fleet.cloud.faults.add({ ...fault, times: 1 } as never);
    const runs = await fleet.next();
    fleet.cloud.faults.remove(id);
    expect(Object.values(runs).map(({ state }) => state)).to.include("running");
    await fleet.minutes(30);
    const all = await fleet.occurrences();
    const now = fleet.cloud.clock.now();
    for (const { id: occurrence, due, hosts, runs: ended, counts } of all) {
      if (now < due + 2 * 15 * 60_000) continue;
      expect(ended.map(({ host }) => host).sort(), occurrence).to.deep.equal([...hosts].sort());
      for (const { state } of ended) expect(state, occurrence).not.to.equal("running");
      expect(counts, occurrence).not.to.equal(undefined);
    }
    const states = all.flatMap((one) => one.runs.map(({ state }) => state));
    expect(states).to.include("lost");
  });

  it("runs at once on the named hosts, and lists beforehand what it would run", async () => {
    const [first] = await ids();
    const plan = JSON.parse(await fleet.trigger({ run: { hosts: [first], dryRun: true } })) as {
      hosts: { id: string; commands: string[]; pins: string[] }[];
    };
    expect(plan.hosts.map(({ id }) => id)).to.deep.equal([first]);
    expect(plan.hosts[0].commands).to.have.length(3);
    expect(plan.hosts[0].pins[0]).to.match(/^ssh-ed25519 /);
    const before = (await fleet.occurrences()).length;
    await fleet.trigger({ run: { hosts: [first] } });
    await fleet.minutes(1);
    const all = await fleet.occurrences();
    expect(all).to.have.length(before + 1);
    expect(all.at(-1)?.runs.map(({ host, state }) => [host, state])).to.deep.equal([[first, "ok"]]);
    expect(await fleet.trigger({ run: { hosts: ["i-0nobody"] } })).to.contain(
      "none of the targets",
    );
    expect(await fleet.trigger({})).to.contain("The event must be");
  });

  const command = (...args: string[]) => fleet.command(...args);

  it("is listed by the command runs, and run again by the command run on hosts that failed", async () => {
    const [first, second] = await ids();
    await fleet.behave(first, "authFail");
    await fleet.next();
    await fleet.behave(first, "normal");
    const shown = await command("runs", "hello");
    expect(shown.code).to.equal(0);
    expect(shown.text).to.match(/\n {2}host +name +state +exit +ms +bytes +log\n/);
    expect(shown.text).to.match(new RegExp(`${first} +web +authFailed`));
    expect(shown.text).to.match(new RegExp(`${second} +web +ok +0 +\\d+ +\\d+ +hello/`));
    const failed = await command("runs", "hello", "--failed", "--json");
    expect(failed.code).to.equal(1);
    expect(JSON.parse(failed.text)).to.deep.include({ host: first, state: "authFailed" });
    const again = await command("run", "hello", "--failed");
    expect(again.text).to.contain(first).and.to.not.contain(second);
    const [, occurrence] = /--occurrence (\S+)/.exec(again.text) ?? [];
    await fleet.minutes(1);
    const after = await command("runs", "hello", "--occurrence", occurrence);
    expect(after.text).to.match(new RegExp(`${first} +web +ok`));
    const plan = await command("run", "hello", "--dry-run", "--host", second);
    expect(plan.text)
      .to.contain("Nothing was run")
      .and.to.match(/ {2}key +ssh-ed25519 /);
    expect((await command("runs", "hello", "--forget", first)).text).to.contain("Forgot the keys");
    const kept = await command("new-key", "hello");
    expect(kept.text).to.contain(fleet.output("publicKey")).and.to.contain("nothing was changed");
  });

  it("refuses meaningless command lines with one sentence", async () => {
    const refused: [string[], RegExp][] = [
      [["runs", "--last"], /argument missing/],
      [["runs", "hello", "--last", "0"], /--last is 1 to 100/],
      [["runs", "hello", "--dry-run"], /there is no option --dry-run/],
      [["run", "--failed"], /give the name of the SshCron/],
      [["run", "hello", "--failed", "--host", "i-1"], /one of --host and --failed/],
      [["runs", "bye"], /There is no SshCron 'bye'; there is: hello \(fleet\/dev\)/],
      [["runs", "hello", "--occurrence", "x"], /There is no occurrence 'x'/],
    ];
    for (const [args, message] of refused) {
      const error: unknown = await command(...args).catch((reason: unknown) => reason);
      expect(error, args.join(" ")).to.be.instanceOf(CommandError);
      expect((error as Error).message).to.match(message);
    }
    expect((await command("run")).text).to.equal(CRON_USAGE);
  });

  it("leaves its private key in no file of its worker and in no temporary file, during a run and after it", async function () {
    // Only there can the open files of a process be read.
    if (process.platform !== "linux") this.skip();
    const since = Date.now();
    const secrets = await fleet.privateKeyTexts();
    const states = async (): Promise<string[]> =>
      ((await fleet.occurrences()).at(-1)?.runs ?? []).map(({ state }) => state);
    const search = (): string[] => filesWith(secrets, fleet.functionProcesses, since);
    await fleet.trigger({ run: { hosts: await ids() } });
    let isOver = false;
    const run = fleet.minutes(1).finally(() => (isOver = true));
    const during: string[][] = [];
    while (!isOver) {
      // While a host's run has begun and not ended, its worker has the key.
      if (during.length < 3 && (await states()).includes("running")) during.push(search());
      await nextTurn();
    }
    await run;
    expect(during.length, "searches while the job ran").to.be.above(0);
    expect(during.flat()).to.deep.equal([]);
    expect(await states()).to.deep.equal(["ok", "ok"]);
    expect(search()).to.deep.equal([]);
    // The search works: it finds the same text in a temporary file.
    const folder = mkdtempSync(path.join(tmpdir(), "key-"));
    writeFileSync(
      path.join(folder, "id"),
      Buffer.concat([Buffer.from("x"), Buffer.from(secrets[0])]),
    );
    const found = search();
    rmSync(folder, { recursive: true });
    expect(found).to.deep.equal([path.join(folder, "id")]);
  });

  it("is an empty diff afterwards, and keeps its key out of state, logs, records and packages", async () => {
    await fleet.expectEmptyDiff();
    const { resources } = fleet.engine.session;
    const kept = [
      JSON.stringify(resources.map(({ inputs, outputs }) => [inputs, outputs])),
      await fleet.logged(),
      JSON.stringify(await fleet.occurrences()),
      ...(await Promise.all((await fleet.logs()).map((key) => fleet.log(key)))),
    ];
    expect(kept[0]).to.contain(fleet.output("publicKey").split(" ")[1]);
    const packages = await fleet.packages();
    // The search works: code that reads a key contains this text.
    expect(packages.some((text) => text.includes("OPENSSH PRIVATE KEY"))).to.equal(true);
    kept.push(...packages);
    const lines = await fleet.privateKeyLines();
    expect(lines).not.to.deep.equal([]);
    for (const line of lines) for (const text of kept) expect(text).not.to.contain(line);
  });
});
