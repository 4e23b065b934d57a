import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { TypeCheck } from "../../cli/up/typeCheck";
import { until } from "../support/until";

/** Milliseconds. A check runs in a separate process, which is slow on a busy machine. */
const LONGEST = 100_000;

describe("The type check after a saved change", function () {
  this.timeout(4 * LONGEST);
  let folder: string;
  let printed: string[] = [];
  let check: TypeCheck;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "localcloud-types-"));
    symlinkSync(
      path.resolve(__dirname, "../../../node_modules"),
      path.join(folder, "node_modules"),
    );
    const compilerOptions = { strict: true, types: [], lib: ["ES2022"], target: "ES2022" };
    const config = { compilerOptions, files: ["index.ts"] };
    writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(config));
    const project = { directory: folder, programDirectory: folder };
    check = new TypeCheck(project, path.join(folder, "types.tsbuildinfo"), (lines) =>
      printed.push(...lines, "end"),
    );
  });
  after(() => {
    check.stop();
    rmSync(folder, { recursive: true });
  });

  /** Returns the output after a text was saved and checked. */
  async function save(text: string): Promise<string[]> {
    printed = [];
    writeFileSync(path.join(folder, "index.ts"), text);
    check.start();
    await until("the check ends", () => printed.includes("end"), LONGEST);
    return printed.filter((line) => line !== "end");
  }

  it("reports each error with its position when it is found, and when no errors are left", async () => {
    expect(await save('export const count: number = "one";\n')).to.deep.equal([
      "type error: index.ts(1,14) TS2322: Type 'string' is not assignable to type 'number'.",
    ]);
    expect(await save("export const count: number = 1;\n")).to.deep.equal([
      "types: no errors any more",
    ]);
    expect(await save("export const count: number = 2;\n")).to.deep.equal([]);
  });

  it("cancels a check when the next one begins, and reports only the next one", async () => {
    writeFileSync(path.join(folder, "index.ts"), 'export const count: number = "old";\n');
    check.start();
    expect(await save("export const count: number = 3;\n")).to.deep.equal([]);
  });

  it("reports ten errors, and how many more there are", async () => {
    const lines = Array.from({ length: 12 }, (_, i) => `export const c${i}: number = "";`);
    const messages = await save(lines.join("\n"));
    expect(messages).to.have.length(11);
    expect(messages.at(-1)).to.equal("type error: and 2 more");
  });
});
