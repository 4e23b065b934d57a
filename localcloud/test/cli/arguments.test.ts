import { expect } from "chai";
import * as path from "node:path";
import { parseArguments, UsageError } from "../../cli/commandLine/arguments";
import { HELP } from "../../cli/commandLine/help";
import type { Request } from "../../cli/commandLine/requests";

const here = process.cwd();
const common = { stack: "dev", directory: here, quiet: false };
const up = {
  ...{ ...common, command: "up", port: 4566 },
  ...{ watch: true, follow: true, traces: true, open: false, inspect: false, state: undefined },
};
const exec = {
  ...{ ...common, command: "exec", port: 0 },
  ...{ program: true, traces: false, run: ["x"] },
};
const start = { command: "start", port: 4566, traces: true, state: undefined };
const endpoint = "http://127.0.0.1:4566";

const understood: [line: string, request: object][] = [
  ["", { command: "help", topic: undefined }],
  ["help", { command: "help", topic: undefined }],
  ["--help", { command: "help", topic: undefined }],
  ["-h", { command: "help", topic: undefined }],
  ["help up", { command: "help", topic: "up" }],
  ["up --help", { command: "help", topic: "up" }],
  ["exec -h -- x --help", { command: "help", topic: "exec" }],
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
  ["up --open", { ...up, open: true }],
  ["up -q --inspect", { ...up, quiet: true, inspect: true }],
  ["up --state kept", { ...up, state: path.join(here, "kept") }],
  ["init", { command: "init", directory: here, name: undefined }],
  ["init -n shop", { command: "init", directory: here, name: "shop" }],
  ["status", { command: "status", endpoint }],
  ["status -p 7", { command: "status", endpoint: "http://127.0.0.1:7" }],
  ["env", { command: "env", endpoint }],
  ["logs", { command: "logs", endpoint, of: undefined, follow: false }],
  ["logs greeting -f", { command: "logs", endpoint, of: "greeting", follow: true }],
  ["invoke greeting", { command: "invoke", endpoint, of: "greeting", event: undefined }],
  ["invoke greeting {}", { command: "invoke", endpoint, of: "greeting", event: "{}" }],
  ["requests", { command: "requests", endpoint, follow: false }],
  ["clock", { command: "clock", endpoint, advance: undefined }],
  ["clock +1h", { command: "clock", endpoint, advance: "+1h" }],
  ["faults", { command: "faults", endpoint, words: [] }],
  [
    "faults add throttle sqs 2",
    { command: "faults", endpoint, words: ["add", "throttle", "sqs", "2"] },
  ],
  ["up --no-traces", { ...up, traces: false }],
  ["start", start],
  ["start -p 9 --no-traces", { ...start, port: 9, traces: false }],
  ["start --state=/kept", { ...start, state: "/kept" }],
  ["exec -- x", exec],
  ["exec -s prod -- x", { ...exec, stack: "prod" }],
  ["exec --traces -- x", { ...exec, traces: true }],
  ["exec --no-program -p 7 -- x", { ...exec, program: false, port: 7 }],
  ["exec -- x -s y --port -- z", { ...exec, run: ["x", "-s", "y", "--port", "--", "z"] }],
];

