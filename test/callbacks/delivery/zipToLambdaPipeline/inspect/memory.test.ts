import {
  closeSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import { zipSync } from "fflate";
import { inspectZip } from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/inspectZip";

const MB = 1024 * 1024;
/** As large as Lambda takes a zip that is uploaded to it. */
const FILES = 25;

describe("the inspection of a zip of 50 MB", function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "zip-memory-"));
    writeFileSync(path.join(folder, "app.zip"), largeZip());
  });
  after(() => rmSync(folder, { recursive: true }));

  it("holds less than half of it at any time", async () => {
    const file = openSync(path.join(folder, "app.zip"), "r");
    const collect = collector();
    let reads = 0;
    let most = 0;
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      reads += 1;
      if (reads % 8 === 0) {
        collect();
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      }
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
    };
    collect();
    const before = process.memoryUsage().arrayBuffers;
    const size = FILES * 2 * MB;
    const source = { size: statSync(path.join(folder, "app.zip")).size, read };
    const verdict = await inspectZip(source, { settings: {}, now: () => Date.now() });
    closeSync(file);
    expect(verdict.accepted, JSON.stringify(verdict)).to.equal(true);
    // It has read all of it, in windows of a megabyte.
    expect(reads * MB).to.be.at.least(size);
    expect(most).to.be.below(size / 2);
  });
});

/** Files that do not become smaller, so that the zip is as large as what is in it. */
function largeZip(): Uint8Array {
  const entries: Record<string, Uint8Array> = {
    "index.js": Buffer.from("exports.handler = async () => 1;\n"),
  };
  for (let index = 0; index < FILES; index += 1)
    entries[`data/${index}.bin`] = Buffer.alloc(2 * MB, `file ${index} `);
  return zipSync(entries, { level: 0 });
}

/** Takes away what nothing holds any more, so that what is left is held. */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
