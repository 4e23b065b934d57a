import { expect } from "chai";
import fc from "fast-check";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspectZip } from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/inspectZip";
import type { Accepted } from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/model";
import { bytesSource } from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/sources";
import { writeZip, type WrittenEntry } from "../../../../support/zips/zipWriter";
import { soundArchives } from "./soundArchives";

const RUNS = process.env.FUZZ === undefined ? 5_000 : 200_000;
const SEED = 20_261_128;

const APP: WrittenEntry = {
  name: "index.js",
  content: "exports.handler = async () => 1;\n".repeat(20),
};

const sound: readonly Buffer[] = [
  writeZip([APP]),
  writeZip([
    { ...APP, flags: 0x808 },
    { name: "lib/" },
    { name: "lib/größe.txt", content: "123".repeat(99) },
  ]),
  writeZip(
    [
      { ...APP, method: 0 },
      { name: "b", content: "" },
    ],
    { comment: Buffer.from("a comment") },
  ),
];

describe("zip inspector: mutated archives", () => {
  /** Accepted archives, which other programs read for comparison. */
  const accepted = new Map<string, Buffer>();

  it(`${RUNS} of them each get a verdict`, async function () {
    this.timeout(RUNS * 20);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sound),
        fc.array(mutation(), { minLength: 1, maxLength: 3 }),
        async (archive, mutations) => {
          const bytes = mutations.reduce((before, mutate) => mutate(before), archive);
          const verdict = await inspectZip(bytesSource(bytes), { milliseconds: 10_000 });
          if (verdict.accepted)
            accepted.set(createHash("sha256").update(bytes).digest("hex"), bytes);
          else expect(verdict.fix).to.not.equal("");
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
    expect(accepted.size, "some mutations harm nothing").to.be.greaterThan(0);
  });

  it("python3 and unzip find the same files in every accepted one", async function () {
    if (!isThere("python3") || !isThere("unzip")) return this.skip();
    const folder = mkdtempSync(join(tmpdir(), "zip-oracle-"));
    try {
      const archives = [
        ...sound,
        ...soundArchives.map(([, archive]) => archive()),
        ...fc.sample(soundArchive, { numRuns: 60, seed: SEED }),
        ...accepted.values(),
      ].slice(0, 200);
      archives.forEach((bytes, index) => writeFileSync(join(folder, `${index}.zip`), bytes));
      const python = byPython(folder);
      for (const [index, bytes] of archives.entries()) {
        const name = `${index}.zip`;
        expect(await inspectZip(bytesSource(bytes))).to.include({ accepted: true });
        expect(byUnzip(folder, name), name).to.deep.equal(python[name]);
        const verdict = (await inspectZip(bytesSource(bytes))) as Accepted;
        expect(Object.keys(python[name] ?? {}), name).to.have.length(verdict.entries);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Archives that a correct program may write. */
const soundArchive: fc.Arbitrary<Buffer> = fc
  .uniqueArray(fc.stringMatching(/^[a-z]{1,8}(\/[a-zA-Zäß. -]{0,5}[a-z]){0,3}$/), {
    maxLength: 6,
    selector: (name) => name.split("/")[0],
  })
  .chain((names) => fc.tuple(...names.map((name) => entry(`files/${name}`))))
  .chain((entries) =>
    fc
      .string({ maxLength: 20 })
      .map((comment) => writeZip([APP, ...entries], { comment: Buffer.from(comment) })),
  );

function entry(name: string): fc.Arbitrary<WrittenEntry> {
  return fc.record({
    name: fc.constant(name),
    content: fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.string().map((text) => Buffer.from(text.repeat(50))),
    ),
    method: fc.constantFrom(0, 8),
    flags: fc.constantFrom(0x800, 0x808),
    mode: fc.constantFrom(0o100644, 0o100755, 0o100444),
  });
}

type Mutation = (bytes: Buffer) => Buffer;

/** Position of a mutation, as a share of the archive: most fields are at its end. */
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

function mutation(): fc.Arbitrary<Mutation> {
  const at = (bytes: Buffer, share: number): number => Math.floor(share * bytes.length);
  return fc.oneof(
    fc.tuple(place, fc.integer({ min: 0, max: 255 })).map(([share, value]): Mutation => (bytes) => {
      const changed = Buffer.from(bytes);
      if (changed.length > 0) changed[at(bytes, share)] = value;
      return changed;
    }),
    fc
      .tuple(place, fc.constantFrom(0, 1, 0xffff, 0xffffffff, 0x7fffffff))
      .map(([share, value]): Mutation => (bytes) => {
        const changed = Buffer.from(bytes);
        if (changed.length >= 4)
          changed.writeUInt32LE(value, Math.min(at(bytes, share), bytes.length - 4));
        return changed;
      }),
    fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 30 })).map(
      ([share, more]): Mutation =>
        (bytes) =>
          Buffer.concat([
            bytes.subarray(0, at(bytes, share)),
            more,
            bytes.subarray(at(bytes, share)),
          ]),
    ),
    fc.tuple(place, fc.integer({ min: 1, max: 60 })).map(
      ([share, length]): Mutation =>
        (bytes) =>
          Buffer.concat([
            bytes.subarray(0, at(bytes, share)),
            bytes.subarray(at(bytes, share) + length),
          ]),
    ),
    fc
      .tuple(place, place, fc.integer({ min: 1, max: 80 }))
      .map(([from, to, length]): Mutation => (bytes) => {
        const changed = Buffer.from(bytes);
        bytes.copy(
          changed,
          at(bytes, to),
          at(bytes, from),
          Math.min(at(bytes, from) + length, bytes.length),
        );
        return changed;
      }),
  );
}

function isThere(program: string): boolean {
  return (
    spawnSync(program, [program === "unzip" ? "-v" : "--version"], { timeout: 10_000 }).status === 0
  );
}

type Digests = Record<string, string>;

const READ_ALL = `
import hashlib, json, os, sys, zipfile
found = {}
for name in os.listdir(sys.argv[1]):
    if name.endswith(".zip"):
        with zipfile.ZipFile(os.path.join(sys.argv[1], name)) as z:
            found[name] = {i.filename: hashlib.sha256(z.read(i)).hexdigest() for i in z.infolist() if not i.is_dir()}
print(json.dumps(found))
`;

function byPython(folder: string): Record<string, Digests> {
  const run = spawnSync("python3", ["-c", READ_ALL, folder], { encoding: "utf8", timeout: 50_000 });
  expect(run.status, run.stderr).to.equal(0);
  return JSON.parse(run.stdout) as Record<string, Digests>;
}

function byUnzip(folder: string, name: string): Digests {
  const to = join(folder, `${name}.files`);
  mkdirSync(to);
  const run = spawnSync("unzip", ["-qq", join(folder, name), "-d", to], {
    encoding: "utf8",
    timeout: 10_000,
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  expect(run.status, `${name}: ${run.stdout}${run.stderr}`).to.equal(0);
  return filesOf(to, "");
}

function filesOf(root: string, below: string): Digests {
  const found: Digests = {};
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const name = join(below, entry.name);
    if (entry.isDirectory()) Object.assign(found, filesOf(root, name));
    else
      found[name] = createHash("sha256")
        .update(readFileSync(join(root, name)))
        .digest("hex");
  }
  return found;
}
