import { expect } from "chai";
import type { Client } from "ssh2";
import { runJob } from "../../../../callbacks/instances/sshCron/runJob";
import { connect } from "../../../../callbacks/instances/sshCron/ssh/connect";
import { execute } from "../../../../callbacks/instances/sshCron/ssh/execute";
import { newKeyPair } from "../../../../callbacks/instances/sshCron/ssh/privateKey";
import { type SshServer, startSshServer } from "./sshServer";

const PAIR = newKeyPair("job");
const LIMITS = { connect: 1_000, ready: 2_000 };

describe("SshCron: connections that are lost before use", function () {
  this.timeout(30_000);
  let host: SshServer;
  before(async () => void (host = await startSshServer({ forwards: true })));
  after(() => host.close());

  const destination = () => ({
    address: "127.0.0.1",
    port: host.port,
    user: "ec2-user",
    pins: [host.pin],
    privateKeys: [PAIR.privateKey],
  });

  /** A client of ssh2 that throws from now on for every request. */
  async function lostClient(): Promise<Client> {
    const connected = await connect(destination(), LIMITS);
    if ("state" in connected) throw new Error(connected.reason);
    const { client } = connected;
    const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
    client.end();
    await closed;
    return client;
  }

  it("is disconnected for a command, which never reached the host", async () => {
    const hear = (): void => undefined;
    const executed = await execute(await lostClient(), "true", { milliseconds: 1_000, hear });
    expect(executed).to.deep.equal({ kind: "disconnected", reason: "the connection was lost" });
  });

  it("is unreachable for a host behind a jump host", async () => {
    const end = await connect(destination(), LIMITS, await lostClient());
    expect(end).to.deep.include({ state: "unreachable" });
    expect("state" in end && end.reason).to.contain("the connection to the jump host was lost");
  });
});

describe("SshCron: keys that are valid for a minute", function () {
  this.timeout(30_000);

  it("sends a key to each host on the way, right before it is used, and again for each try", async () => {
    let now = 0;
    const lent = new Map<string, { line: string; until: number }>();
    const accepts = (name: string) => (): string[] => {
      const key = lent.get(name);
      return key && now < key.until ? [key.line] : [];
    };
    const keysFor = (name: string) => [
      {
        async request(): Promise<string> {
          const { publicKey, privateKey } = newKeyPair("moment");
          lent.set(name, { line: publicKey, until: now + 60_000 });
          return privateKey;
        },
      },
    ];
    let calls = 0;
    const target = await startSshServer({ authorizedKeys: accepts("target") });
    const jump = await startSshServer({ forwards: true, authorizedKeys: accepts("jump") });
    try {
      const hop = { address: "127.0.0.1", user: "ec2-user" };
      const end = await runJob({
        destination: {
          ...hop,
          port: target.port,
          pins: [target.pin],
          privateKeys: keysFor("target"),
        },
        jumpHosts: [
          {
            ...hop,
            // At the first try the port is closed, and at the second the temporary key has expired.
            get port() {
              calls += 1;
              return calls > 1 ? jump.port : 1;
            },
            pins: [jump.pin],
            privateKeys: keysFor("jump"),
          },
        ],
        job: { commands: ["true"], environment: {}, successExitCodes: [0] },
        limits: { ...LIMITS, command: 2_000, until: 3_600_000 },
        attempts: 3,
        now: () => now,
        sleep: async () => void (now += 61_000),
        hear: () => undefined,
        note: () => undefined,
      });
      expect(end, JSON.stringify(end)).to.deep.include({ state: "ok" });
    } finally {
      await Promise.all([target.close(), jump.close()]);
    }
  });

  it("is keyInvalid, with the reason, when the key is not accepted", async () => {
    const host = await startSshServer({ authorizedKeys: () => [] });
    try {
      const request = async () => ({
        problem: "EC2 Instance Connect: EC2InstanceNotFoundException",
      });
      const end = await connect(
        {
          address: "127.0.0.1",
          port: host.port,
          user: "ec2-user",
          pins: [host.pin],
          privateKeys: [{ request }],
        },
        LIMITS,
      );
      expect(end).to.deep.include({ state: "keyInvalid" });
      expect("state" in end && end.reason).to.contain("EC2InstanceNotFoundException");
    } finally {
      await host.close();
    }
  });
});
