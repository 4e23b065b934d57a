import { expect } from "chai";
import { execFile } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { deserialize, serialize } from "node:v8";
import { functionShape } from "../../../../components/function/packing/captures/functionShape";
import { declarationsIn } from "../../../../components/function/packing/text/declarations";
import { findRequires } from "../../../../components/function/packing/text/findRequires";
import {
  MOST_BYTES,
  ParsedTexts,
} from "../../../../components/function/packing/caching/parsedTexts";

const REPOSITORY = path.join(__dirname, "../../../..");
const MANY = 10_000;
const execFileAsync = promisify(execFile);

describe("The results of parsing that one process leaves for the next", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "parsed-"));
    mkdirSync(path.join(folder, "node_modules"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const cached = (): string => path.join(folder, "node_modules/.cache/aws-callbacks");
  const onlyFile = (): string => path.join(cached(), ...readdirSync(cached()));

  function leave(characters = MANY): void {
    const texts = ParsedTexts.below(folder);
    texts.of("names").set("key", new Map([["a", new Set([undefined, 1])]]));
    texts.note(characters);
    texts.store();
  }
  const found = (): unknown => ParsedTexts.below(folder).of("names").get("key");

  it("are the same values there", () => {
    leave();
    expect(found()).to.deep.equal(new Map([["a", new Set([undefined, 1])]]));
    expect(ParsedTexts.below(folder).of("others")).to.deep.equal(new Map());
  });

  it("are written only when computing them again would take longer", () => {
    leave(MANY - 1);
    expect(readdirSync(path.join(folder, "node_modules"))).to.deep.equal([]);
  });

  it("are written once, until there are many new ones again", () => {
    const texts = ParsedTexts.below(folder);
    texts.note(MANY);
    texts.store();
    rmSync(onlyFile());
    texts.note(1);
    texts.store();
    expect(readdirSync(cached())).to.deep.equal([]);
  });

  it("are limited in bytes: the newer ones stay", () => {
    const texts = ParsedTexts.below(folder);
    const large = "x".repeat(MOST_BYTES / 4);
    for (const key of ["a", "b", "c", "d", "e"]) texts.of("names").set(key, large);
    texts.note(MANY);
    texts.store();
    expect(statSync(onlyFile()).size).to.be.below(MOST_BYTES + 100);
    expect([...ParsedTexts.below(folder).of("names").keys()]).to.deep.equal(["d", "e"]);
  });

  it("are computed again if the file is damaged in any byte, cut or empty", () => {
    leave();
    const file = onlyFile();
    const whole = readFileSync(file);
    for (let place = 0; place < whole.length; place += 1) {
      const damaged = Buffer.from(whole);
      damaged[place] = (damaged[place] ?? 0) ^ 1;
      writeFileSync(file, damaged);
      expect(found(), `byte ${place}`).to.equal(undefined);
    }
    for (const length of [0, 10, whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, length));
      expect(found(), `${length} bytes`).to.equal(undefined);
    }
    writeFileSync(file, whole);
    expect(found()).not.to.equal(undefined);
  });

  it("are not stored where no packages are installed", () => {
    rmSync(path.join(folder, "node_modules"), { recursive: true });
    leave();
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it("can be copied to another process, whatever was parsed", () => {
    const text = `"use strict";
      const fs = require("node:fs"), { join } = require("node:path");
      const read = (name = join("a", "b"), ...rest) => fs.readFileSync(name).toString() + read.count++;
      function plain() { return this ?? plain; }`;
    const method = { get [`a${1}`]() { return super.toString(); } }; // prettier-ignore
    const getter = Object.getOwnPropertyDescriptor(method, "a1")?.get;
    const parsed = [
      functionShape(() => [fs, typeof method, `${cached()}`]),
      functionShape(getter as () => unknown),
      functionShape(Math.max),
      declarationsIn(text),
      declarationsIn("syntax error"),
      findRequires(text),
    ];
    expect(parsed.map((one) => one === undefined)).to.deep.equal([
      ...[false, false, true, false, true, false],
    ]);
    expect(deserialize(serialize(parsed))).to.deep.equal(parsed);
  });

  it("spare the next process of the same program all parsing", async () => {
    const script = `
      const acorn = require("acorn");
      const { parse } = acorn;
      let parsed = 0;
      acorn.parse = (...args) => (parsed++, parse(...args));
      const { packCallback } = require("${REPOSITORY}/components/function/packing/packCallback");
      process.chdir(${JSON.stringify(folder)});
      const callback = eval("() => { /*" + "long".repeat(${MANY} / 4) + "*/ return 1; }");
      packCallback(callback).then(({ hash }) => console.log(JSON.stringify({ parsed, hash })));`;
    const run = async (): Promise<{ parsed: number; hash: string }> => {
      const setup = path.join(REPOSITORY, "localcloud/test/support/setup.js");
      const { stdout } = await execFileAsync(process.execPath, ["-r", setup, "-e", script], {
        cwd: REPOSITORY,
      });
      return JSON.parse(stdout) as { parsed: number; hash: string };
    };
    const first = await run();
    const second = await run();
    expect(first.parsed).to.be.above(0);
    expect(second).to.deep.equal({ ...first, parsed: 0 });
  });
});

const fs = { readdirSync };
