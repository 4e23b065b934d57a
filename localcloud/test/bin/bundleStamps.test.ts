import { expect } from "chai";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";

const { stampsOf, upToDate } = createRequire(__filename)("../../bin/bundleStamps") as {
  stampsOf(inputs: readonly string[], started: number): [string, string][] | undefined;
  upToDate(file: string): string | undefined;
};

const YESTERDAY = new Date(Date.now() - 86_400_000);

describe("a bundle of the local cloud's own TypeScript", () => {
  let folder: string;
  let input: string;
  let notes: string;
  let bundle: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "bundle-stamps-"));
    const outdir = mkdtempSync(path.join(tmpdir(), "bundle-out-"));
    input = path.join(folder, "main.ts");
    bundle = path.join(outdir, "index.js");
    notes = path.join(outdir, "index.json");
    writeFileSync(input, "first");
    writeFileSync(bundle, "made of first");
    for (const file of [input, folder]) utimesSync(file, YESTERDAY, YESTERDAY);
    writeFileSync(notes, JSON.stringify({ bundle, stamps: stampsOf([input], Date.now()) }));
  });
  afterEach(() => {
    for (const one of [folder, path.dirname(notes)]) rmSync(one, { recursive: true });
  });

  it("is reused while nothing has changed", () => {
    expect(upToDate(notes)).to.equal(bundle);
  });

  it("is rebuilt when one of its files has changed", () => {
    writeFileSync(input, "other");
    expect(upToDate(notes)).to.equal(undefined);
  });

  it("is rebuilt when a new file would be resolved instead of one of its files", () => {
    writeFileSync(path.join(folder, "main.js"), "");
    expect(upToDate(notes)).to.equal(undefined);
  });

  it("is rebuilt when it is missing, and when its stamps are invalid", () => {
    rmSync(bundle);
    expect(upToDate(notes)).to.equal(undefined);
    writeFileSync(notes, "{");
    expect(upToDate(notes)).to.equal(undefined);
  });

  it("is not kept when a file was saved during the build", () => {
    const started = YESTERDAY.getTime() - 1000;
    expect(stampsOf([input], started)).to.equal(undefined);
  });
});
