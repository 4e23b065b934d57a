import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { checkZipCommand } from "../../commands/checkZip/checkZip";
import { writeZip } from "../support/zips/zipWriter";

describe("the command check-zip", () => {
  const folder = mkdtempSync(join(tmpdir(), "check-zip-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, bytes: Buffer): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const good = write(
    "good.zip",
    writeZip([
      { name: "index.js", content: "exports.handler = 1;" },
      { name: "lambda.json", content: '{"timeout":5}' },
    ]),
  );
  const bad = write(
    "bad.zip",
    writeZip([{ name: "app/index.js", content: "exports.handler = 1;" }]),
  );
  const tryTo = async (
    ...args: string[]
  ): Promise<{ code: number; text: string; complaint: string }> => {
    const lines: string[] = [];
    const complaints: string[] = [];
    const print = (line: string): void => void lines.push(line);
    const code = await checkZipCommand(args, print, (line) => void complaints.push(line));
    return { code, text: lines.join("\n"), complaint: complaints.join("\n") };
  };
  const run = async (...args: string[]): Promise<{ code: number; text: string }> => {
    const { code, text, complaint } = await tryTo(...args);
    expect(complaint).to.equal("");
    return { code, text };
  };

  it("prints the function that an archive defines, with exit code 0", async () => {
    expect(await run(good)).to.deep.equal({
      code: 0,
      text: [
        "good.zip: accepted",
        "  kind          node",
        "  runtime       nodejs24.x",
        "  handler       index.handler",
        "  architecture  any",
        "  files         2, 33 bytes unzipped",
        "  settings      timeout",
      ].join("\n"),
    });
  });

  it("prints why an archive is rejected and how to fix it, with exit code 1", async () => {
    const { code, text } = await run(bad);
    expect(code).to.equal(1);
    expect(text).to.match(
      /^bad\.zip: rejected \(insideFolder\)\n {2}everything is inside .*\n {2}fix: zip what is in the folder/,
    );
  });

  it("prints the build commands that a pipeline would run", async () => {
    const source = write(
      "source.zip",
      writeZip([
        { name: "index.ts", content: "export const handler = 1;" },
        { name: "lambda.json", content: '{"build":["npm ci","npx tsc\\u001b[2J"],"timeout":5}' },
      ]),
    );
    expect(await run(source)).to.deep.equal({
      code: 0,
      text: [
        'source.zip: valid; a pipeline with worker: "instances" builds it',
        '  runs          "npm ci"',
        '  runs          "npx tsc\\u001b[2J"',
        "  files         2, 76 bytes unzipped",
        "  settings      timeout",
      ].join("\n"),
    });
  });

  it("prints the verdict as JSON", async () => {
    expect(JSON.parse((await run(good, "--json")).text)).to.include({
      accepted: true,
      handler: "index.handler",
    });
    const { code, text } = await run("--json", bad);
    expect(JSON.parse(text)).to.include({ accepted: false, code: "insideFolder" });
    expect(code).to.equal(1);
  });

  it("reads a large file by parts", async () => {
    const content = Buffer.alloc(3_000_000, "0123456789abcdef");
    const large = write(
      "large.zip",
      writeZip([
        { name: "index.js", content: "exports.handler = 1;" },
        { name: "data", content, method: 0 },
      ]),
    );
    expect((await run(large)).text).to.include("3,000,020 bytes unzipped");
  });

  for (const [args, says] of [
    [[], "check-zip: give the archive"],
    [["a.zip", "b.zip"], "'b.zip' is one too many"],
    [["--jsn", "a.zip"], "Unknown option '--jsn'"],
    [[join(folder, "none.zip")], "does not exist"],
    [[folder], "is not a file; zip it first"],
  ] as const)
    it(`ends with code 2 and an error when nothing was checked: '${args.map((arg) => arg.replace(folder, "folder")).join(" ")}'`, async () => {
      const { code, text, complaint } = await tryTo(...args);
      expect({ code, text }).to.deep.equal({ code: 2, text: "" });
      expect(complaint).to.include(says);
    });

  it("prints its usage", async () => {
    expect(await run("--help")).to.include({ code: 0 });
  });
});
