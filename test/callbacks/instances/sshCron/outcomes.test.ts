import { mkdirSync, rmdirSync } from "node:fs";
import type { Socket } from "node:net";
import { mock } from "node:test";
import { expect } from "chai";
import { type JobRun, runJob } from "../../../../callbacks/instances/sshCron/runJob";
import { newKeyPair } from "../../../../callbacks/instances/sshCron/ssh/privateKey";
import { runOf } from "./runOf";
import {
  exits,
  rsaHostKey,
  type SshServer,
  type SshServerOptions,
  startSshServer,
  startTcpHost,
} from "./sshServer";

/** Milliseconds. */
const READY = 500;
const COMMAND = 700;
/** Milliseconds of virtual time beyond its limits that a run may take to end. */
const GRACE = 2_000;

describe("SshCron: the result of a run on a host", function () {
  this.timeout(30_000);
  const open: { close(): Promise<void> }[] = [];
  const start = async (options?: SshServerOptions): Promise<SshServer> => {
    const server = await startSshServer(options);
    open.push(server);
    return server;
  };
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });
  /** Expects that a host which treats a connection like this is given up in time. */
  const expectSilence = async (serve: (socket: Socket) => void): Promise<void> => {
    let isReached = false;
    const host = await startTcpHost((socket) => {
      isReached = true;
      serve(socket);
    });
    open.push(host);
    const { run } = runOf({ ...host, pin: FOREIGN });
    await expectWithin(run, READY, () => isReached, { state: "unreachable" });
  };

  it("is ok with the output of the commands, when all of them exit with 0", async () => {
    const host = await start();
    const { run, output, notes } = runOf(host, { job: { commands: ["echo one", "echo two >&2"] } });
    const end = await runJob(run);
    expect(end).to.deep.include({ state: "ok", exit: 0 });
    expect(end.hostKey).to.match(/^SHA256:\S{43} \(verified\)$/);
    expect(output.contents().toString()).to.equal("one\ntwo\n");
    expect(notes).to.deep.equal(["$ echo one", "$ echo two >&2"]);
  });

  it("is failed with the exit code of the first command that fails, and runs none after it", async () => {
    const host = await start();
    const { run } = runOf(host, { job: { commands: ["exit 3", "echo never"] } });
    expect(await runJob(run)).to.deep.include({
      state: "failed",
      exit: 3,
      reason: "exit 3: exit 3",
    });
    expect(host.commands).to.have.length(1);
  });

  it("is ok with an exit code that is configured as a success", async () => {
    const { run } = runOf(await start({ run: exits(2) }), { job: { successExitCodes: [0, 2] } });
    expect((await runJob(run)).state).to.equal("ok");
  });

  it("is signal when a signal ends the command", async () => {
    const { run } = runOf(await start(), { job: { commands: ["kill -9 $$"] } });
    expect(await runJob(run)).to.deep.include({ state: "signal", signal: "SIGKILL" });
  });

  it("is timeout when a command hangs without output", async () => {
    const host = await start();
    const { run } = runOf(host, { job: { commands: ["sleep 60"] } });
    await expectWithin(run, COMMAND, () => host.commands.length > 0, {
      state: "timeout",
      reason: "not done within 0.7 s: sleep 60",
    });
  });

  it("is timeout, with that reason, when the command ends but a child of it keeps the output open", async () => {
    const run1 = runOf(
      await start({
        run: (_command, channel) => {
          channel.exit(0);
        },
      }),
    ).run;
    const end = await runJob({ ...run1, limits: { ...run1.limits, command: COMMAND } });
    expect(end.state).to.equal("timeout");
    expect(end.reason).to.contain("exit 0, but a child kept its output open");
  });

  it("is timeout with constant memory when the output never ends", async () => {
    const flood = Buffer.alloc(32_000, "x");
    const host = await start({
      run: (_command, channel) => {
        const more = (): void => {
          while (channel.writable && channel.write(flood)) continue;
          channel.once("drain", more);
        };
        channel.on("error", () => undefined);
        more();
      },
    });
    const { run, output } = runOf(host);
    await expectWithin(run, COMMAND, () => output.bytes() > 1_000_000, { state: "timeout" });
    expect(output.contents().length).to.be.at.most(65 * 1024);
  });

  it("is disconnected when the connection is lost during a command, and does not run it again", async () => {
    const host = await start({ run: (_command, _channel, connection) => connection.end() });
    const { run } = runOf(host, { attempts: 3 });
    expect((await runJob(run)).state).to.equal("disconnected");
    expect(host.commands).to.deep.equal(["true"]);
  });

  it("is disconnected when the host closes the channel without an exit status", async () => {
    const { run } = runOf(await start({ run: (_command, channel) => channel.close() }));
    expect((await runJob(run)).state).to.equal("disconnected");
  });

  it("is unreachable when the port is closed, after all allowed tries", async () => {
    const host = await start();
    await host.close();
    open.length = 0;
    const { run, notes } = runOf(host, { attempts: 3 });
    const end = await runJob(run);
    expect(end.state).to.equal("unreachable");
    expect(end.reason).to.contain("ECONNREFUSED");
    expect(notes).to.have.length(2);
  });

  it("is unreachable when a tarpit accepts the connection and sends nothing", async () => {
    await expectSilence(() => undefined);
  });

  it("is unreachable when the greeting never ends", async () => {
    await expectSilence((socket) => {
      const line = `${"x".repeat(200)}\r\n`;
      const more = (): void => {
        while (socket.writable && socket.write(line)) continue;
        socket.once("drain", more);
      };
      more();
    });
  });

  it("is unreachable when the host sends its version and nothing more", async () => {
    await expectSilence((socket) => void socket.write("SSH-2.0-OpenSSH_9.6\r\n"));
  });

  it("is unreachable when the host only offers unsafe algorithms", async () => {
    const hostKey = rsaHostKey();
    const algorithms = { serverHostKey: ["ssh-rsa" as const] };
    const old = await start({ hostKey, algorithms });
    const end = await runJob(runOf(old).run);
    expect(end.state).to.equal("unreachable");
    expect(end.reason).to.match(/no matching host key/i);
    const kex = await start({ algorithms: { kex: ["diffie-hellman-group1-sha1" as const] } });
    expect((await runJob(runOf(kex).run)).reason).to.match(/no matching key exchange/i);
  });

  it("is authFailed when the host accepts none of the keys, and tries two of them during a rotation", async () => {
    const [old, next] = [newKeyPair("old"), newKeyPair("next")];
    const host = await start({ authorizedKeys: () => [next.publicKey] });
    expect((await runJob(runOf(host).run)).state).to.equal("authFailed");
    const { run } = runOf(host);
    const destination = { ...run.destination, privateKeys: [old.privateKey, next.privateKey] };
    expect((await runJob({ ...run, destination })).state).to.equal("ok");
    expect(new Set(host.users)).to.deep.equal(new Set(["ec2-user"]));
  });

  it("is hostKeyMismatch when the host shows another key, before it learns any user name", async () => {
    const host = await start();
    const end = await runJob(runOf({ ...host, pin: FOREIGN }, { attempts: 3 }).run);
    expect(end.state).to.equal("hostKeyMismatch");
    expect(end.reason).to.match(/^the host shows SHA256:\S{43}, none of the 1 that it is known by/);
    expect([host.users, host.commands]).to.deep.equal([[], []]);
  });

  it("is ok when one of two pins is the host's, while its key is rotated", async () => {
    const host = await start();
    const { run } = runOf(host);
    const destination = { ...run.destination, pins: [FOREIGN, host.pin] };
    expect((await runJob({ ...run, destination })).state).to.equal("ok");
  });

  it("is hostKeyUnknown without a pin, and contacts no host", async () => {
    let calls = 0;
    const host = await startTcpHost(() => void (calls += 1));
    open.push(host);
    expect((await runJob(runOf(host).run)).state).to.equal("hostKeyUnknown");
    expect(calls).to.equal(0);
  });

  it("trusts a first key only where that is configured, remembers it before a command, and reports it", async () => {
    const host = await start();
    const { run } = runOf(host);
    const seen: number[] = [];
    const destination = { ...run.destination, pins: [], trustFirst: true };
    const remember = async (): Promise<void> => void seen.push(host.commands.length);
    const end = await runJob({ ...run, destination, remember });
    expect(end.hostKey).to.match(/\(first use, trusted unseen\)$/);
    expect(seen).to.deep.equal([0]);
  });

  it("goes through jump hosts, each with its own key", async () => {
    const host = await start();
    const jump = await start({ forwards: true });
    const { run } = runOf(host);
    const jumpHost = { ...run.destination, port: jump.port, pins: [jump.pin], user: "jump" };
    expect((await runJob({ ...run, jumpHosts: [jumpHost] })).state).to.equal("ok");
    expect(jump.users).to.include("jump");
    const wrong = await runJob({ ...run, jumpHosts: [{ ...jumpHost, pins: [FOREIGN] }] });
    expect(wrong.state).to.equal("hostKeyMismatch");
    expect(wrong.reason).to.match(/^jump host/);
    expect(host.commands).to.have.length(1);
  });

  it("passes a script to a shell, byte for byte, and records its hash", async () => {
    const text = `echo 'a "quoted" word'\nread line || echo "at the end"\n`;
    const script = { text, sha256: "ab".repeat(32) };
    const { run, output } = runOf(await start(), { job: { commands: [], script } });
    expect(await runJob(run)).to.deep.include({ state: "ok", script: script.sha256 });
    expect(output.contents().toString()).to.equal('a "quoted" word\nat the end\n');
  });

  it("sets variables by assignment, quoted, and the folder", async () => {
    const environment = { GREETING: `it's "$HOME" \`id\`` };
    const job = { commands: [`echo "$GREETING"; pwd`], environment, cwd: "/" };
    const { run, output } = runOf(await start(), { job });
    await runJob(run);
    expect(output.contents().toString()).to.equal(`it's "$HOME" \`id\`\n/\n`);
  });

  it("changes to a folder in the home of the command's user, with `~` expanded by the shell", async () => {
    const host = await start();
    const folder = "it's a folder";
    const { run, output } = runOf(host, {
      job: { commands: ["pwd"], cwd: `~/${folder}`, environment: { HOME: "/tmp" } },
    });
    mkdirSync(`/tmp/${folder}`, { recursive: true });
    try {
      expect((await runJob(run)).state).to.equal("ok");
    } finally {
      rmdirSync(`/tmp/${folder}`);
    }
    expect(output.contents().toString()).to.match(/\/it's a folder\n$/);
    const home = runOf(host, { job: { commands: ["pwd"], cwd: "~" } });
    expect((await runJob(home.run)).state).to.equal("ok");
  });

  it("runs as another user by sudo, without a prompt", async () => {
    const host = await start({ run: exits(0) });
    await runJob(runOf(host, { job: { commands: ["id"], sudo: "web" } }).run);
    expect(host.commands).to.deep.equal(["sudo -n -u 'web' -- /bin/sh -c 'id'"]);
  });

  it("is started, at once, in the background, where the exit code is written to a file", async () => {
    const folder = `/tmp/ssh-cron-${process.pid}`;
    const host = await start();
    const background = { folder };
    const { run } = runOf(host, { job: { commands: ["echo it\\'s done; exit 7"], background } });
    expect((await runJob(run)).state).to.equal("started");
    const read = `while [ ! -f ${folder}/exit ]; do sleep 0.02; done; cat ${folder}/exit ${folder}/output; rm -r ${folder}`;
    const { run: poll, output } = runOf(host, { job: { commands: [read] } });
    expect((await runJob(poll)).state).to.equal("ok");
    expect(output.contents().toString()).to.equal("7\nit's done\n");
  });

  it("contains no terminal control characters in a reason, whatever a host sends", async () => {
    const host = await start({ run: exits(1) });
    const commands = ["echo \u001b[2J\u202e\necho ok"];
    const end = await runJob(runOf(host, { job: { commands } }).run);
    expect(end.state).to.equal("failed");
    expect(end.reason).to.equal("exit 1: echo \ufffd[2J\ufffd\ufffdecho ok");
  });
});

/** Host key of another host. */
const FOREIGN = newKeyPair("foreign").publicKey.split(" ").slice(0, 2).join(" ");

/**
 * Runs a job in virtual time, from when the host was reached: it must end neither before its limit nor long after it.
 *
 * @param limit the tested limit: of the login, or of a command.
 */
async function expectWithin(
  run: JobRun,
  limit: typeof READY | typeof COMMAND,
  isReached: () => boolean,
  end: Partial<Awaited<ReturnType<typeof runJob>>>,
): Promise<void> {
  const tried = limit === READY ? { ready: limit } : { command: limit };
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    let isOver = false;
    const running = runJob({ ...run, limits: { ...run.limits, ...tried } }).finally(
      () => (isOver = true),
    );
    while (!isReached()) await turn();
    mock.timers.tick(limit - 1);
    for (let count = 0; count < 20; count += 1) await turn();
    expect(isOver, "before its limit").to.equal(false);
    for (let late = 0; !isOver && late <= GRACE; late += 1) {
      mock.timers.tick(1);
      await turn();
    }
    expect(isOver, "long after its limit").to.equal(true);
    expect(await running).to.deep.include(end);
  } finally {
    mock.timers.reset();
  }
}

/** Lets everything that is ready now run. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
