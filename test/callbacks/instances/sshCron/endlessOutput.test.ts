import type { Writable } from "node:stream";
import { mock } from "node:test";
import { expect } from "chai";
import type { ServerChannel } from "ssh2";
import type { RunPorts } from "../../../../callbacks/instances/sshCron/prepare";
import { runJob } from "../../../../callbacks/instances/sshCron/runJob";
import { runMessage } from "../../../../callbacks/instances/sshCron/runMessage";
import { sshTransport } from "../../../../callbacks/instances/sshCron/ssh/sshTransport";
import { heldMemory, MEGABYTE } from "../../../support/heldMemory";
import { memoryStore } from "./memoryStore";
import { PAIR } from "./runOf";
import { SETTINGS } from "./settings";
import { type Run, type SshServer, startSshServer } from "./sshServer";

/** Megabytes that a host prints before its run is over; it would continue for ever. */
const AMOUNT = process.env.FUZZ ? 1024 : 64;
/** Megabytes between two measurements of the memory. */
const MEASURED_EVERY = AMOUNT / 8;

describe("SshCron: a host that prints without end", function () {
  this.timeout(process.env.FUZZ ? 3_600_000 : 120_000);
  const open: SshServer[] = [];
  // The run ends after all of this output, however long it takes.
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  afterEach(async () => {
    mock.timers.reset();
    for (const one of open.splice(0)) await one.close();
  });

  it("is timeout, keeps the beginning and the end, and uses at most 20 MB more memory than at first", () =>
    flood((channel) => channel));

  // Almost the same code of ssh2: under FUZZ only.
  if (process.env.FUZZ)
    it("is timeout in the same way when it prints to stderr", () =>
      flood((channel) => channel.stderr));

  async function flood(pick: (channel: ServerChannel) => Writable): Promise<void> {
    const host = await startSshServer({ run: floods(pick) });
    open.push(host);
    const held: number[] = [];
    let bytes = 0;
    let log: Buffer = Buffer.alloc(0);
    const settings = { ...SETTINGS, outputLimit: MEGABYTE };
    const store = memoryStore(() => [host.pin]);
    const readKeys = async () => ({ privateKeys: [PAIR.privateKey] });
    const measured: typeof runJob = (run) =>
      runJob({
        ...run,
        hear(chunk) {
          run.hear(chunk);
          // Not before: until then the memory of the connection grows to its maximum.
          if (bytes >= held.length * MEASURED_EVERY * MEGABYTE) held.push(heldMemory());
          bytes += chunk.length;
          if (bytes >= AMOUNT * MEGABYTE) mock.timers.tick(settings.commandTimeout * 1000);
        },
      });
    const ports: RunPorts = {
      ...{ settings, functions: {}, store, print: () => undefined, sleep: async () => undefined },
      transport: sshTransport({ settings, store, readKeys, runJob: measured }),
      writeLog: async (_message, contents) => {
        log = contents;
        return "log";
      },
      now: () => 0,
    };
    const { port } = host;
    const end = await runMessage(
      {
        occurrence: "2027-01-04T08:00:00Z",
        startBy: 60_000,
        host: { id: "i-1", kind: "instance", name: "web", address: "127.0.0.1", port, tags: {} },
      },
      ports,
      900_000,
    );
    expect(end).to.deep.include({ state: "timeout", bytes });
    expect(bytes).to.be.at.least(AMOUNT * MEGABYTE);
    expect(held).to.have.length.at.least(8);
    expect(Math.max(...held) - held[0]).to.be.at.most(20 * MEGABYTE);
    expect(log.length).to.be.within(MEGABYTE, MEGABYTE + 200);
  }
});

const floods =
  (pick: (channel: ServerChannel) => Writable): Run =>
  (_command, channel) => {
    const stream = pick(channel);
    const chunk = Buffer.alloc(32_000, "x");
    const more = (): void => {
      while (channel.writable && stream.write(chunk)) continue;
      stream.once("drain", more);
    };
    stream.on("error", () => undefined);
    more();
  };
