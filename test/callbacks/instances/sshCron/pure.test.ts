import { execFileSync } from "node:child_process";
import { expect } from "chai";
import * as fc from "fast-check";
import { commandLine, shellQuote } from "../../../../callbacks/instances/sshCron/commandLine";
import { createOutput, type Output } from "../../../../callbacks/instances/sshCron/output";
import {
  hostKeyAlgorithms,
  keysInConsole,
  matchesPin,
  pinOf,
  pinProblem,
} from "../../../../callbacks/instances/sshCron/ssh/hostKeys";
import { newKeyPair } from "../../../../callbacks/instances/sshCron/ssh/privateKey";
import { visible } from "../../../../callbacks/instances/sshCron/visible";
import { heldMemory, MEGABYTE } from "../../../support/heldMemory";

const RUNS = process.env.FUZZ ? 100_000 : 5_000;
const lineOf = (comment: string): string => newKeyPair(comment).publicKey;

describe("SshCron: output of commands", () => {
  it("keeps the beginning and the end within its limit, however it is split into chunks", () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 });
    fc.assert(
      fc.property(chunks, fc.integer({ min: 1, max: 50 }), (parts, limit) => {
        const output = createOutput(limit);
        for (const part of parts) output.add(part);
        const all = Buffer.concat(parts);
        const kept = output.contents();
        expect(output.bytes()).to.equal(all.length);
        if (all.length <= limit) return kept.equals(all);
        const head = all.subarray(0, Math.ceil(limit / 2));
        const tail = all.subarray(all.length - Math.floor(limit / 2));
        const gap = `\n[... ${all.length - limit} bytes are left out ...]\n`;
        const expected = Buffer.concat([head, Buffer.from(gap), tail]);
        return kept.equals(expected);
      }),
      { numRuns: RUNS },
    );
  });

  /** Adds a chunk this many times; returns the bytes of memory that remain in use. */
  function held(output: Output, chunk: Uint8Array, times: number): number {
    const before = heldMemory();
    for (let count = 0; count < times; count += 1) output.add(chunk);
    return heldMemory() - before;
  }

  it("needs no more memory for a gigabyte than for the part that it keeps", function () {
    this.timeout(30_000);
    const output = createOutput(MEGABYTE);
    expect(held(output, Buffer.alloc(MEGABYTE, "x"), 1024)).to.be.at.most(2 * MEGABYTE);
    expect(output.bytes()).to.equal(1024 * MEGABYTE);
  });

  it("needs no more memory for chunks of one byte than for the part that it keeps", () => {
    const output = createOutput(MEGABYTE);
    expect(held(output, Buffer.from("x"), 300_000)).to.be.at.most(2 * MEGABYTE);
    expect(output.contents()).to.have.length(300_000);
  });
});

describe("SshCron: lines for a shell", () => {
  it("quotes every text so that a shell reads that text", () => {
    const texts = fc.sample(
      fc.string({ unit: "binary" }).filter((text) => !text.includes("\0")),
      40,
    );
    const given = [...texts, "'; rm -rf / #", "$(id)", "`id`", "a\nb", "\\", "!!", "*"];
    const script = `for one in ${given.map(shellQuote).join(" ")}; do printf '%s\\0' "$one"; done`;
    const read = execFileSync("/bin/sh", ["-c", script]).toString().split("\0").slice(0, -1);
    expect(read).to.deep.equal(given.map((text) => Buffer.from(text).toString()));
    expect(() => shellQuote("a\0b")).to.throw("NUL");
  });

  it("separates variables, folder, user and command", () => {
    const surroundings = { environment: { NAME: "a'b" }, cwd: "/srv/my app", sudo: true };
    expect(commandLine("make", { environment: {} })).to.equal("make");
    const line = commandLine("make", surroundings);
    expect(line).to.match(/^sudo -n -- \/bin\/sh -c '/);
    expect(line).to.contain("export NAME=").and.to.contain("|| exit 1\nmake'");
  });
});

describe("SshCron: host keys", () => {
  it("reads the keys that cloud-init printed last, with or without a prefix before each line", () => {
    const [old, one, two] = ["old", "one", "two"].map(lineOf);
    const list = (...lines: string[]): string =>
      ["-----BEGIN SSH HOST KEY KEYS-----", ...lines, "-----END SSH HOST KEY KEYS-----"].join(
        "\r\n",
      );
    const bare = (line: string): string => line.split(" ").slice(0, 2).join(" ");
    const output = `boot\n${list(old)}\nec2: login:\n${list(`ec2: ${one}`, two, "no key", "ssh-rsa AAAA")}\n`;
    expect(keysInConsole(output)).to.deep.equal([bare(one), bare(two)]);
    expect(keysInConsole(`${output}-----BEGIN SSH HOST KEY KEYS-----\n${old}`)).to.deep.equal([
      bare(one),
      bare(two),
    ]);
    for (const nothing of ["", "boot", list()]) expect(keysInConsole(nothing)).to.deep.equal([]);
  });

  it("matches a key by its line, with any comment, and by its fingerprint, and no other", () => {
    const [mine, other] = [lineOf("mine"), lineOf("other")];
    const key = Buffer.from(mine.split(" ")[1], "base64");
    expect(matchesPin(key, [mine])).to.equal(true);
    expect(matchesPin(key, [other, pinOf(key)])).to.equal(true);
    expect(matchesPin(key, [other])).to.equal(false);
    expect(matchesPin(key, [])).to.equal(false);
    expect(matchesPin(key, ["", "SHA256:", "ssh-ed25519 "])).to.equal(false);
  });

  it("requests the kind of key that is pinned", () => {
    expect(hostKeyAlgorithms([lineOf("a")])).to.deep.equal(["ssh-ed25519"]);
    expect(hostKeyAlgorithms([`SHA256:${"A".repeat(43)}`])).to.have.length(6);
    expect(hostKeyAlgorithms([])).not.to.include("ssh-rsa");
  });

  it("refuses an invalid pin", () => {
    expect(pinProblem(lineOf("a"))).to.equal(undefined);
    expect(pinProblem(`SHA256:${"A".repeat(43)}`)).to.equal(undefined);
    for (const wrong of ["", "ssh-ed25519 AAAA", "SHA256:short", "MD5:00", 5, undefined])
      expect(pinProblem(wrong)).to.contain("allowed are");
  });
});

describe("SshCron: text of hosts", () => {
  it("contains no terminal control characters, second line, or reversed text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const shown = visible(text);
        expect(shown).not.to.match(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        expect(shown.length).to.be.at.most(300);
      }),
      { numRuns: RUNS },
    );
    expect(visible("\u001b[2Jweb\nok")).to.equal("\ufffd[2Jweb\ufffdok");
  });
});
