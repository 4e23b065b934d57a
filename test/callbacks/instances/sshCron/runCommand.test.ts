import type { Instance } from "@aws-sdk/client-ec2";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { RunEnd } from "../../../../callbacks/instances/sshCron/model";
import type { RunPorts } from "../../../../callbacks/instances/sshCron/prepare";
import { pollMessage } from "../../../../callbacks/instances/sshCron/poll";
import { runMessage } from "../../../../callbacks/instances/sshCron/runMessage";
import type { RunMessage, SshCronSettings } from "../../../../callbacks/instances/sshCron/settings";
import { ssmTransport } from "../../../../callbacks/instances/sshCron/ssm/ssmTransport";
import type { FaultKind } from "../../../../localcloud/cloud/faults";
import type { StoredCommand } from "../../../../localcloud/services/ssm/commands/command";
import type { SsmStore } from "../../../../localcloud/services/ssm/store";
import { connection } from "../../../../localcloud/test/services/ec2/ec2Cloud";
import { SshFleet } from "../../../../localcloud/test/services/ec2/sshFleet";
import { createManagedProfile } from "../../../../localcloud/test/services/ssm/managedProfile";
import { type MemoryStore, memoryStore } from "./memoryStore";
import { SETTINGS } from "./settings";

interface Given {
  /** Bucket to which agents write output. Default: the one that they may write to. */
  readonly bucket?: string;
  readonly store?: MemoryStore;
  /** Text that a command must have printed before the cloud's clock continues. */
  readonly until?: string;
}

/** Milliseconds of real time for commands during each sleep of a worker, which advances the cloud's clock. */
const REAL = 20;

