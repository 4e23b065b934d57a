import { expect } from "chai";
import * as path from "node:path";
import { parseArguments, type Request, UsageError } from "../../cli/arguments";
import { HELP } from "../../cli/help";

const here = process.cwd();
const up = {
  ...{ command: "up", stack: "dev", port: 4566, directory: here },
  ...{ watch: true, follow: true, traces: true },
};
const exec = {
  ...{ command: "exec", stack: "dev", port: 0, directory: here },
  ...{ program: true, traces: false, run: ["x"] },
};

const understood: [line: string, request: object][] = [
  ["", { command: "help", topic: undefined }],
  ["help", { command: "help", topic: undefined }],
  ["--help", { command: "help", topic: undefined }],
  ["-h", { command: "help", topic: undefined }],
  ["help up", { command: "help", topic: "up" }],
  ["up --help", { command: "help", topic: "up" }],
  ["exec -h -- x --help", { command: "help", topic: "exec" }],
  ["help nonsense", { command: "help", topic: undefined }],
  ["--version", { command: "version" }],
  ["up -v", { command: "version" }],
  ["up", up],
  ["up --stack prod --port 1", { ...up, stack: "prod", port: 1 }],
  ["up -s prod -p 65535", { ...up, stack: "prod", port: 65535 }],
  ["up --stack=prod --port=0", { ...up, stack: "prod", port: 0 }],
  ["--stack prod up", { ...up, stack: "prod" }],
  ["up -C /tmp/x", { ...up, directory: "/tmp/x" }],
  ["up --cwd test", { ...up, directory: path.join(here, "test") }],
  ["up --no-watch", { ...up, watch: false }],
  ["up --no-follow --no-watch", { ...up, watch: false, follow: false }],
  ["up --no-traces", { ...up, traces: false }],
  ["start", { command: "start", port: 4566, traces: true }],
  ["start -p 9 --no-traces", { command: "start", port: 9, traces: false }],
  ["exec -- x", exec],
  ["exec -s prod -- x", { ...exec, stack: "prod" }],
  ["exec --traces -- x", { ...exec, traces: true }],
  ["exec --no-program -p 7 -- x", { ...exec, program: false, port: 7 }],
  ["exec -- x -s y --port -- z", { ...exec, run: ["x", "-s", "y", "--port", "--", "z"] }],
];

const refused: [line: string, message: RegExp][] = [
  ["down", /^there is no command 'down'; there are up, start and exec\.$/],
  ["up now", /^'now' is one argument too many\.$/],
  ["start up", /^'up' is one argument too many\.$/],
  ["exec npm test", /^write '--' before the command to run: localcloud exec -- npm test$/],
  ["exec", /^say what to run: localcloud exec -- <command> \[arguments\]\.$/],
  ["exec --", /^say what to run/],
  ["up --color", /^Unknown option '--color'/],
  ["up -x", /^Unknown option '-x'/],
  ["up --stack", /^Option '-s, --stack <value>' argument missing/],
  ["up --no-watch=yes", /^Option '--no-watch' does not take an argument/],
  ["up --traces", /^'up' does not have the option --traces\.$/],
  ["up --no-program", /^'up' does not have the option --no-program\.$/],
  ["start --stack dev", /^'start' does not have the option --stack\.$/],
  ["exec --no-follow -- x", /^'exec' does not have the option --no-follow\.$/],
  ["up -p 65536", /^port '65536' is not a number from 0 to 65535 \(0 = a free one\)\.$/],
  ["up -p -1", /ambiguous/],
  ["up --port=-1", /^port '-1' is not a number/],
  ["start -p 1.5", /^port '1.5' is not a number/],
  ["exec -p http -- x", /^port 'http' is not a number/],
];

describe("The command line", () => {
  const before = process.env.LOCALCLOUD_PORT;
  beforeEach(() => void delete process.env.LOCALCLOUD_PORT);
  afterEach(() => {
    if (before === undefined) delete process.env.LOCALCLOUD_PORT;
    else process.env.LOCALCLOUD_PORT = before;
  });
  const parse = (line: string): Request => parseArguments(line.split(" ").filter(Boolean));

  for (const [line, request] of understood)
    it(`understands 'localcloud ${line}'`, () => {
      expect(parse(line)).to.deep.equal(request);
    });

  for (const [line, message] of refused)
    it(`refuses 'localcloud ${line}'`, () => {
      expect(() => parse(line)).to.throw(UsageError, message);
    });

  it("takes the port from the environment where the command line names none", () => {
    process.env.LOCALCLOUD_PORT = "4567";
    expect(parse("up")).to.include({ port: 4567 });
    expect(parse("start")).to.include({ port: 4567 });
    expect(parse("exec -- x")).to.include({ port: 4567 });
    expect(parse("up -p 1")).to.include({ port: 1 });
    process.env.LOCALCLOUD_PORT = "";
    expect(parse("up")).to.include({ port: 4566 });
    process.env.LOCALCLOUD_PORT = "none";
    expect(() => parse("up")).to.throw(UsageError, /^port 'none' is not a number/);
    expect(parse("up --help")).to.include({ command: "help" });
  });

  it("has a help for every command that names every option of it, in lines that fit a terminal", () => {
    const options = {
      up: ["--stack", "--port", "--cwd", "--no-watch", "--no-follow"],
      start: ["--port"],
      exec: ["--stack", "--port", "--cwd", "--no-program"],
    };
    for (const [topic, names] of Object.entries(options))
      for (const name of names) expect(HELP[topic as keyof typeof options]).to.include(name);
    for (const text of Object.values(HELP)) {
      for (const line of text.split("\n")) expect(line.length, line).to.be.at.most(110);
      expect(text).to.match(/[^\n]\n$/);
    }
  });
});
