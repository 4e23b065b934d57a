import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { loadProject } from "../../engine/project/project";
import { ProjectError } from "../../engine/project/projectError";
import type { SessionOptions } from "../../engine/session";
import { EngineSession } from "../support/engineSession";

const MODULES = path.join(__dirname, "../../../node_modules");
const PULUMI_YAML = "name: shop\nruntime:\n  name: nodejs\n";
const PROGRAM = `
  import * as aws from "@pulumi/aws";
  import { word } from "./word.js";
  const queue = new aws.sqs.Queue("queue");
  export const name = queue.name;
  export const said = word;
  export const limit = process.execArgv.filter((one) => /^--max-(old|http)/.test(one));
`;
/** Settings of a Pulumi project; without them, the launcher's own ts-node finds two conflicting options. */
const TSCONFIG = JSON.stringify({
  compilerOptions: { target: "ES2022", module: "nodenext", moduleResolution: "nodenext" },
});
const TYPED = `${PROGRAM}\n  export const many: number = [1, 2].at(-1) as number;\n`;

describe("engine: programs of ES modules", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "modules-"));
    symlinkSync(MODULES, path.join(folder, "node_modules"));
    write({
      "Pulumi.yaml": PULUMI_YAML,
      "Pulumi.dev.yaml": "config:\n  aws:region: eu-central-1\n",
      "package.json": JSON.stringify({ type: "module" }),
    });
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
  };

  const deploy = async (options: SessionOptions, runs = 1): Promise<Record<string, unknown>> => {
    const engine = await EngineSession.start("", { directory: folder, ...options });
    try {
      for (let run = 1; run < runs; run += 1) await engine.run();
      return (await engine.run()).outputs;
    } catch (error) {
      // The program's output contains the reason.
      throw new Error([...engine.output, ...engine.errors.map((one) => one.message)].join("\n"), {
        cause: error,
      });
    } finally {
      await engine.close();
    }
  };

  for (const programHost of ["fresh", "reused"] as const)
    it(`runs one in TypeScript with its nodeargs in a process that is ${programHost}`, async () => {
      write({
        "Pulumi.yaml": `${PULUMI_YAML}  options: { nodeargs: "--max-old-space-size=4000 '--max-http-header-size=9000'" }\n`,
        "tsconfig.json": TSCONFIG,
        "index.ts": TYPED,
        "word.ts": 'export const word: string = "typed";\n',
      });
      const outputs = await deploy({ programHost });
      expect(outputs).to.deep.include({
        said: "typed",
        many: 2,
        limit: ["--max-old-space-size=4000", "--max-http-header-size=9000"],
      });
      expect(outputs.name).to.match(/^queue-[0-9a-f]{7}$/);
    });

  it("runs a compiled program without TypeScript", async () => {
    write({
      "Pulumi.yaml": `${PULUMI_YAML}  options: { typescript: false }\nmain: built/index.js\n`,
      "built/index.js": PROGRAM,
      "built/word.js": 'export const word = "compiled";\n',
    });
    expect(await deploy({})).to.include({ said: "compiled" });
  });

  it("loads files that were saved in between, in a reused process if possible", async () => {
    write({ "index.js": PROGRAM, "word.js": 'export const word = "first";\n' });
    const engine = await EngineSession.start("", { directory: folder });
    try {
      expect((await engine.run()).outputs.said).to.equal("first");
      write({ "word.js": 'export const word = "second";\n' });
      expect((await engine.run()).outputs.said).to.equal("second");
    } finally {
      await engine.close();
    }
  });

  for (const [options, reason] of Object.entries({
    "nodeargs: [a]": "`runtime.options.nodeargs` must be text, as `--max-old-space-size=4096`.",
    'nodeargs: "--title=\'a"': "`runtime.options.nodeargs` has a ' without its end: --title='a",
    "typescript: maybe": "`runtime.options.typescript` must be true or false.",
    "tsconfig: 7": "`runtime.options.tsconfig` must be the path of a file.",
  }))
    it(`refuses the runtime options {${options}} in one sentence`, () => {
      write({ "Pulumi.yaml": `${PULUMI_YAML}  options: { ${options} }\n` });
      const load = () => loadProject(folder, "dev", undefined);
      expect(load).to.throw(ProjectError, `Pulumi.yaml: ${reason}`);
    });
});