describe("SshCron: jobs by Run Command", function () {
  this.timeout(60_000);
  let fleet: SshFleet;
  let host: Instance;
  let occurrences = 0;
  before(async () => {
    fleet = await SshFleet.start();
    await createManagedProfile(fleet.c.cloud, "logs");
    [host] = await fleet.launch({ IamInstanceProfile: { Name: "managed" } });
    const s3 = new S3Client({ ...connection(fleet.c.cloud), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: "logs" }));
    s3.destroy();
  });
  after(() => fleet.stop());
  afterEach(() => {
    fleet.c.cloud.faults.clear();
    return behave("normal");
  });

  const behave = async (behaviour: string): Promise<void> => {
    const answer = await fetch(`${fleet.c.cloud.endpoint}/_localcloud/agent`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ instanceId: host.InstanceId, behaviour }),
    });
    expect(answer.status).to.equal(200);
  };

  const idOf = ({ InstanceId = "" }: Instance): string => InstanceId;
  const allCommands = (): StoredCommand[] => {
    const { cloud } = fleet.c;
    const store = cloud.registry.named("ssm")?.store("us-east-1", cloud) as SsmStore;
    return [...store.commands.values()];
  };
  const printed = (text: string): boolean =>
    allCommands().some(({ invocations }) =>
      [...invocations.values()].some(({ stdout }) => stdout.text.includes(text)),
    );
  /** Returns the commands that were sent during this work. */
  async function sentIn(work: () => Promise<unknown>): Promise<StoredCommand[]> {
    const before = allCommands().length;
    await work();
    return allCommands().slice(before);
  }
  const fault = (kind: FaultKind, operation: string, times: number | "forever" = 1): number =>
    fleet.c.cloud.faults.add({
      ...{ kind, service: "ssm", operation, times },
      ...(kind === "notFound" ? { code: "InvocationDoesNotExist" } : {}),
    });

  /** Creates a worker with these settings, and access to its results. */
  function workerOf(
    more: Partial<SshCronSettings> = {},
    { bucket = "logs", ...given }: Given = {},
  ) {
    const { clock } = fleet.c.cloud;
    // Longer than a busy computer takes to start a shell, however fast the cloud's clock runs.
    const long = { timeout: 3600, commandTimeout: 3600, outputLimit: 1_000_000 };
    const settings = { ...SETTINGS, ...long, ...more };
    const { maxAttempts: _maxAttempts, ...aws } = connection(fleet.c.cloud);
    const output = { bucket, prefix: "hello/output" };
    const store = given.store ?? memoryStore(() => []);
    const logs: string[] = [];
    const ports: RunPorts = {
      settings,
      functions: {},
      store,
      transport: ssmTransport(settings, output, { aws, random: () => 0.5 }),
      writeLog: async (_message, contents) => {
        logs.push(contents.toString());
        return "log";
      },
      print: () => undefined,
      now: () => clock.now(),
      sleep: async (milliseconds) => {
        do await new Promise((resolve) => setTimeout(resolve, REAL));
        while (given.until && !printed(given.until));
        await clock.advance(milliseconds);
      },
    };
    occurrences += 1;
    const message: RunMessage = {
      occurrence: `2027-01-04T08:${String(occurrences).padStart(2, "0")}:00Z`,
      startBy: clock.now() + 900_000,
      host: { id: idOf(host), kind: "instance", name: "web", address: "", port: 22, tags: {} },
    };
    const over = clock.now() + 7_200_000;
    const run = () => runMessage(message, ports, over);
    const poll = () => pollMessage({ ...message, startBy: clock.now() + 60_000 }, ports, over);
    return { run, poll, logs, store };
  }

  it("is ok with the output of the commands, as the user, in the user's home, in order", async () => {
    const commands = ['echo "$USER in $(basename "$PWD")"', "echo oops >&2; echo two"];
    const job = workerOf({ commands });
    expect(await job.run()).to.deep.include({ state: "ok", exit: 0, log: "log" });
    const shown = job.logs[0].replace(/command [0-9a-f-]{36}/g, "command <id>");
    expect(shown.split("\n").slice(1)).to.deep.equal([
      ...['$ echo "$USER in $(basename "$PWD")"', "command <id>", "ec2-user in ec2-user"],
      ...["$ echo oops >&2; echo two", "command <id>", "oops", "two", "", "ok", ""],
    ]);
  });

  it("is failed with the exit code of the first command that fails, and sends none after it", async () => {
    const job = workerOf({ commands: ["exit 3", "echo never"] });
    const sent = await sentIn(async () => {
      expect(await job.run()).to.deep.include({
        state: "failed",
        exit: 3,
        reason: "exit 3: exit 3",
      });
    });
    expect(sent).to.have.length(1);
    const killed = workerOf({ commands: ["kill -9 $$"] });
    // As a shell reports it: agents do not report signals.
    expect(await killed.run()).to.deep.include({ state: "failed", exit: 137 });
    const fine = workerOf({ commands: ["exit 2"], successExitCodes: [0, 2] });
    expect(await fine.run()).to.deep.include({ state: "ok" });
  });

  it("sets variables and the folder, becomes another user, and passes a script byte for byte", async () => {
    const text = `echo "script of $WHO"\nread line || echo 'at the "end"'\n`;
    const script = { text, sha256: "ab".repeat(32) };
    const environment = { WHO: "it's me {{ssm:/secret}} {{{" };
    const job = workerOf({ commands: ['cd /; echo "$USER"'], environment, sudo: true, script });
    expect(await job.run()).to.deep.include({ state: "ok", script: script.sha256 });
    expect(job.logs[0])
      .to.contain("\nroot\n")
      .and.to.contain(`\nscript of ${environment.WHO}\nat the "end"\n`);
  });

  it("is timeout when a command takes too long, and keeps its output so far", async () => {
    const commands = ["echo begun one; sleep 1000"];
    const job = workerOf({ commands, commandTimeout: 60 }, { until: "begun one" });
    const reason = `not done within 60 s: ${commands[0]}`;
    expect(await job.run()).to.deep.include({ state: "timeout", reason });
    expect(job.logs[0]).to.contain("\nbegun one\n");
  });

  it("is timeout when the whole job takes too long, and its command does not continue", async () => {
    const commands = ["echo begun two; sleep 1000"];
    const job = workerOf({ commands, timeout: 60 }, { until: "begun two" });
    const [sent] = await sentIn(async () => {
      expect(await job.run()).to.deep.include({ state: "timeout" });
    });
    // The command gets the rest of the job's time: its own timeout and the worker's are due at the same moment.
    expect(sent.status).to.match(/^(Cancel|TimedOut)/);
  });

  it("is unreachable, after all allowed tries, when Systems Manager does not know the instance", async () => {
    await behave("unregistered");
    const job = workerOf({ connectAttempts: 3 });
    const sent = await sentIn(async () => {
      expect(await job.run()).to.deep.include({ state: "unreachable" });
    });
    expect(job.logs[0].match(/try \d: Systems Manager does not know/g)).to.have.length(2);
    expect(sent).to.deep.equal([]);
  });

  it("is unreachable when no agent accepts the command, and does not run later", async () => {
    for (const behaviour of ["silent", "undeliverable"]) {
      await behave(behaviour);
      const [sent] = await sentIn(async () => {
        const end = await workerOf({ connectAttempts: 3 }).run();
        expect(end, behaviour).to.deep.include({ state: "unreachable" });
      });
      expect(sent.invocations.get(idOf(host))?.startedAt).to.equal(undefined);
    }
    await behave("silent");
    const [sent] = await sentIn(async () => {
      // Shorter than the time that Systems Manager itself waits.
      const end = await workerOf({ timeout: 20 }).run();
      expect(end).to.deep.include({ state: "unreachable" });
    });
    expect(sent.status).to.equal("Cancelled");
  });

  it("is disconnected when an agent accepts the command and never reports its end: it may have run", async () => {
    await behave("mute");
    const end = await workerOf({ commandTimeout: 60 }).run();
    expect(end).to.deep.include({ state: "disconnected" });
  });

  it("keeps the whole output when it is longer than an answer, or says that it is not available", async () => {
    const commands = ["head -c 60000 /dev/zero | tr '\\0' x; echo end"];
    const whole = workerOf({ commands });
    expect(await whole.run()).to.deep.include({ state: "ok", bytes: 60_004 });
    expect(whole.logs[0]).to.match(/x{60000}end\n/);
    const cut = workerOf({ commands }, { bucket: "nowhere" });
    expect(await cut.run()).to.deep.include({ state: "ok" });
    expect(cut.logs[0]).to.match(/\nx{24000}\n\[\.\.\. the rest is not in s3:\/\/nowhere\/hello\//);
  });

  it("runs once, and says so, when calls are throttled, fail, or their answers are lost", async () => {
    const ways: [FaultKind, string, number][] = [
      ["throttle", "SendCommand", 3],
      ["connectionLostAfter", "SendCommand", 1],
      ["throttle", "GetCommandInvocation", 3],
      ["internalError", "GetCommandInvocation", 3],
      ["connectionLostAfter", "GetCommandInvocation", 2],
      ["notFound", "GetCommandInvocation", 2],
    ];
    for (const [kind, operation, times] of ways) {
      fault(kind, operation, times);
      const sent = await sentIn(async () => {
        const end = await workerOf({ commands: ["true"] }).run();
        expect(end, `${kind} ${operation}`).to.deep.include({ state: "ok" });
      });
      expect(sent, `${kind} ${operation}`).to.have.length(1);
      fleet.c.cloud.faults.clear();
    }
  });

  it("never sends a command again when it is unknown whether it was sent", async () => {
    for (const kind of ["connectionLostBefore", "internalError"] as const) {
      fault(kind, "SendCommand");
      const sent = await sentIn(async () => {
        const end = await workerOf({ connectAttempts: 3 }).run();
        expect(end, kind).to.deep.include({ state: "disconnected" });
      });
      expect(sent, kind).to.deep.equal([]);
    }
  });

  it("is authFailed when sending is denied, and disconnected when the end is never reported", async () => {
    fault("accessDenied", "SendCommand");
    expect(await workerOf().run()).to.deep.include({ state: "authFailed" });
    fault("accessDenied", "GetCommandInvocation", "forever");
    const end = await workerOf().run();
    expect(end).to.deep.include({ state: "disconnected" });
    expect((end as RunEnd).reason).to.match(
      /^Systems Manager did not report the result: AccessDenied/,
    );
  });

  it("is skipped while the previous run is still on the host, and runs concurrently if configured", async () => {
    const store = memoryStore(() => []);
    const long = workerOf(
      { commands: ["echo begun three; while [ ! -f go ]; do sleep 0.02; done"] },
      { store },
    );
    const first = long.run();
    while (!printed("begun three")) await new Promise((resolve) => setTimeout(resolve, REAL));
    expect(await workerOf({}, { store }).run()).to.deep.include({ state: "skipped" });
    const beside = { commands: ["touch go"], overlap: "allow" as const };
    expect(await workerOf(beside, { store }).run()).to.deep.include({ state: "ok" });
    expect(await first).to.deep.include({ state: "ok" });
  });

  it("is polled in the background until it ends, with its whole output", async () => {
    const commands = ["echo one; while [ ! -f ~/on ]; do sleep 0.02; done; echo two; exit 4"];
    const polling = { timeout: 3600 };
    const job = workerOf({ commands, background: true, polling });
    expect(await job.run()).to.deep.include({ state: "started" });
    expect(await job.poll()).to.equal("running");
    expect(await workerOf({ commands: ["touch on"] }).run()).to.deep.include({ state: "ok" });
    let end = await job.poll();
    while (end === "running") end = await job.poll();
    expect(end).to.deep.include({ state: "failed", exit: 4, bytes: 8 });
    expect(job.logs).to.deep.equal(["one\ntwo\n\nfailed exit 4: in the background\n"]);
  });
});
