import { expect } from "chai";
import { execFile } from "node:child_process";
import { readFileSync, renameSync, writeFileSync, mkdirSync } from "node:fs";
import { createServer, type Server } from "node:net";
import * as path from "node:path";
import { promisify } from "node:util";
import { childProcesses, isRunning } from "../support/childProcesses";
import {
  Command,
  type CommandOptions,
  copyProgram,
  type ProgramCopy,
} from "../support/localcloudCommand";
import { until } from "../support/until";

const PROGRAM = path.join(__dirname, "programs/functions");
const READY = /Ctrl-C ends it/;
const run = promisify(execFile);

describe("localcloud up", () => {
  const running: Command[] = [];
  const copies: ProgramCopy[] = [];
  after(async () => {
    await Promise.all(running.map((command) => command.kill()));
    copies.forEach((copy) => copy.remove());
  });

  function up(args: readonly string[], options?: CommandOptions): Command {
    const command = new Command(["up", "--port", "0", ...args], options);
    running.push(command);
    return command;
  }
  function copied(): string {
    const copy = copyProgram(PROGRAM);
    copies.push(copy);
    return copy.directory;
  }
  /** Returns the program with an endless wait before its first resource. */
  function waiting(): string {
    const directory = copied();
    writeFileSync(
      path.join(directory, "index.ts"),
      `console.log("program", process.pid); setInterval(() => 0, 1000); export = new Promise(() => 0);`,
    );
    return directory;
  }
  const programPid = (command: Command): number =>
    Number(/program (\d+)/.exec(command.stdout)?.[1]);
  /** Invokes a function like the printed curl line. */
  async function invoke(command: Command, name: string): Promise<string> {
    const [line] = new RegExp(`^ *curl .*/functions/${name}-\\w+/invocations.*$`, "m").exec(
      command.stdout,
    ) ?? [""];
    return (await run("sh", ["-c", `${line.trim()} --silent --show-error --fail`])).stdout;
  }

  it("prints what it deployed, without secrets and colours, and working curl lines", async () => {
    const command = up(["-C", PROGRAM, "--no-watch"]);
    await command.prints(READY);
    const { stdout } = command;
    expect(stdout).to.match(
      /^console http:\/\/127\.0\.0\.1:\d+\/_localcloud\/console\nfunctions \/ dev on http:\/\/127\.0\.0\.1:\d+\n/,
    );
    expect(stdout).to.match(/^ {2}\+ aws:lambda:Function +counter created$/m);
    expect(stdout).to.match(/^ready: 4 created in \d+\.\d s$/m);
    expect(stdout).to.match(/^ {2}password +\[secret\]$/m);
    expect(stdout).to.match(/^ {2}queueUrl +http:\S+\/123456789012\/queue-\w+$/m);
    expect(stdout).to.match(/^Ctrl-C ends it\.$/m);
    expect(stdout).to.not.include("hunter2");
    expect(command.output).to.not.include("\u001b");
    expect(command.stderr).to.equal("");

    expect(await invoke(command, "counter")).to.equal('{"count":1}');
    expect(await invoke(command, "counter")).to.equal('{"count":2}');
    await command.prints(/ \/aws\/lambda\/counter-\w+ .*count 2/);
    const [line] = /^ *export AWS_.*$/m.exec(stdout) ?? [""];
    const { stdout: endpoint } = await run("sh", ["-c", `${line}; echo $AWS_ENDPOINT_URL`]);
    expect(stdout).to.include(endpoint.trim());

    const children = childProcesses(command.pid);
    expect(children, "a worker, with what starts and ends it").to.not.be.empty;
    command.signal("SIGINT");
    expect(await command.code()).to.equal(0);
    expect(children.filter(isRunning)).to.deep.equal([]);
  });

  it("uses colours and a status line on a terminal, and neither with NO_COLOR", async () => {
    const directory = waiting();
    const [coloured, plain] = [{}, { NO_COLOR: "1" }].map((env) =>
      up(["-C", directory], { terminal: 60, env: { TERM: "xterm", ...env } }),
    );
    await coloured.prints(/\u001b\[1mfunctions \/ dev\u001b\[22m on http/);
    await coloured.prints(/ {2}running the program, 1 s/);
    await plain.prints(/^functions \/ dev on http/m);
    await plain.prints(/program \d+/);
    expect(plain.stdout).to.not.match(/\u001b\[\d+m/);
    await Promise.all([coloured, plain].map((command) => command.prints(/program \d+/)));
    for (const command of [coloured, plain]) {
      // `script` runs the command on its terminal; the signal goes to the command itself.
      process.kill(childProcesses(command.pid)[0], "SIGINT");
      expect(await command.code()).to.equal(130);
      expect(isRunning(programPid(command))).to.equal(false);
    }
  });

  it("exits with 128 plus the number of a signal during the deployment, and ends the program", async () => {
    const directory = waiting();
    for (const [signal, code] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      const command = up(["-C", directory]);
      await command.prints(/program \d+/);
      expect(childProcesses(command.pid)).to.deep.equal([programPid(command)]);
      command.signal(signal);
      expect(await command.code(), signal).to.equal(code);
      expect(isRunning(programPid(command))).to.equal(false);
      expect(command.stderr).to.equal("");
    }
  });

  it("leaves no program and no worker behind when it is killed", async () => {
    const [busy, idle] = [up(["-C", waiting()]), up(["-C", PROGRAM])];
    await busy.prints(/program \d+/);
    await idle.prints(READY);
    await invoke(idle, "greeter");
    const children = [busy, idle].flatMap((command) => childProcesses(command.pid));
    expect(children).to.have.length.at.least(2);
    await Promise.all([busy.kill(), idle.kill()]);
    await until("the program and the worker end", () => !children.some(isRunning));
  });

  describe("when it cannot begin", () => {
    let taken: Server;
    let port = 0;
    before(async () => {
      taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
      port = (taken.address() as { port: number }).port;
    });
    after(() => taken.close());

    it("prints the reason and what to do, and exits with 1", async () => {
      const broken = copied();
      writeFileSync(path.join(broken, "counter.ts"), `export const counter = "unfinished`);
      const unreadable = copied();
      writeFileSync(path.join(unreadable, "package.json"), "{");
      const cases: [args: string[], message: RegExp][] = [
        [
          ["-C", unreadable],
          /^failed: Node\.js cannot find @pulumi\/pulumi from .*: Error parsing .*package\.json: /m,
        ],
        [
          ["-C", PROGRAM, "--port", String(port)],
          /^localcloud: port \d+ on 127\.0\.0\.1 is in use/,
        ],
        [
          ["-C", PROGRAM, "-s", "prod"],
          /^localcloud: There is no stack 'prod': Pulumi\.prod\.yaml/,
        ],
        [
          ["-C", __dirname],
          /^localcloud: There is no Pulumi\.yaml in .*cli\. Run this in the folder/,
        ],
        [
          ["-C", broken],
          /error: [^]*Unterminated string literal[^]*\nfailed: The program failed \(exit/,
        ],
      ];
      const commands = cases.map(([args]) => up(args));
      for (const [index, [args, message]] of cases.entries()) {
        expect(await commands[index].code(), args.join(" ")).to.equal(1);
        expect(commands[index].output).to.match(message);
        expect(commands[index].output).to.not.match(/^ +at .*index\.js/m);
      }
      const start = new Command(["start", "--port", String(port)]);
      running.push(start);
      expect(await start.code()).to.equal(1);
      expect(start.stderr).to.match(/is in use, perhaps by another local cloud/);
    });
  });

  it("applies a saved change only to the resources it affects, and survives mistakes", async () => {
    const directory = copied();
    const save = (file: string, text: string): void =>
      writeFileSync(path.join(directory, file), text);
    const command = up(["-C", directory]);
    // A file saved while the program runs for the first time is applied afterwards.
    await command.prints(/role created/);
    save("greeter.ts", 'export const greeter = `exports.handler = async () => "early";`;');
    await command.prints(READY);
    await command.prints(/^ready: /m, 2);
    expect(await invoke(command, "greeter")).to.equal('"early"');
    expect(await invoke(command, "counter")).to.equal('{"count":1}');

    save("greeter.ts", 'export const greeter = `exports.handler = async () => "changed";`;');
    await command.prints(
      /^ready: greeter\.ts; now served by greeter; 1 updated, 3 unchanged in \d+\.\d s$/m,
      2,
    );
    expect(await invoke(command, "greeter")).to.equal('"changed"');
    expect(await invoke(command, "counter"), "the same worker").to.equal('{"count":2}');

    save("greeter.ts", "export const greeter = `");
    await command.prints(/^failed: greeter\.ts; The program failed/m);
    expect(command.stdout).to.match(/Unterminated template literal/);
    expect(await invoke(command, "greeter")).to.equal('"changed"');
    expect(await invoke(command, "counter")).to.equal('{"count":3}');

    // Many editors save this way: they rename another file. Also a file in a new folder.
    mkdirSync(path.join(directory, "texts"));
    save("texts/text.ts", 'export const text = "mended";');
    save(
      "swap",
      'import { text } from "./texts/text";\nexport const greeter = `exports.handler = async () => "${text}";`;',
    );
    renameSync(path.join(directory, "swap"), path.join(directory, "greeter.ts"));
    await command.prints(/; now served by greeter; 1 updated, 3 unchanged in/m, 3);
    expect(await invoke(command, "greeter")).to.equal('"mended"');
    save("texts/text.ts", 'export const text = "again";');
    await command.prints(/^ready: texts\/text\.ts; now served by greeter;/m);
    expect(await invoke(command, "greeter")).to.equal('"again"');
    expect(await invoke(command, "counter")).to.equal('{"count":4}');

    const stack = readFileSync(path.join(directory, "Pulumi.dev.yaml"), "utf8");
    save("Pulumi.dev.yaml", stack.replace("eu-central-1", "us-west-2"));
    await command.prints(
      /^failed: Pulumi\.dev\.yaml; Pulumi\.dev\.yaml: aws:region is now us-west-2, but this cloud was started with eu-central-1: start it again, or undo the change\. /m,
    );
    const project = readFileSync(path.join(directory, "Pulumi.yaml"), "utf8");
    save("Pulumi.dev.yaml", stack);
    save("Pulumi.yaml", project.replace(/^name: .*/m, "name: other"));
    await command.prints(/; Pulumi\.yaml: name is now other, but this cloud was started with /m);
    save("Pulumi.yaml", project);
    await command.prints(/^ready: Pulumi\.yaml; 4 unchanged in /m);

    const index = readFileSync(path.join(directory, "index.ts"), "utf8");
    save("index.ts", `${index}\nexport const added = "new output";\n`);
    await command.prints(/^ {2}added +new output$/m);
    command.signal("SIGTERM");
    expect(await command.code()).to.equal(0);
  });
});

describe("localcloud start", () => {
  it("starts only the cloud, and ends on Ctrl-C", async () => {
    const command = new Command(["start", "--port", "0"]);
    await command.prints(/^export AWS_SECRET_ACCESS_KEY=/m);
    const [, endpoint] = /^ready on (http:\S+)\n/m.exec(command.stdout) ?? [];
    expect((await fetch(`${endpoint}/_localcloud/health`)).status).to.equal(200);
    expect(command.stdout).to.include(`export AWS_ENDPOINT_URL=${endpoint}\n`);
    command.signal("SIGINT");
    expect(await command.code()).to.equal(0);
  });
});
