import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import type { RunPorts } from "../../../../callbacks/instances/sshCron/prepare";
import { runJob } from "../../../../callbacks/instances/sshCron/runJob";
import { runMessage } from "../../../../callbacks/instances/sshCron/runMessage";
import { readPrivateKey } from "../../../../callbacks/instances/sshCron/ssh/privateKey";
import { sshTransport } from "../../../../callbacks/instances/sshCron/ssh/sshTransport";
import { memoryStore } from "./memoryStore";
import { PAIR } from "./runOf";
import { SETTINGS } from "./settings";
import { startTcpHost, type TcpHost } from "./sshServer";

const PIN = `SHA256:${"A".repeat(43)}`;
const OCCURRENCE = "2027-01-04T08:00:00Z";
const START = Date.parse(OCCURRENCE);

describe("SshCron: runs that contact no host", () => {
  let host: TcpHost;
  let calls = 0;
  before(async () => void (host = await startTcpHost(() => void (calls += 1))));
  after(() => host.close());

  /** Handles a message that arrives this many milliseconds after the time of its occurrence. */
  async function run(late: number, pem: string) {
    const store = memoryStore(() => [PIN]);
    const printed: string[] = [];
    const readKeys = async () => {
      const read = readPrivateKey(pem);
      return "problem" in read ? read : { privateKeys: [read.privateKey] };
    };
    const ports: RunPorts = {
      ...{ settings: SETTINGS, functions: {}, store },
      transport: sshTransport({ settings: SETTINGS, store, readKeys, runJob }),
      async writeLog(_message, contents) {
        printed.push(contents.toString());
        return "log";
      },
      print: (line) => void printed.push(line),
      now: () => START + late,
      sleep: async () => undefined,
    };
    const about = { id: "i-1", kind: "instance" as const, name: "web", tags: {} };
    const message = {
      ...{ occurrence: OCCURRENCE, startBy: START + 60_000 },
      host: { ...about, address: "127.0.0.1", port: host.port },
    };
    const end = await runMessage(message, ports, START + late + 900_000);
    const again = await runMessage(message, ports, START + late + 900_000);
    return {
      end,
      again,
      printed: printed.join("\n"),
      states: store.states.get(`${OCCURRENCE} i-1`),
    };
  }

  it("is missed, once, when its message is older than startWithin", async () => {
    const { end, again, states } = await run(60_000, PAIR.privateKey);
    expect(end).to.deep.equal({ state: "missed", reason: "it came too late to start" });
    expect([again, states, calls]).to.deep.equal(["repeated", ["missed"], 0]);
  });

  it("is keyInvalid when the key has a passphrase, and reveals nothing of the key", async () => {
    const locked = { cipher: "aes-256-cbc", passphrase: "secret" };
    const { privateKey } = generateKeyPairSync("ed25519");
    const pem = String(privateKey.export({ type: "pkcs8", format: "pem", ...locked }));
    const { end, again, states, printed } = await run(0, pem);
    expect(end).to.deep.include({ state: "keyInvalid", log: "log" });
    expect((end as { reason?: string }).reason).to.match(/passphrase/);
    expect([again, states, calls]).to.deep.equal(["repeated", ["running", "keyInvalid"], 0]);
    for (const line of pem.trim().split("\n").slice(1, -1)) expect(printed).not.to.contain(line);
  });
});
