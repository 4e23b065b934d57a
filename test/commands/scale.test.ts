import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { parseScale } from "../../commands/scale/scaleOptions";
import { CommandError } from "../../commands/commandError";
import { compare } from "../../commands/simulate/compare";
import { chart } from "../../commands/simulate/chart";
import { simulateCommand } from "../../commands/simulate/simulateCommand";
import { readTrace } from "../../commands/simulate/readTrace";
import { TRACES } from "../../commands/simulate/traces";
import { scalerAt } from "../../commands/simulate/compare";
import {
  FORMS,
  simulateTargetTracking,
} from "../../callbacks/ecs/scaling/simulation/applicationAutoScaling";
import { simulateTasks } from "../../callbacks/ecs/scaling/simulation/simulateTasks";

describe("the command line of scale", () => {
  it("parses the requested action", () => {
    expect(parseScale(["web", "5", "--for", "90m"])).to.deep.include({
      scaler: "web",
      action: { kind: "hold", tasks: 5, milliseconds: 5_400_000 },
    });
    expect(parseScale(["web", "--resume"])?.action).to.deep.equal({ kind: "resume" });
    expect(parseScale(["web"])?.action).to.deep.equal({ kind: "show", last: 10 });
    expect(parseScale(["--help"])).to.equal(undefined);
  });

  for (const [line, says] of [
    ["web 5", "give a duration"],
    ["web five --for 1h", "'five' is not a number of tasks"],
    ["web 5 --for 8d", "--for is 1m to 7d"],
    ["web 5 --for 1h --resume", "give one of"],
    ["web --for 1h", "--for belongs to a number of tasks"],
    ["web 5 6 --for 1h", "'6' is one argument too many"],
    ["web --last 0", "--last is 1 to 1000"],
    ["--why", "give the name of the scaler"],
    ["web --wy", "Unknown option"],
  ])
    it(`refuses '${line}'`, () => {
      expect(() => parseScale(line.split(" "))).to.throw(says);
    });
});

describe("a simulation", function () {
  this.timeout(60_000);

  it("is above the target at most 0.6 of the time of Application Auto Scaling at 60 s, and no longer than at 20 s", async () => {
    const all = await compare();
    expect(all.map(({ trace }) => trace)).to.deep.equal(["step", "spike", "burst", "wave"]);
    for (const { trace, outcomes } of all) {
      const { own60, own20, aas60, aas20 } = outcomes;
      expect(own60.secondsAbove, trace).to.be.at.most(0.6 * aas60.secondsAbove);
      expect(own20.secondsAbove, trace).to.be.at.most(aas20.secondsAbove);
      expect(own60.taskHours, trace).to.be.at.most(1.05 * aas60.taskHours);
      expect(own20.taskHours, trace).to.be.at.most(1.05 * aas20.taskHours);
    }
  });

  it("says why a chart cannot be written, and creates the folders above it", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "simulate-"));
    const trace = path.join(folder, "trace.csv");
    writeFileSync(trace, "time,load\n2026-01-01T00:00:00Z,100\n2026-01-01T00:01:00Z,100\n");
    const run = async (out: string): Promise<unknown> =>
      simulateCommand([trace, "--out", out], () => undefined).catch((error: unknown) => error);
    const [file, below] = ["new/above/chart.svg", "trace.csv/chart.svg"].map((name) =>
      path.join(folder, name),
    );
    expect(await run(file)).to.equal(undefined);
    expect(readFileSync(file, "utf8")).to.match(/^<svg /);
    expect(await run(below))
      .to.be.instanceOf(CommandError)
      .with.property("message")
      .that.matches(/^simulate: the chart cannot be written: E\w+: .*trace\.csv/);
    // With Node's own option this does not return, and no time limit can end it.
    if (process.platform === "linux")
      expect(await run("/proc/nowhere/chart.svg")).to.be.instanceOf(CommandError);
    rmSync(folder, { recursive: true });
  });

  it("plays a week in seconds", async () => {
    const values = Array.from({ length: 7 * 24 * 60 }, (_value, minute) =>
      Math.round(300 - 250 * Math.cos((minute / 1440) * 2 * Math.PI)),
    );
    const week = { ...TRACES.wave, values };
    const rows = await simulateTasks(week, { settings: scalerAt(60) });
    expect(rows.every(({ desired }) => desired >= 2 && desired <= 20)).to.equal(true);
    expect(rows.at(-1)?.time).to.equal(week.start + (7 * 86_400 - 10) * 1000);
  });

  it("draws load, counts and each decision with its reason", async () => {
    const rows = await simulateTasks(TRACES.step, { settings: scalerAt(60) });
    const svg = chart(rows, {
      ...{ title: "step & <more>", threshold: 60, value: "value of a task", counted: "tasks" },
    });
    expect(svg).to.match(/^<svg [^]*<\/svg>\n$/);
    expect(svg).to.contain("step &amp; &lt;more&gt;").and.contain("tasks desired");
    expect(svg.match(/<title>/g)).to.have.length(2);
  });

  it("names the line of a trace that cannot be read", () => {
    expect(readTrace("time,load\n0,1\n60,2\n")).to.deep.equal({
      start: 0,
      every: 60,
      kind: "load",
      values: [1, 2],
    });
    for (const [text, says] of [
      ["when,load\n0,1\n60,2", "'time,load', 'time,cpu' or 'time,tasks'"],
      ["time,cpu\n0,1\n60,many", "Line 3 of the trace is '60,many'"],
      ["time,cpu\n0,1", "at least two lines"],
      ["time,cpu\n0,1\n60,2\n90,3", "Line 4 of the trace: times must be at equal intervals"],
    ])
      expect(() => readTrace(text)).to.throw(says);
  });
});

describe("the model of Application Auto Scaling", () => {
  /** Returns the seconds from a load to the first change. */
  const trigger = (form: "60s" | "20s"): number => {
    const load = { start: 0, every: 60, kind: "load" as const, values: Array(60).fill(500) };
    load.values.fill(100, 0, 10);
    const rows = simulateTargetTracking(load, { target: 60, min: 2, max: 20, form });
    const first = rows.find(({ desired }) => desired > 2)?.time ?? NaN;
    return first / 1000 - 600;
  };

  it("scales out after the times that AWS measured: 363 s at 60 s, 86 s at 20 s", () => {
    // The guide's page on faster auto scaling, quoted with its figures in docs/components/ecs-task-scaler.md.
    expect(trigger("60s")).to.be.within(360, 370);
    expect(trigger("20s")).to.be.within(80, 90);
  });

  it("needs 3 datapoints above the target and 15 minutes below nine tenths of it", () => {
    expect([FORMS["60s"].high, (FORMS["60s"].low * FORMS["60s"].period) / 60]).to.deep.equal([
      3, 15,
    ]);
    const flat = { start: 0, every: 60, kind: "load" as const, values: Array(60).fill(110) };
    const at92 = simulateTargetTracking(
      flat,
      { target: 60, min: 1, max: 20, form: "60s" },
      { tasks: 2 },
    );
    expect(at92.every(({ desired }) => desired === 2)).to.equal(true);
  });
});
