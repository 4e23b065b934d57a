import { expect } from "chai";
import type { Move } from "../../callbacks/api/stagedApi/history/history";
import { changeTable, historyTable } from "../../commands/changeTable";
import {
  journalSince,
  journalText,
  parseJournal,
  finishedMoveText,
} from "../../callbacks/api/stagedApi/history/journal";
import { parseOptions } from "../../commands/options";
import { isLoopback } from "../../commands/consent";

const move: Move = {
  action: "promote",
  from: { version: "9", deploymentId: "abc123" },
  to: { version: "10", deploymentId: "def456" },
  at: "2026-11-21T00:00:00.000Z",
};

describe("parseOptions", () => {
  it("parses a command, an API and its options", () => {
    const line = "promote greeting --project shop --stack dev -y --dry-run";
    expect(parseOptions(line.split(" "))).to.deep.include({
      command: "promote",
      api: "greeting",
      project: "shop",
      stack: "dev",
      yes: true,
      dryRun: true,
    });
  });

  it("gives deliver its default commands", () => {
    const options = parseOptions(["deliver", "greeting"]);
    // The deploy command depends on where it runs.
    expect(options).to.deep.include({ test: "npm test", deploy: undefined, yes: false });
    const own = parseOptions(["deliver", "greeting", "--test", "make test", "--deploy", "make up"]);
    expect(own).to.deep.include({ test: "make test", deploy: "make up" });
  });

  it("returns nothing when help is requested", () => {
    for (const args of [[], ["--help"], ["promote", "-h"]])
      expect(parseOptions(args)).to.equal(undefined);
  });

  for (const [args, says] of [
    [["release", "x"], "no command 'release'"],
    [["promot", "x"], "Did you mean 'promote'?"],
    [["promote", "a", "--sage", "dev"], "Unknown option '--sage'."],
    [["promote", "a", "--stak", "dev"], "Unknown option '--stak'. Did you mean '--stack'?"],
    [["promote"], "give the name"],
    [["promote", "a", "b"], "'b' is one argument too many"],
    [["promote", "a", "--force"], "--force"],
    [["promote", "a", "--canary", "10", "--canary", "20"], "Option '--canary' is given twice."],
    [["promote", "a", "--deploy", "make up"], "promote: --deploy belongs to deliver."],
    [["history", "a", "--test", "make test"], "history: --test belongs to deliver."],
    [
      ["deliver", "a", "--dry-run"],
      "deliver: --dry-run belongs to promote and rollback; deliver runs an update: preview it with 'pulumi preview'.",
    ],
    [["deliver", "a", "--stack", "dev; ls"], "deliver: --stack is the stack's own name"],
    [["deliver", "a", "--stack", "acme/shop/dev"], "not 'acme/shop/dev'."],
  ] as const)
    it(`refuses '${args.join(" ")}'`, () => {
      expect(() => parseOptions([...args])).to.throw(says);
    });
});

describe("parseOptions, of a canary", () => {
  const read = (...args: string[]): unknown =>
    parseOptions(["promote", "greeting", ...args])?.canary;
  const minute = 60_000;

  it("parses its weight and its duration", () => {
    expect(read()).to.equal(undefined);
    expect(read("--canary", "10")).to.deep.equal({ kind: "weigh", percent: 10 });
    for (const [time, milliseconds] of [
      ["1m", minute],
      ["90m", 90 * minute],
      ["2h", 120 * minute],
      ["7d", 7 * 1440 * minute],
    ] as const) {
      const expected = { kind: "weigh", percent: 99, milliseconds };
      expect(read("--canary", "99", "--for", time)).to.deep.equal(expected);
    }
    expect(read("--finish")).to.deep.equal({ kind: "finish" });
    expect(read("--abort")).to.deep.equal({ kind: "abort" });
  });

  for (const percent of ["0", "100", "-5", "1.5", "05", "10%", "ten", ""])
    it(`refuses ${percent || "no"} percent`, () => {
      expect(() => read(`--canary=${percent}`)).to.throw(
        `promote: --canary is a whole percentage of prod's requests from 1 to 99, not '${percent}'.`,
      );
    });

  for (const time of ["0m", "30", "30s", "1w", "8d", "10081m", "1.5h", "m", ""])
    it(`refuses '${time}' as a duration`, () => {
      expect(() => read("--canary", "10", `--for=${time}`)).to.throw(
        `promote: --for is a time from 1m to 7d, such as 10m, 2h or 1d, not '${time}'.`,
      );
    });

  it("refuses options that exclude each other", () => {
    expect(() => read("--canary", "10", "--finish")).to.throw("one of --canary, --finish");
    expect(() => read("--finish", "--abort")).to.throw("one of --finish, --abort");
    expect(() => read("--for", "1h")).to.throw("--for belongs to --canary");
    expect(() => read("--abort", "--for", "1h")).to.throw("--for belongs to --canary");
    for (const option of ["--canary=10", "--finish", "--abort", "--for=1h"])
      expect(() => parseOptions(["rollback", "greeting", option])).to.throw(
        /^rollback: --(canary|finish|abort|for) belongs to promote\.$/,
      );
  });
});

describe("the journal in an alias's description", () => {
  const attempt = { by: "01234567", since: "2026-11-21T12:00:00.000Z" };

  it("returns a move as it was written, and when it was last taken up", () => {
    for (const since of [attempt.since, move.at]) {
      const text = journalText(move, { ...attempt, since });
      expect(parseJournal(text)).to.deep.equal(move);
      expect(journalSince(text)).to.equal(since);
    }
  });

  it("returns the end of a canary as it was written", () => {
    const finish = { ...move, canary: 10 };
    expect(parseJournal(journalText(finish, attempt))).to.deep.equal(finish);
  });

  it("fits into 256 characters with the longest ids", () => {
    const long = { version: "9".repeat(10), deploymentId: "x".repeat(10) };
    const longest: Move = { ...move, action: "rollback", from: long, to: long, canary: 99 };
    expect(journalText(longest, attempt).length).to.be.at.most(256);
    expect(finishedMoveText(longest).length).to.be.at.most(256);
  });

  for (const text of [
    '{"moving":',
    '{"moving":"promote"}',
    '{"moving":"promote","from":5,"to":{}}',
  ])
    it(`says how to fix an alias that somebody has edited into ${text}`, () => {
      expect(() => parseJournal(text)).to.throw(/^The description of alias PROD .* update-alias /);
    });

  it("ignores every other text than a move under way", () => {
    for (const text of [undefined, "", "mine", finishedMoveText(move), "{}"])
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

  it("show the weight that a promotion ends", () => {
    expect(changeTable({ ...move, canary: 10 })).to.match(
      /PROD alias +version 9, 10 % version 10 +version 10$/m,
    );
  });

  it("list the events of canaries", () => {
    const at = "2026-11-21T00:00:00.000Z";
    const table = historyTable([
      { canary: "started", version: "10", percent: 5, at },
      { canary: "stopped", version: "10", percent: 5, at, reason: "alarm errors" },
      { ...move, canary: 5 },
    ]);
    expect(table.split("\n").slice(1)).to.deep.equal([
      `${at}   canary started              10, 5 %`,
      `${at}   canary stopped              10, 5 %                      alarm errors`,
      `${at}   promote (canary finished)   9 -> 10   abc123 -> def456`,
    ]);
  });

  it("list the moves", () => {
    expect(historyTable([move]).split("\n")[1]).to.match(
      /^2026-11-21T00:00:00.000Z +promote +9 -> 10 +abc123 -> def456$/,
    );
  });
});

describe("isLoopback", () => {
  it("distinguishes an emulator on this machine from AWS", () => {
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
