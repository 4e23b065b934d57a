import { expect } from "chai";
import type { Move } from "../../../callbacks/stagedApi/history";
import { changeTable, historyTable } from "../../../components/commands/changeTable";
import { journalText, parseJournal, settledText } from "../../../components/commands/journal";
import { parseOptions } from "../../../components/commands/options";
import { isLoopback } from "../../../components/commands/runCommand";

const move: Move = {
  action: "promote",
  from: { version: "9", deploymentId: "abc123" },
  to: { version: "10", deploymentId: "def456" },
  at: "2026-11-21T00:00:00.000Z",
};

describe("parseOptions", () => {
  it("reads a command, an API and its options", () => {
    const options = parseOptions(["promote", "greeting", "--stack", "dev", "-y", "--dry-run"]);
    expect(options).to.deep.include({
      command: "promote",
      api: "greeting",
      stack: "dev",
      yes: true,
      dryRun: true,
    });
  });

  it("gives deliver the usual commands", () => {
    const options = parseOptions(["deliver", "greeting"]);
    expect(options).to.deep.include({ test: "npm test", deploy: "pulumi up --yes", yes: false });
  });

  it("answers nothing when help is asked for", () => {
    for (const args of [[], ["--help"], ["promote", "-h"]])
      expect(parseOptions(args)).to.equal(undefined);
  });

  for (const [args, says] of [
    [["release", "x"], "no command 'release'"],
    [["promote"], "give the name"],
    [["promote", "a", "b"], "'b' is one argument too many"],
    [["promote", "a", "--force"], "--force"],
  ] as const)
    it(`refuses '${args.join(" ")}'`, () => {
      expect(() => parseOptions([...args])).to.throw(says);
    });
});

describe("the journal in an alias's description", () => {
  it("gives a move back as it was written", () => {
    expect(parseJournal(journalText(move))).to.deep.equal(move);
  });

  it("fits into 256 characters with the longest ids there are", () => {
    const long = { version: "9".repeat(10), deploymentId: "x".repeat(10) };
    const longest: Move = { ...move, action: "rollback", from: long, to: long };
    expect(journalText(longest).length).to.be.at.most(256);
    expect(settledText(longest).length).to.be.at.most(256);
  });

  it("takes nothing else for a move that is under way", () => {
    for (const text of [undefined, "", "mine", settledText(move), "{}"])
      expect(parseJournal(text)).to.equal(undefined);
  });
});

describe("the tables of the commands", () => {
  it("show what a move changes", () => {
    expect(changeTable(move).split("\n")).to.deep.equal([
      "             now                 after",
      "PROD alias   version 9           version 10",
      "prod stage   deployment abc123   deployment def456",
    ]);
    expect(changeTable({ ...move, to: { ...move.to, version: "9" } })).to.match(/9 +unchanged/);
  });

  it("list the moves", () => {
    expect(historyTable([move]).split("\n")[1]).to.match(
      /^2026-11-21T00:00:00.000Z +promote +9 -> 10 +abc123 -> def456$/,
    );
  });
});

describe("isLoopback", () => {
  it("tells an emulator of this machine from AWS", () => {
    for (const endpoint of ["http://127.0.0.1:4566", "http://localhost:1", "http://[::1]:80"])
      expect(isLoopback(endpoint), endpoint).to.equal(true);
    for (const endpoint of [
      undefined,
      "",
      "https://lambda.eu-west-1.amazonaws.com",
      "http://127.0.0.1.example.com",
    ])
      expect(isLoopback(endpoint), endpoint).to.equal(false);
  });
});
