import { expect } from "chai";
import type { SshHost } from "../../../../callbacks/instances/sshCron/model";
import { reconcilerHandler } from "../../../../callbacks/instances/sshCron/reconciler";
import { runJob } from "../../../../callbacks/instances/sshCron/runJob";
import type { RunPorts } from "../../../../callbacks/instances/sshCron/prepare";
import { runMessage } from "../../../../callbacks/instances/sshCron/runMessage";
import { sshTransport } from "../../../../callbacks/instances/sshCron/ssh/sshTransport";
import type { RunOnHost } from "../../../../callbacks/instances/sshCron/transport";
import { newKeyPair } from "../../../../callbacks/instances/sshCron/ssh/privateKey";
import { memoryStore } from "./memoryStore";
import { SETTINGS } from "./settings";
import { exits, startSshServer } from "./sshServer";

const PERIOD = 15 * 60_000;
const START = Date.UTC(2027, 0, 4, 8);
const PAIR = newKeyPair("job");
const PIN = newKeyPair("host").publicKey;

const hostOf = (index: number, port = 22): SshHost => ({
  id: `i-${String(index).padStart(4, "0")}`,
  kind: "instance",
  name: "web",
  address: "127.0.0.1",
  port,
  tags: {},
});

/** 0 <= n < 1, the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe("SshCron: a fleet over time", function () {
  this.timeout(process.env.FUZZ ? 3_600_000 : 120_000);

  it("gives each of 25 hosts one start and one end in 96 occurrences, with any lost, repeated or late message", () =>
    liveThrough(25, 96));

  it("gives each of 1000 hosts one start and one end in 4 occurrences, in the same way", () =>
    liveThrough(1000, 4));

  async function liveThrough(size: number, occurrences: number): Promise<void> {
    const hosts = Array.from({ length: size }, (_value, index) => hostOf(index));
    const random = seeded(7);
    let now = START;
    const starts = new Map<string, number>();
    const store = memoryStore(() => [PIN]);
    const runOnHost: RunOnHost = async () => ({ state: random() < 0.1 ? "failed" : "ok" });
    const ports: RunPorts = {
      settings: SETTINGS,
      functions: {},
      store,
      transport: { reach: async () => runOnHost },
      writeLog: async () => "log",
      print: () => undefined,
      now: () => now,
      sleep: async () => undefined,
    };
    const reconcile = reconcilerHandler(
      { ...SETTINGS, enabled: true, flexibleMinutes: 0 },
      store,
      { now: () => now },
      () => undefined,
    );
    await reconcile();
    for (let count = 1; count <= occurrences; count += 1) {
      now = START + count * PERIOD;
      const occurrence = new Date(now).toISOString().replace(".000Z", "Z");
      const startBy = now + PERIOD;
      // One in twenty never arrives.
      if (random() < 0.05) continue;
      await store.begin(
        { id: occurrence, due: now, startBy, hosts: hosts.map(({ id }) => id) },
        now,
      );
      for (const host of hosts) {
        const copies = random() < 0.1 ? 0 : random() < 0.2 ? 3 : 1;
        for (let copy = 0; copy < copies; copy += 1) {
          const dies = random() < 0.05;
          const late = random() < 0.05 ? PERIOD : 0;
          const at = now;
          now += late;
          const counted: RunOnHost = async (work) => {
            const key = `${occurrence} ${host.id}`;
            starts.set(key, (starts.get(key) ?? 0) + 1);
            // The rest of this worker never happens.
            if (dies) return new Promise(() => undefined);
            return runOnHost(work);
          };
          const message = { occurrence, startBy, host };
          // A function that disappears keeps its host until its own end.
          const over = now + (dies ? PERIOD + 60_000 : 120_000);
          const work = runMessage(
            message,
            { ...ports, transport: { reach: async () => counted } },
            over,
          );
          // A worker that dies never answers: it is abandoned after a turn of the event loop.
          await (dies
            ? Promise.race([work, new Promise((resolve) => setImmediate(resolve))])
            : work);
          now = at;
        }
      }
      now += PERIOD / 2;
      await reconcile();
    }
    for (let half = 0; half < 4; half += 1) {
      now += PERIOD / 2;
      await reconcile();
    }
    const ended = [...store.states.values()];
    expect(ended.length).to.be.greaterThan(occurrences * size * 0.7);
    for (const states of ended) {
      const last = states.filter((state) => state !== "running");
      expect(last, states.join()).to.have.length(1);
    }
    expect(Math.max(...starts.values())).to.equal(1);
    const seen = new Set(ended.flat());
    for (const state of ["ok", "failed", "lost", "missed", "skipped"])
      expect(seen).to.include(state);
    for (const { counts, id } of store.begun.values()) expect(counts, id).not.to.equal(undefined);
    if (occurrences < 20) return;
    const missed = [...store.begun.values()].filter(({ counts }) => counts?.missed === 1);
    expect(missed.length).to.be.greaterThan(0);
  }

  const [count, occurrences] = process.env.FUZZ ? [1000, 96] : [100, 4];
  it(`runs ${occurrences} occurrences on ${count} hosts over real connections, each once`, async () => {
    // Hosts with a key each, at one listener: the test measures the worker's side.
    const server = await startSshServer({
      run: exits(0, "hello\n"),
      authorizedKeys: () => [PAIR.publicKey],
    });
    const store = memoryStore(() => [server.pin]);
    const ports: RunPorts = {
      settings: SETTINGS,
      functions: {},
      store,
      transport: sshTransport({
        settings: SETTINGS,
        store,
        readKeys: async () => ({ privateKeys: [PAIR.privateKey] }),
        runJob,
      }),
      writeLog: async () => "log",
      print: () => undefined,
      now: () => Date.now(),
      sleep: async () => undefined,
    };
    const since = performance.now();
    try {
      for (let number = 0; number < occurrences; number += 1) {
        const occurrence = new Date(START + number * PERIOD).toISOString();
        const waiting = Array.from({ length: count }, (_value, index) =>
          hostOf(index, server.port),
        );
        const worker = async (): Promise<void> => {
          for (let host = waiting.shift(); host; host = waiting.shift()) {
            const message = { occurrence, startBy: Date.now() + PERIOD, host };
            await runMessage(message, ports, Date.now() + 120_000);
          }
        };
        await Promise.all(Array.from({ length: 16 }, worker));
      }
    } finally {
      await server.close();
    }
    const seconds = (performance.now() - since) / 1000;
    const sessions = count * occurrences;
    console.log(`      ${sessions} sessions in ${seconds.toFixed(1)} s`);
    expect(server.commands).to.have.length(sessions);
    expect([...store.kept.values()].every(({ state }) => state === "ok")).to.equal(true);
    expect(store.kept.size).to.equal(sessions);
  });
});
