import { expect } from "chai";
import {
  type Instance,
  type TurnResult,
  turnsOf,
  turnUntilLost,
} from "../../../../callbacks/delivery/zipToLambdaPipeline/instance/instanceTurn";
import type { ReceivedMessage } from "../../../../callbacks/delivery/zipToLambdaPipeline/instance/messages";
import { silenceConsole } from "../../../support/silenceConsole";

const MESSAGE: ReceivedMessage = { messageId: "m-1", body: "{}", receives: "1", receipt: "r" };
const IDLE_RECEIVES = 3;

/** An instance with a simulated queue and group; `did` lists its calls to them. */
class PlayedInstance {
  readonly did: string[] = [];
  queue: ReceivedMessage[] = [];
  inService = true;
  works: () => Promise<{ batchItemFailures: { itemIdentifier: string }[] }> = async () => ({
    batchItemFailures: [],
  });
  readonly turn: () => Promise<TurnResult>;
  private isProtected: boolean | undefined;

  constructor(more: Partial<Instance> = {}) {
    const say = async (what: string): Promise<void> => void this.did.push(what);
    this.turn = turnsOf({
      config: {
        workTime: 50,
        buildTimeout: 10,
        idleTime: IDLE_RECEIVES * 20,
        logGroupName: "workers",
      },
      deps: { now: () => 0, random: () => 0, sleep: () => new Promise(() => undefined) },
      wait: 20,
      logStreamName: "i-1",
      handler: () => this.works(),
      messages: {
        take: async () => this.queue.shift(),
        delete: () => say("delete"),
        giveBack: () => say("give back"),
        postpone: () => say("postpone"),
        during: (_message, work) => work,
      },
      protection: {
        isOn: () => this.isProtected,
        set: async (isOn) => {
          this.isProtected = this.inService ? isOn : undefined;
          await say(`${this.inService ? "" : "not "}${isOn ? "protect" : "unprotect"}`);
          return this.inService;
        },
      },
      ...more,
    });
  }

  async turns(count: number): Promise<TurnResult[]> {
    const turned: TurnResult[] = [];
    for (let index = 0; index < count; index += 1) turned.push(await this.turn());
    return turned;
  }
}

describe("a worker on an instance", () => {
  it("protects itself before it receives, works and deletes finished messages", async () => {
    const worker = new PlayedInstance();
    worker.queue = [MESSAGE];
    expect(await worker.turns(2)).to.deep.equal(["worked", "idle"]);
    expect(worker.did).to.deep.equal(["protect", "delete"]);
  });

  it("makes a failed zip visible again later", async () => {
    const worker = new PlayedInstance();
    worker.queue = [MESSAGE];
    worker.works = async () => ({ batchItemFailures: [{ itemIdentifier: "m-1" }] });
    expect(await worker.turns(1)).to.deep.equal(["failed"]);
    expect(worker.did).to.deep.equal(["protect", "postpone"]);
  });

  it("may be terminated after its idle time, and not while it works again", async () => {
    const worker = new PlayedInstance();
    await worker.turns(IDLE_RECEIVES - 1);
    expect(worker.did).to.deep.equal(["protect"]);
    await worker.turns(3);
    expect(worker.did).to.deep.equal(["protect", "unprotect"]);
    worker.queue = [MESSAGE];
    await worker.turns(IDLE_RECEIVES);
    expect(worker.did.slice(2)).to.deep.equal(["protect", "delete"]);
    await worker.turns(1);
    expect(worker.did.at(-1)).to.equal("unprotect");
  });

  it("returns a zip that arrives while the group terminates it", async () => {
    const worker = new PlayedInstance();
    await worker.turns(IDLE_RECEIVES);
    worker.inService = false;
    worker.queue = [MESSAGE];
    worker.works = () => Promise.reject(new Error("It must not work on it."));
    expect(await worker.turns(1)).to.deep.equal(["outOfService"]);
    expect(worker.did.slice(2)).to.deep.equal(["not protect", "give back"]);
  });

  it("receives nothing before the group has it in service", async () => {
    const worker = new PlayedInstance({
      deps: { now: () => 0, random: () => 0, sleep: async () => undefined },
    });
    worker.inService = false;
    worker.queue = [MESSAGE];
    expect(await worker.turns(2)).to.deep.equal(["outOfService", "outOfService"]);
    worker.inService = true;
    expect(worker.queue).to.deep.equal([MESSAGE]);
  });

  it("ends its process when a zip never finishes, so that another worker gets it", async () => {
    const speak = silenceConsole();
    const worker = new PlayedInstance({
      deps: { now: () => 0, random: () => 0, sleep: async () => undefined },
    });
    worker.queue = [MESSAGE];
    worker.works = () => new Promise(() => undefined);
    const ended = turnUntilLost(worker.turn, async () => undefined).catch((error: Error) => error);
    expect(String(await ended)).to.equal("WorkTimeOver: A zip took longer than 60 s.");
    expect(worker.did).to.deep.equal(["protect"]);
    speak();
  });

  it("survives temporary failures, and ends its process after ten failed turns in a row", async () => {
    const speak = silenceConsole();
    let turns = 0;
    const ended = turnUntilLost(
      async () => {
        turns += 1;
        if (turns !== 9) throw new Error("throttled");
      },
      async () => undefined,
    ).catch((error: Error) => error);
    expect(String(await ended)).to.contain("throttled");
    expect(turns).to.equal(19);
    speak();
  });
});
