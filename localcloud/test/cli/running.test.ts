import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { parseArguments } from "../../cli/commandLine/arguments";
import type { RunningRequest } from "../../cli/commandLine/requests";
import { askRunningCloud } from "../../cli/running";
import { functionNamed, RunningError } from "../../cli/running/runningCloud";
import type { DeployedResource } from "../../cloud/program";
import { Command, localcloud } from "../support/localcloudCommand";

const PROGRAM = path.join(__dirname, "programs/functions");
const run = promisify(execFile);

interface Answer {
  readonly code: number;
  readonly printed: string;
  readonly complaint: string;
}

describe("Commands against a running cloud", function () {
  this.timeout(120_000);
  let up: Command;
  let port = "";
  before(async () => {
    up = new Command(["up", "--port", "0", "-C", PROGRAM, "--no-watch", "--quiet"]);
    await up.prints(/Ctrl-C ends it/);
    // The console's address, which is printed first, has another port.
    port = /ENDPOINT_URL=http:\/\/127\.0\.0\.1:(\d+)/.exec(up.stdout)?.[1] ?? "";
  });
  after(() => up.kill());

  /** In this process, which tests the same without the time to start another one. */
  const ask = async (...words: string[]): Promise<Answer> => {
    const printed: string[] = [];
    const complaints: string[] = [];
    const code = await askRunningCloud(
      parseArguments([...words, "--port", port]) as RunningRequest,
      {
        print: (line) => printed.push(line),
        complain: (line) => complaints.push(line),
      },
    );
    return { code, printed: printed.join("\n"), complaint: complaints.join("\n") };
  };
  const answer = async (...words: string[]): Promise<string> => {
    const { code, printed, complaint } = await ask(...words);
    expect(code, complaint).to.equal(0);
    return printed;
  };
  const refusal = async (...words: string[]): Promise<string> => {
    const { code, printed, complaint } = await ask(...words);
    expect(code).to.equal(1);
    expect(printed).to.equal("");
    return complaint;
  };

  it("up --quiet prints no resources before they are requested", () => {
    expect(up.stdout).to.not.include(" created\n");
    expect(up.stdout).to.match(/^ready: 4 created in/m);
  });

  it("list what is deployed, and where", async () => {
    const status = await answer("status");
    expect(status).to.match(
      new RegExp(`^cloud +http://127\\.0\\.0\\.1:${port}, account 123456789012`),
    );
    expect(status).to.match(/^program +functions \/ dev, 4 resources$/m);
    expect(status).to.match(/^ {2}counter +Function, counter-\w+$/m);
  });

  it("invoke a function by its name in the program, and report its failure", async () => {
    expect(await answer("invoke", "greeter")).to.equal('"hello"');
    expect(await answer("invoke", "counter", '{"any":1}')).to.equal('{"count":1}');
    const [id = ""] = /counter-\w+/.exec(await answer("status")) ?? [];
    expect(await answer("invoke", id)).to.equal('{"count":2}');
    expect(await refusal("invoke", "conter")).to.equal(
      "there is no function 'conter'. Did you mean 'counter'?",
    );
    expect(await refusal("invoke", "counter", "{")).to.match(/^the event is not valid JSON: /);
    expect(await refusal("invoke", "counter", "none.json")).to.match(/no such file.*none\.json/);
  });

  it("take every JSON value as an event, and name standard input when it contains no JSON", async () => {
    for (const event of ["true", "null", "5", '"text"'])
      expect(await answer("invoke", "greeter", event)).to.equal('"hello"');
    const bin = path.resolve(__dirname, "../../bin/localcloud.js");
    const line = `printf no | '${process.execPath}' '${bin}' invoke greeter - --port ${port} 2>&1; echo $?`;
    expect((await run("sh", ["-c", line])).stdout).to.match(
      /^localcloud: standard input is not valid JSON: .*\n1\n$/,
    );
  });

  it("show the log of one function only", async () => {
    await answer("invoke", "greeter");
    expect(await answer("logs", "counter")).to.match(/\/aws\/lambda\/counter-\w+ .*count 1/);
    expect(await answer("logs", "greeter")).to.not.include("count");
    expect(await answer("logs"))
      .to.include("/aws/lambda/counter-")
      .and.include("count 1");
  });

  it("follow a log until Ctrl-C", async () => {
    const follow = new Command(["logs", "counter", "--follow", "--port", port]);
    try {
      await follow.prints(/count 1/);
      const before = await answer("invoke", "counter");
      const [, count] = /(\d+)/.exec(before) ?? [];
      await follow.prints(new RegExp(`count ${count}`));
      expect(follow.stdout.match(/count 1\n/g), "once").to.have.length(1);
      follow.signal("SIGINT");
      expect(await follow.code()).to.equal(0);
    } finally {
      await follow.kill();
    }
  });

  it("list calls with their callers", async () => {
    expect(await answer("requests")).to.match(/^[\d:.]{12} root lambda:CreateFunction$/m);
  });

  it("move the clock, and refuse an invalid time", async () => {
    const before = Date.parse((await answer("clock")).trim());
    const after = Date.parse((await answer("clock", "+90m")).trim());
    expect(after - before).to.be.within(90 * 60_000, 92 * 60_000);
    expect(await refusal("clock", "soon")).to.match(/'soon' is not a duration: write \+90s/);
  });

  it("inject a fault, list it and remove it", async () => {
    expect(await answer("faults")).to.equal("no faults");
    expect(await answer("faults", "add", "throttle", "lambda:Invoke", "2")).to.equal(
      "1  throttle for lambda:Invoke, 2 times, 0 so far",
    );
    expect(await refusal("invoke", "greeter")).to.match(/Rate exceeded/);
    expect(await answer("faults")).to.include("1 so far");
    expect(await refusal("faults", "add", "trottle")).to.match(/Did you mean 'throttle'\?/);
    expect(await refusal("faults", "add", "throttle", "sqs", "often")).to.match(
      /'often' is not a number of calls: write 1, 2, 3 \.\.\. or forever\./,
    );
    expect(await refusal("faults", "add", "throttle", "lambda:Invoke:greeter")).to.equal(
      "'lambda:Invoke:greeter' is not a target: write a service, or service:Operation.",
    );
    expect(await refusal("faults", "clear", "1")).to.match(
      /'faults clear' takes no argument, but was given '1': it concerns all faults\./,
    );
    expect(await answer("faults", "clear")).to.equal("no faults");
    expect(await answer("invoke", "greeter")).to.equal('"hello"');
  });

  it("say that the connection was lost while a function was called", async () => {
    await answer("faults", "add", "connectionLostBefore", "lambda:Invoke");
    expect(await refusal("invoke", "greeter")).to.equal(
      "the connection was lost before 'greeter' answered: the cloud has ended, or a fault is injected.",
    );
    await answer("faults", "clear");
  });

  it("reset the cloud to its state after the start, at the same address", async () => {
    const status = (): Promise<string> => answer("status");
    const [before] = (await status()).split("\n");
    await answer("clock", "+1d");
    await answer("faults", "add", "throttle", "lambda:Invoke", "forever");
    await answer("reset").then((printed) =>
      expect(printed).to.equal("as after the start: 4 resources"),
    );
    expect(await answer("faults")).to.equal("no faults");
    expect(Math.abs(Date.parse(await answer("clock")) - Date.now())).to.be.below(3_600_000);
    expect(await answer("logs")).to.equal("");
    expect(await answer("invoke", "greeter")).to.equal('"hello"');
    expect((await status()).split("\n")[0].replace(/\d{2}:.*/, "")).to.equal(
      before.replace(/\d{2}:.*/, ""),
    );
    await up.prints(/ready: as after the start; 4 created/);
  });

  it('configure the AWS tools of a shell by eval "$(localcloud env)"', async () => {
    const bin = path.resolve(__dirname, "../../bin/localcloud.js");
    const script = `eval "$('${process.execPath}' '${bin}' env --port ${port})"; env | grep ^AWS_ | sort`;
    expect((await run("sh", ["-c", script], { env: { PATH: process.env.PATH } })).stdout).to.match(
      new RegExp(
        `^AWS_ACCESS_KEY_ID=\\w+\\nAWS_DEFAULT_REGION=eu-central-1\\nAWS_ENDPOINT_URL=http://127\\.0\\.0\\.1:${port}\\n`,
      ),
    );
  });

  it("explain how to start a cloud if none is running", async () => {
    const command = await localcloud(["status", "--port", "1"]);
    expect(await command.code()).to.equal(1);
    expect(command.stderr).to.match(
      /^localcloud: no local cloud answers on http:\/\/127\.0\.0\.1:1\. Start one with 'localcloud up'/,
    );
  });
});

