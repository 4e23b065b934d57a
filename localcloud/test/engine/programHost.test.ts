import { expect } from "chai";
import { spawn } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { appendFileSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { programHosts } from "../../engine/program/programHosts";
import { childProcesses, isRunning } from "../support/childProcesses";
import { EngineSession } from "../support/engineSession";
import { copyProgram } from "../support/localcloudCommand";
import { until } from "../support/until";

const PROGRAM = path.join(__dirname, "programs/remains");

describe("program host: one process for run after run", function () {
  let engine: EngineSession;

  before(async () => {
    engine = await EngineSession.start("remains");
  });

  after(() => engine.close());

  const run = async (SCENE: string, variables: Record<string, string> = {}) =>
    (await engine.run({ SCENE, ...variables })).outputs;

  const failureOf = async (SCENE: string): Promise<string> =>
    (await engine.failure(engine.run({ SCENE }))).message;

  it("runs the next program in the same process, or in a new one on request", async () => {
    const first = await run("nothing");
    expect((await run("nothing")).process).to.equal(first.process);
    const fresh = await EngineSession.start("remains", { programHost: "fresh" });
    try {
      const { outputs } = await fresh.run({ SCENE: "nothing" });
      expect(outputs.process).to.be.a("number").and.not.equal(first.process);
    } finally {
      await fresh.close();
    }
  });

  it("finds no state of the previous run: variables, globals, listeners, timers, folder, arguments", async () => {
    // Effects of packages when they are first loaded are permanent.
    await run("nothing");
    const before = await run("looks");
    const mess = await run("messes");
    const after = await run("looks");
    expect(mess.process).to.equal(before.process);
    expect(after).to.deep.equal(before);
    expect(after).to.include({ directory: PROGRAM });
    expect(after.found).to.deep.equal([null, null, null, null, false]);
    expect(after.arguments).to.deep.equal([]);
  });

  it("tracks promises only for a program that requests it", async () => {
    await run("nothing");
    expect((await run("waits")).followed).to.equal(false);
  });

  it("does not load npm's tree of packages, which no program here needs", async () => {
    expect((await run("loads")).packageTree).to.equal(false);
  });

  it("calls the engine through its channel, with no connection for it", async () => {
    await run("nothing");
    let connections = 0;
    const count = (): void => void (connections += 1);
    subscribe("net.server.socket", count);
    try {
      await run("counts");
    } finally {
      unsubscribe("net.server.socket", count);
    }
    expect(connections).to.equal(0);
  });

  it("frees the memory of a large run before the next one", async () => {
    const { used } = await run("weighs");
    await run("fills");
    expect((await run("weighs")).used).to.be.below(Number(used) + 16 * 1024 * 1024);
  });

  it("ends a run that leaves an unreferenced server, socket and timer", async () => {
    await run("listens");
    await run("nothing");
    expect(engine.errors).to.deep.equal([]);
  });

  it("can register its own types in every run", async () => {
    await run("messes");
    await run("messes");
    expect(engine.errors).to.deep.equal([]);
  });

  for (const scene of ["leaks", "rejects", "throws"])
    it(`fails each run that '${scene}', but not the next one`, async () => {
      await run("nothing");
      for (let turn = 0; turn < 2; turn += 1) {
        expect(await failureOf(scene)).to.match(/^The program failed \(exit code \d+\)/);
        const output = [...engine.output, ...engine.errors.map(({ message }) => message)].join(
          "\n",
        );
        const why = { leaks: /promises? (was|were) still active/, rejects: /nobody hears/ };
        expect(output).to.match(why[scene as keyof typeof why] ?? /no luck today/);
      }
      await run("nothing");
      expect([...engine.output, ...engine.errors]).to.deep.equal([]);
    });

  it("does not appear in stacks of the program's errors", async () => {
    await failureOf("throws");
    const said = engine.errors.map(({ message }) => message).join("\n");
    expect(said).to.match(/no luck today[^]*at .*remains\/index\.ts:\d+/);
    expect(said).to.not.match(/localcloud\/engine\//);
  });

  it("continues in another process when a program has ended its own", async () => {
    const first = await run("nothing");
    expect(await failureOf("exits")).to.match(/exit code 7/);
    const second = await run("nothing");
    expect(await failureOf("kills")).to.match(/ended by SIGKILL/);
    const third = await run("nothing");
    expect(new Set([first.process, second.process, third.process]).size).to.equal(3);
  });

  it("returns each run's printed lines, including an incomplete last one", async () => {
    await run("prints");
    expect(engine.output).to.deep.equal(["one", "without an end"]);
    await run("nothing");
    expect(engine.output).to.deep.equal([]);
  });

  it("sends debug messages only with LOCALCLOUD_DEBUG", async () => {
    const texts: string[] = [];
    engine.session.events.on("diagnostic", ({ severity, message }) => {
      if (severity === "debug") texts.push(message);
    });
    await run("debugs");
    expect(texts).to.deep.equal([]);
    await run("debugs", { LOCALCLOUD_DEBUG: "1" });
    expect(texts).to.include("my own text");
    expect(texts.join("\n")).to.match(/Running program '/);
  });

  it("is not reused for a program that loads an ES module of its own", async () => {
    const first = await run("importsOwn");
    expect((await run("nothing")).process).to.not.equal(first.process);
  });
});

describe("program host: what stays of a program", () => {
  it("does not include its resources, however often it has run", async () => {
    const engine = await EngineSession.start("remains");
    try {
      const counts: unknown[] = [];
      for (let run = 0; run < 4; run++)
        counts.push((await engine.run({ SCENE: "counts" })).outputs.resources);
      // The first run may stay in memory, because packages can keep references to it when they are first loaded.
      expect(counts.slice(2)).to.deep.equal([counts[1], counts[1]]);
    } finally {
      await engine.close();
    }
  });

  it("includes V8's compiled code of each file, until the file changes", async () => {
    const copy = copyProgram(PROGRAM);
    const engine = await EngineSession.start("", { directory: copy.directory });
    const scripts = async (): Promise<unknown> =>
      (await engine.run({ SCENE: "compiled" })).outputs.scripts;
    try {
      appendFileSync(path.join(copy.directory, "index.ts"), "\nSCENES.marked = () => undefined;\n");
      const first = await scripts();
      expect(first).to.have.length(1);
      expect(await scripts()).to.deep.equal(first);
      appendFileSync(path.join(copy.directory, "index.ts"), "\nSCENES.more = () => undefined;\n");
      const changed = await scripts();
      expect(changed).to.have.length(1).and.not.deep.equal(first);
    } finally {
      await engine.close();
      copy.remove();
    }
  });
});

describe("program host: files that change", () => {
  it("loads the program's own files again, and restarts when package.json changes", async () => {
    const copy = copyProgram(PROGRAM);
    const main = path.join(copy.directory, "index.ts");
    const manifest = path.join(copy.directory, "package.json");
    writeFileSync(manifest, "{}");
    const engine = await EngineSession.start("", { directory: copy.directory });
    try {
      const first = (await engine.run({ SCENE: "nothing" })).outputs;
      appendFileSync(main, "\nSCENES.nothing = () => ({ edited: true });\n");
      const second = (await engine.run({ SCENE: "nothing" })).outputs;
      expect(second).to.deep.equal({ ...first, edited: true });
      utimesSync(manifest, 1, 1);
      const third = (await engine.run({ SCENE: "nothing" })).outputs;
      expect(third.process).to.not.equal(first.process);
    } finally {
      await engine.close();
      copy.remove();
    }
  });
});

describe("program host: folders to keep", () => {
  it("leaves the modules of LOCALCLOUD_KEPT_FOLDERS loaded, and only those", async () => {
    const copy = copyProgram(PROGRAM);
    const write = (file: string, text: string): void =>
      writeFileSync(path.join(copy.directory, file), text);
    const kept = path.join(copy.directory, "kept");
    mkdirSync(kept);
    mkdirSync(path.join(copy.directory, "kept-not"));
    for (const folder of ["kept", "kept-not"])
      write(`${folder}/count.ts`, "export const loaded = { runs: 0 };");
    const counts = ["kept", "kept-not"].map(
      (folder) => `++require("./${folder}/count").loaded.runs`,
    );
    write("index.ts", `module.exports = { counts: [${counts.join(", ")}] };`);
    const engine = await EngineSession.start("", { directory: copy.directory });
    const run = async (variables: Record<string, string>): Promise<unknown> =>
      (await engine.run(variables)).outputs.counts;
    try {
      const keeping = { LOCALCLOUD_KEPT_FOLDERS: kept };
      expect(await run(keeping)).to.deep.equal([1, 1]);
      expect(await run(keeping)).to.deep.equal([2, 1]);
      expect(await run({ LOCALCLOUD_KEPT_FOLDERS: "" }), "in another process").to.deep.equal([
        1, 1,
      ]);
    } finally {
      await engine.close();
      copy.remove();
    }
  });
});

describe("program host: its end", () => {
  it("is over when all hosts are closed, whether they wait or compute", async function () {
    if (process.platform !== "linux") this.skip();
    const before = childProcesses(process.pid);
    const [idle, busy] = await Promise.all([1, 2].map(() => EngineSession.start("remains")));
    const computing = busy.failure(busy.run({ SCENE: "computes" }));
    await until("the program computes", () => busy.output.length > 0);
    await idle.run({ SCENE: "nothing" });
    const hosts = childProcesses(process.pid).filter((pid) => !before.includes(pid));
    expect(hosts).to.have.length.at.least(2);
    await programHosts.close();
    expect(hosts.filter(isRunning)).to.deep.equal([]);
    await computing;
    await Promise.all([idle.close(), busy.close()]);
  });

  it("ends with the process that started it, even while its program computes", async function () {
    // The child processes of a process are read from /proc.
    if (process.platform !== "linux") this.skip();
    const session = path.resolve(__dirname, "../../engine/session.ts");
    const script = `
      require(${JSON.stringify(path.resolve(__dirname, "../support/setup.js"))});
      require(${JSON.stringify(session)}).Session.start({
        directory: ${JSON.stringify(PROGRAM)},
        programHost: "reused",
        onOutput: console.log,
      }).then((session) => session.deploy());
    `;
    const parent = spawn(process.execPath, ["-e", script], {
      env: { ...process.env, SCENE: "computes" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => parent.stdout.once("data", resolve));
    const started = childProcesses(parent.pid ?? 0);
    expect(started).to.have.length(1);
    parent.kill("SIGKILL");
    await until("the host ends", () => !started.some(isRunning));
  });
});
