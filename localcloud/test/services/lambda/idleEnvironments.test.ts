import { expect } from "chai";
import { VirtualClock } from "../../../core/clock";
import {
  type ComputerTime,
  IdleEnvironments,
} from "../../../services/lambda/runtime/idleEnvironments";

const MINUTE = 60_000;

/** The computer's time, which passes only when a test says so. */
class TestTime implements ComputerTime {
  private time = 0;
  private readonly calls = new Set<() => void>();

  get watched(): boolean {
    return this.calls.size > 0;
  }

  now(): number {
    return this.time;
  }

  each(milliseconds: number, call: () => void): () => void {
    expect(milliseconds).to.equal(MINUTE);
    this.calls.add(call);
    return () => this.calls.delete(call);
  }

  pass(minutes: number): void {
    for (let minute = 0; minute < minutes; minute += 1) {
      this.time += MINUTE;
      for (const call of this.calls) call();
    }
  }
}

describe("Lambda: idle environments", () => {
  const start = (): {
    clock: VirtualClock;
    computer: TestTime;
    idle: IdleEnvironments<string>;
    ended: string[];
  } => {
    const clock = new VirtualClock("manual");
    const computer = new TestTime();
    const ended: string[] = [];
    const idle = new IdleEnvironments<string>(clock, (one) => ended.push(one), computer);
    return { clock, computer, idle, ended };
  };

  it("end after 45 minutes of the cloud's time, also if the computer's does not pass", async () => {
    const { clock, idle, ended } = start();
    idle.add("first");
    await clock.advance(30 * MINUTE);
    idle.add("second");
    await clock.advance(15 * MINUTE);
    expect(ended).to.deep.equal(["first"]);
    await clock.advance(30 * MINUTE);
    expect(ended).to.deep.equal(["first", "second"]);
  });

  it("end after five minutes of the computer's time, also if the cloud's does not pass", () => {
    const { computer, idle, ended } = start();
    idle.add("first");
    computer.pass(4);
    idle.add("second");
    expect(ended).to.deep.equal([]);
    computer.pass(1);
    expect(ended).to.deep.equal(["first"]);
    computer.pass(4);
    expect(ended).to.deep.equal(["first", "second"]);
    expect(computer.watched).to.equal(false);
  });

  it("do not end once a request has taken them", async () => {
    const { clock, computer, idle, ended } = start();
    idle.add("first");
    expect(idle.take(() => true)).to.equal("first");
    expect(idle.take(() => true)).to.equal(undefined);
    await clock.advance(60 * MINUTE);
    computer.pass(10);
    expect(ended).to.deep.equal([]);
  });

  it("count as idle from the end of their last request, in the computer's time", () => {
    const { computer, idle, ended } = start();
    idle.add("first");
    computer.pass(4);
    idle.take(() => true);
    idle.add("first");
    computer.pass(4);
    expect(ended).to.deep.equal([]);
    computer.pass(1);
    expect(ended).to.deep.equal(["first"]);
  });

  it("count as idle from the end of their last request, in the cloud's time", async () => {
    const { clock, idle, ended } = start();
    idle.add("first");
    await clock.advance(30 * MINUTE);
    idle.take(() => true);
    idle.add("first");
    await clock.advance(30 * MINUTE);
    expect(ended).to.deep.equal([]);
    await clock.advance(15 * MINUTE);
    expect(ended).to.deep.equal(["first"]);
  });

  it("are watched only while there are any", () => {
    const { computer, idle, ended } = start();
    expect(computer.watched).to.equal(false);
    idle.add("first");
    idle.add("second");
    idle.endThose((one) => one === "first");
    expect(computer.watched).to.equal(true);
    idle.endThose(() => true);
    expect(computer.watched).to.equal(false);
    expect(ended).to.deep.equal(["first", "second"]);
  });

  it("end when there are too many, the longest idle first", () => {
    const before = process.env.LOCALCLOUD_IDLE_PROCESSES;
    process.env.LOCALCLOUD_IDLE_PROCESSES = "2";
    const { idle, ended } = start();
    if (before === undefined) delete process.env.LOCALCLOUD_IDLE_PROCESSES;
    else process.env.LOCALCLOUD_IDLE_PROCESSES = before;
    for (const one of ["first", "second", "third"]) idle.add(one);
    expect(ended).to.deep.equal(["first"]);
  });
});
