import { expect } from "chai";
import type { RunEnd, SshHost } from "../../../../callbacks/instances/sshCron/model";
import type { RunPorts } from "../../../../callbacks/instances/sshCron/prepare";
import {
  type ReconcilerPorts,
  reconcilerHandler,
} from "../../../../callbacks/instances/sshCron/reconciler";
import { runMessage } from "../../../../callbacks/instances/sshCron/runMessage";
import type { BatchSettings } from "../../../../callbacks/instances/sshCron/settings";
import { wavesOf } from "../../../../callbacks/instances/sshCron/waves";
import { memoryStore } from "./memoryStore";
import { SETTINGS } from "./settings";

const MINUTE = 60_000;
const START = Date.UTC(2027, 0, 4, 8);
const OCCURRENCE = "2027-01-04T08:00:00Z";
const HOSTS = Array.from({ length: 10 }, (_value, index) => `i-${index}`);
const hostOf = (id: string): SshHost => ({
  ...{ id, kind: "instance", name: "web", address: "127.0.0.1", port: 22, tags: {} },
});

/** Simulates an occurrence with a reconciler that runs each minute; workers take the configured time. */
async function occurrence(batch: BatchSettings, endOf: (host: string) => RunEnd["state"]) {
  let now = START;
  const store = memoryStore(() => ["ssh-ed25519 known"]);
  const settings = { ...SETTINGS, batch };
  const starts: { host: string; at: number }[] = [];
  const ports: RunPorts = {
    settings,
    functions: {},
    store,
    transport: {
      reach:
        async ({ host }) =>
        async () => {
          starts.push({ host: host.id, at: (now - START) / MINUTE });
          return { state: endOf(host.id) };
        },
    },
    writeLog: async () => "log",
    print: () => undefined,
    now: () => now,
    sleep: async () => undefined,
  };
  const startBy = START + 60 * MINUTE;
  const run = async (hosts: readonly string[]): Promise<void> => {
    for (const id of hosts)
      await runMessage({ occurrence: OCCURRENCE, startBy, host: hostOf(id) }, ports, now + MINUTE);
  };
  const send: ReconcilerPorts["send"] = ({ hosts }) => run(hosts);
  await store.begin({ id: OCCURRENCE, due: START, startBy, hosts: HOSTS }, now);
  await store.sent(OCCURRENCE);
  await run(wavesOf(HOSTS, batch)[0]);
  const look = (handler: ReconcilerPorts["send"] = send): Promise<void> => {
    now += MINUTE;
    const reconciler = { ...settings, enabled: false, flexibleMinutes: 0 };
    return reconcilerHandler(
      reconciler,
      store,
      { now: () => now, send: handler },
      () => undefined,
    )();
  };
  return { store, starts, look, run };
}

const endedAs = (store: ReturnType<typeof memoryStore>, state: string): string[] =>
  [...store.kept.values()].filter((run) => run.state === state).map(({ host }) => host);

describe("SshCron: hosts in waves", () => {
  it("have the configured size or share, at least one host, and are a single wave without a size", () => {
    const sizes = (size?: number | string): number[] =>
      wavesOf(HOSTS, size === undefined ? undefined : { size, pause: 0, maxFailures: 0 }).map(
        (wave) => wave.length,
      );
    expect(sizes()).to.deep.equal([10]);
    expect(sizes(4)).to.deep.equal([4, 4, 2]);
    expect(sizes("25%")).to.deep.equal([2, 2, 2, 2, 2]);
    expect(sizes("5%")).to.have.length(10);
    expect(sizes(1000)).to.deep.equal([10]);
    expect(wavesOf([], { size: 1, pause: 0, maxFailures: 0 })).to.deep.equal([[]]);
  });

  it("begin when the previous wave has ended and the pause is over, and run each host once", async () => {
    const batch = { size: 4, pause: 120, maxFailures: 0 };
    const { store, starts, look } = await occurrence(batch, () => "ok");
    for (let minute = 0; minute < 8; minute += 1) await look();
    expect(starts.map(({ at }) => at)).to.deep.equal([0, 0, 0, 0, 2, 2, 2, 2, 4, 4]);
    expect(starts.map(({ host }) => host)).to.deep.equal(HOSTS);
    expect(store.begun.get(OCCURRENCE)?.counts).to.deep.equal({ ok: 10 });
  });

  it("stop after more failures than allowed, and record the reason for each host", async () => {
    const batch = { size: 2, pause: 0, maxFailures: 1 };
    const ends: Record<string, RunEnd["state"]> = { "i-1": "failed", "i-2": "timeout" };
    const { store, starts, look } = await occurrence(batch, (host) => ends[host] ?? "ok");
    for (let minute = 0; minute < 8; minute += 1) await look();
    expect(starts).to.have.length(4);
    expect(endedAs(store, "skipped")).to.deep.equal(HOSTS.slice(4));
    const skipped = store.kept.get(`${OCCURRENCE} i-9`);
    expect(skipped?.reason).to.equal("stopped: 2 runs of the waves before had failed");
    expect(store.begun.get(OCCURRENCE)?.counts).to.deep.equal({
      ...{ ok: 2, failed: 1, timeout: 1, skipped: 6 },
    });
  });

  it("run each host once even when the reconciler ends between sending a wave and recording it", async () => {
    const batch = { size: 5, pause: 0, maxFailures: 0 };
    const { store, starts, look, run } = await occurrence(batch, () => "ok");
    const dies: ReconcilerPorts["send"] = async ({ hosts }) => {
      await run(hosts);
      throw new Error("the function is ended");
    };
    await look(dies).catch(() => undefined);
    expect(starts).to.have.length(10);
    for (let minute = 0; minute < 3; minute += 1) await look();
    expect(starts).to.have.length(10);
    expect(store.begun.get(OCCURRENCE)?.counts).to.deep.equal({ ok: 10 });
  });

  it("are missed on the hosts whose wave would begin too late", async () => {
    const batch = { size: 5, pause: 3600, maxFailures: 0 };
    const { store, starts, look } = await occurrence(batch, () => "ok");
    for (let minute = 0; minute < 64; minute += 1) await look();
    expect(starts).to.have.length(5);
    expect(store.begun.get(OCCURRENCE)?.counts).to.deep.equal({ ok: 5, missed: 5 });
  });
});
