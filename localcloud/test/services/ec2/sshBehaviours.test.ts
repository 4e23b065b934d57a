import type { Instance } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as dial } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open, run } from "./sshClient";
import { portOf, SshFleet } from "./sshFleet";

describe("A host that is set to misbehave", () => {
  let f: SshFleet;
  let host: Instance;
  before(async () => {
    f = await SshFleet.start();
    [host] = await f.launch();
  });
  afterEach(async () => {
    f.endConnections();
    await f.behave(host, "normal");
  });
  after(() => f.stop());

  /** Returns the error of a client with a short timeout. */
  const failure = (readyTimeout = 300) => f.failure(host, { readyTimeout });

  it("refuses connections, and accepts them at the same port when it behaves again", async () => {
    await f.behave(host, "refuse");
    expect(await failure()).to.match(/ECONNREFUSED/);
    await f.behave(host, "normal");
    expect(await failure(5000)).to.equal("connected");
  });

  for (const behaviour of ["silent", "tarpit", "bannerFlood"])
    it(`never greets: ${behaviour}`, async () => {
      await f.behave(host, behaviour);
      expect(await failure()).to.match(
        /Timed out while waiting for handshake|Max greeting lines exceeded/,
      );
    });

  it("floods a reading client with lines before the greeting, as fast as they are read", async () => {
    await f.behave(host, "bannerFlood");
    const socket = dial(portOf(host), "127.0.0.1");
    let bytes = 0;
    for await (const chunk of socket) if ((bytes += (chunk as Buffer).length) > 10_000_000) break;
    expect(bytes).to.be.above(10_000_000);
  });

  it("accepts no key", async () => {
    await f.behave(host, "authFail");
    expect(await failure(5000)).to.equal("All configured authentication methods failed");
  });

  it("offers only algorithms from before 2014", async () => {
    await f.behave(host, "oldAlgorithmsOnly");
    expect(await failure(5000)).to.match(/no matching (key exchange|host key)/);
  });

  it("shows another host key than its console", async () => {
    const shown = async (): Promise<string> => {
      let seen = "";
      const hostVerifier = (bytes: Buffer) => Boolean((seen = bytes.toString("base64")));
      await f.login(host, { hostVerifier });
      return seen;
    };
    const own = await shown();
    await f.behave(host, "otherHostKey");
    expect(await shown()).not.to.equal(own);
    await f.behave(host, "normal");
    expect(await shown()).to.equal(own);
  });

  it("reads nothing after the login", async () => {
    await f.behave(host, "halfOpen");
    const client = await f.login(host, { keepaliveInterval: 50, keepaliveCountMax: 3 });
    client.exec("echo never", () => undefined);
    const [error] = (await once(client, "error")) as [Error];
    expect(error.message).to.equal("Keepalive timeout");
  });

  it("drops the connection with the first output of a command, without an exit", async () => {
    await f.behave(host, "dropDuringCommand");
    const { channel, exited } = await open(await f.login(host), "echo some; sleep 100");
    channel.resume();
    await once(channel, "close");
    expect(await Promise.race([exited, "none"])).to.equal("none");
  });

  it("is listed in the error for an unknown behaviour", async () => {
    const answer = await f.behave({ InstanceId: "i-0" }, "refuse");
    expect([answer.status, await answer.json()]).to.deep.equal([
      400,
      { message: "'instanceId' must name an instance; i-0 is none." },
    ]);
    const wrong = (await (await f.behave(host, "rude")).json()) as { message: string };
    expect(wrong.message).to.match(/^'behaviour' must be one of normal, refuse, silent/);
  });

  it("like sshd, does not end a command because its client disconnected", async () => {
    const client = await f.login(host);
    const { channel } = await open(client, "echo up; read line; sleep 0.1; echo done > left");
    await once(channel, "readable");
    client.destroy();
    const look = async () => (await f.sh(host, "cat left")).stdout;
    let text = "";
    while (text === "") text = await look();
    expect(text).to.equal("done\n");
  });
});

describe("The ssh command of this computer", () => {
  const hasSsh = spawnSync("ssh", ["-V"]).status === 0;
  let f: SshFleet;
  let folder: string;
  before(async function () {
    if (!hasSsh) return this.skip();
    f = await SshFleet.start();
    folder = mkdtempSync(join(tmpdir(), "ssh-command-"));
    writeFileSync(join(folder, "key"), f.key.private, { mode: 0o600 });
    return undefined;
  });
  after(async () => {
    if (!hasSsh) return;
    rmSync(folder, { recursive: true });
    await f.stop();
  });

  it("runs a command on an instance whose host key it has from the console", async () => {
    const [host] = await f.launch();
    const key = await f.hostKey(host);
    writeFileSync(join(folder, "known_hosts"), `[127.0.0.1]:${portOf(host)} ${key}\n`);
    const child = spawn("ssh", [
      ...["-F", "none", "-p", `${portOf(host)}`, "-i", join(folder, "key")],
      ...["-o", `UserKnownHostsFile=${join(folder, "known_hosts")}`],
      ...["-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"],
      ...["-o", "IdentityAgent=none", "ec2-user@127.0.0.1", "cat; exit 9"],
    ]);
    child.stdin.end("typed");
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, "close")) as [number];
    expect([code, output]).to.deep.equal([9, "typed"]);
    expect((await run(await f.login(host), "true")).code).to.equal(0);
  });
});