const refused: [line: string, message: RegExp][] = [
  [
    "down",
    /^there is no command 'down'\. There are up, start, exec, init, status, env, logs, invoke, /,
  ],
  ["exce -- x", /^there is no command 'exce'\. Did you mean 'exec'\?$/],
  ["staus", /^there is no command 'staus'\. Did you mean 'status'\?$/],
  ["help staus", /^there is no command 'staus'\. Did you mean 'status'\?$/],
  ["staus --help", /^there is no command 'staus'\. Did you mean 'status'\?$/],
  ["invoke", /^'invoke' needs an argument: see 'localcloud invoke --help'\.$/],
  ["clock +1h +2h", /^'\+2h' is one argument too many\.$/],
  ["clock -- -5m", /^'clock' takes nothing after '--': remove '-- -5m'\.$/],
  ["up now", /^'now' is one argument too many\.$/],
  ["start up", /^'up' is one argument too many\.$/],
  ["exec npm test", /^write '--' before the command to run: localcloud exec -- npm test$/],
  ["exec", /^give the command to run: localcloud exec -- <command> \[arguments\]\.$/],
  ["exec --", /^give the command to run/],
  ["up --wombat", /^there is no option '--wombat'\.$/],
  ["up --prot 1", /^there is no option '--prot'\. Did you mean '--port'\?$/],
  ["up --no-wacth", /^there is no option '--no-wacth'\. Did you mean '--no-watch'\?$/],
  ["up -x", /^there is no option '-x'\.$/],
  ["up --stack", /^Option '-s, --stack <value>' argument missing/],
  ["up --no-watch=yes", /^Option '--no-watch' does not take an argument/],
  ["up --traces", /^'up' does not have the option --traces\.$/],
  ["up --no-program", /^'up' does not have the option --no-program\.$/],
  ["start --stack dev", /^'start' does not have the option --stack\.$/],
  ["exec --no-follow -- x", /^'exec' does not have the option --no-follow\.$/],
  ["up -p 65536", /^port '65536' is not a number from 0 to 65535 \(0 = a free one\)\.$/],
  ["up -p -1", /ambiguous/],
  ["up --port=-1", /^port '-1' is not a number/],
  ["up --state=", /^--state needs the name of a folder\.$/],
  ["exec --state kept -- x", /^'exec' does not have the option --state\.$/],
  ["start -p 1.5", /^port '1.5' is not a number/],
  ["exec -p http -- x", /^port 'http' is not a number/],
];

describe("The command line", () => {
  const before = { ...process.env };
  beforeEach(() => {
    delete process.env.LOCALCLOUD_PORT;
    delete process.env.AWS_ENDPOINT_URL;
  });
  afterEach(() => void (process.env = { ...before }));
  const parse = (line: string): Request => parseArguments(line.split(" ").filter(Boolean));

  for (const [line, request] of understood)
    it(`understands 'localcloud ${line}'`, () => {
      expect(parse(line)).to.deep.equal(request);
    });

  for (const [line, message] of refused)
    it(`refuses 'localcloud ${line}'`, () => {
      expect(() => parse(line)).to.throw(UsageError, message);
    });

  it("reads the port from the environment if the command line has none", () => {
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

  it("finds a running cloud by the environment, like AWS tools, and ignores real AWS", () => {
    process.env.AWS_ENDPOINT_URL = "http://127.0.0.1:4999/";
    expect(parse("status")).to.include({ endpoint: "http://127.0.0.1:4999" });
    expect(parse("status -p 7")).to.include({ endpoint: "http://127.0.0.1:7" });
    process.env.AWS_ENDPOINT_URL = "https://sqs.us-east-1.amazonaws.com";
    expect(parse("status")).to.include({ endpoint });
  });

  it("has help for every command that lists all of its options, in lines that fit a terminal", () => {
    const options = {
      up: [
        "--stack",
        "--port",
        "--cwd",
        "--no-watch",
        "--no-follow",
        "--no-traces",
        "--quiet",
        "--inspect",
        "--state",
      ],
      start: ["--port", "--no-traces", "--state"],
      exec: ["--stack", "--port", "--cwd", "--no-program", "--quiet"],
      init: ["--name", "--cwd"],
      status: ["--port"],
      env: ["--port"],
      logs: ["--port", "--follow"],
      invoke: ["--port"],
      requests: ["--port", "--follow"],
      clock: ["--port"],
      faults: ["--port"],
    };
    for (const [topic, names] of Object.entries(options))
      for (const name of names) expect(HELP[topic as keyof typeof options]).to.include(name);
    for (const text of Object.values(HELP)) {
      for (const line of text.split("\n")) expect(line.length, line).to.be.at.most(110);
      expect(text).to.match(/[^\n]\n$/);
    }
  });
});