describe("The name of a function on the command line", () => {
  const resource = (name: string, parent: string, id?: string): DeployedResource => ({
    urn: `urn:${name}:${id ?? "component"}`,
    type: id === undefined ? "my:index:Part" : "aws:lambda/function:Function",
    name,
    parent,
    id,
  });
  const resources = [
    resource("shop", ""),
    resource("shop-work", "urn:shop:component", "shop-work-1a2b3c4"),
    resource("pair", ""),
    resource("inner", "urn:pair:component"),
    resource("one", "urn:inner:component", "one-1a2b3c4"),
    resource("other", "urn:pair:component", "other-1a2b3c4"),
  ];

  it("may be that of a component with one function, or the one in AWS", () => {
    expect(functionNamed("shop", resources).id).to.equal("shop-work-1a2b3c4");
    expect(functionNamed("inner", resources).id).to.equal("one-1a2b3c4");
    expect(functionNamed("other-1a2b3c4", resources).name).to.equal("other");
  });

  it("is refused with the possible names if it is ambiguous", () => {
    const refused: [name: string, message: string][] = [
      ["pair", "'pair' has several functions: one, other."],
      ["shop-wrok", "there is no function 'shop-wrok'. Did you mean 'shop-work'?"],
      ["zzz", "there is no function 'zzz'. There are one, other, shop-work."],
    ];
    for (const [name, message] of refused)
      expect(() => functionNamed(name, resources)).to.throw(RunningError, message);
    expect(() => functionNamed("any", [])).to.throw(RunningError, "the program has no functions.");
  });
});
