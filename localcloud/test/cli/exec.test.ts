import { expect } from "chai";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { childProcesses, isRunning } from "../support/childProcesses";
import { Command, localcloud } from "../support/localcloudCommand";
import { until } from "../support/until";

const PROGRAM = path.join(__dirname, "programs/functions");
const MISSING = path.join(__dirname, "programs");

describe("localcloud exec", () => {
  const running: Command[] = [];
  after(() => Promise.all(running.map((command) => command.kill())));
  const started = (...args: string[]): Command => {
    const command = new Command(["exec", ...args]);
    running.push(command);
    return command;
  };
  const script = (text: string): string[] => ["--", process.execPath, "-e", text];

  it("deploys, runs the command with the outputs and the account's keys, and prints on stderr only", async () => {
    const text = `
      const { statSync, readFileSync } = require("fs");
      const { LOCALCLOUD_OUTPUTS: file, AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID } = process.env;
      const mode = (statSync(file).mode & 0o777).toString(8);
      const outputs = JSON.parse(readFileSync(file, "utf8"));
      console.log(JSON.stringify({ file, mode, outputs, AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, args: process.argv.slice(1) }));
      process.exitCode = 7;`;
    // A relative path, as a user types it. Two concurrent runs share no files.
    const relative = path.relative(process.cwd(), PROGRAM);
    const commands = [1, 2].map((n) =>
      started("-C", relative, ...script(text), "--", `-${n}`, "a b", "$HOME"),
    );
    const codes = await Promise.all(commands.map((command) => command.code()));
    expect(codes, commands[0].output).to.deep.equal([7, 7]);
    const [one, two] = commands.map(
      ({ stdout }) => JSON.parse(stdout) as Record<string, unknown> & { file: string },
    );
    expect(one.AWS_ENDPOINT_URL).to.not.equal(two.AWS_ENDPOINT_URL);
    expect(one.file).to.not.equal(two.file);
    expect(one).to.include({ mode: "600", AWS_REGION: "eu-central-1" });
    expect(one.AWS_ACCESS_KEY_ID).to.match(/^AKIA/);
    expect(one.args).to.deep.equal(["-1", "a b", "$HOME"]);
    expect(one.outputs).to.have.keys([
      "counterFunctionName",
      "greeterFunctionName",
      "password",
      "queueUrl",
    ]);
    expect(one.outputs).to.include({ password: "hunter2" });
    for (const { file } of [one, two]) expect(existsSync(path.dirname(file))).to.equal(false);
    expect(commands[0].stderr).to.match(/ready on http:\/\/127\.0\.0\.1:\d+: 4 created in/);
    expect(commands[0].stderr).to.not.include("hunter2");
    expect(commands[0].stderr).to.not.include("\u001b");
  });

  it("exits with the command's exit code, 128 plus the signal's number, 127 or 126", async () => {
    const cases: [args: string[], code: number, message: RegExp][] = [
      [script("process.exit(3)"), 3, /^$/],
      [script("process.kill(process.pid, 'SIGTERM'); setTimeout(() => 0, 9999)"), 143, /^$/],
      [script("process.kill(process.pid, 'SIGKILL'); setTimeout(() => 0, 9999)"), 137, /^$/],
      [["--", "no-such-command-here"], 127, /^localcloud: cannot run 'no-such-command-here': /],
      [["--", path.join(PROGRAM, "index.ts")], 126, /^localcloud: cannot run '.*': .*EACCES/],
    ];
    const commands = cases.map(([args]) => started("--no-program", ...args));
    for (const [index, [args, code, message]] of cases.entries()) {
      expect(await commands[index].code(), args.join(" ")).to.equal(code);
      expect(commands[index].stderr).to.match(message);
      expect(commands[index].stdout).to.equal("");
    }
  });

  /**
   * Prints every signal that it gets, and ends shortly after the first one, so that a second one has time to arrive.
   */
  const recorder = `
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"])
      process.on(name, () => { console.log("got", name); setTimeout(() => process.exit(5), 300); });
    console.log("running"); setTimeout(() => 0, 20000);`;

  it("forwards its own signal once to all processes of the command, and waits for them", async () => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
      const inShell = `trap : ${signal.slice(3)}; "$0" -e "$1"; exit $?`;
      const command = started(
        ...["--no-program", "--", "sh", "-c", inShell, process.execPath, recorder],
      );
      await command.prints(/running/);
      command.signal(signal);
      expect(await command.code()).to.equal(5);
      expect(command.stdout.match(/got \w+/g)).to.deep.equal([`got ${signal}`]);
    }
  });

  it("does not forward Ctrl-C, which the terminal sends to both", async () => {
    const command = new Command(["exec", "--no-program", ...script(recorder)], { terminal: 80 });
    running.push(command);
    await command.prints(/running/);
    process.kill(-childProcesses(command.pid)[0], "SIGINT");
    expect(await command.code()).to.equal(5);
    expect(command.stdout.match(/got \w+/g)).to.deep.equal(["got SIGINT"]);
  });

  it("forwards a SIGINT that was sent only to itself, on a terminal too", async () => {
    const command = new Command(["exec", "--no-program", ...script(recorder)], { terminal: 80 });
    running.push(command);
    await command.prints(/running/);
    process.kill(childProcesses(command.pid)[0], "SIGINT");
    expect(await command.code()).to.equal(5);
    expect(command.stdout.match(/got \w+/g)).to.deep.equal(["got SIGINT"]);
  });

  it("ends immediately at the second signal, and kills a command that ignores signals", async () => {
    const command = started(
      "--no-program",
      ...script(`
        process.on("SIGINT", () => console.log("no"));
        console.log("running", process.pid); setTimeout(() => 0, 20000);`),
    );
    await command.prints(/running \d+\n/);
    const pid = Number(/running (\d+)/.exec(command.stdout)?.[1]);
    expect(childProcesses(command.pid)).to.deep.equal([pid]);
    command.signal("SIGINT");
    await command.prints(/no/);
    command.signal("SIGINT");
    expect(await command.code()).to.equal(130);
    await until("the command ends", () => !isRunning(pid));
  });

  it("leaves no temporary folder behind at the second signal or when nobody reads its messages", async () => {
    const home = mkdtempSync(path.join(tmpdir(), "localcloud-exec-"));
    const env = { TMPDIR: home };
    const ignoring = `trap '' INT; echo running; while :; do sleep 0.1; done`;
    const command = new Command(["exec", "--no-program", "--", "sh", "-c", ignoring], { env });
    running.push(command);
    await command.prints(/running/);
    expect(readdirSync(home)).to.have.length(1);
    command.signal("SIGINT");
    command.signal("SIGTERM");
    await command.exited;
    const unread = new Command(["exec", "-C", PROGRAM, "--", "true"], { env, unread: "stderr" });
    running.push(unread);
    expect(await unread.code()).to.equal(129);
    expect(readdirSync(home)).to.deep.equal([]);
    rmdirSync(home);
  });

  it("says what is wrong with the folder of the temporary files, and ends", async () => {
    const env = { TMPDIR: path.join(PROGRAM, "no") };
    for (const args of [
      ["exec", "-C", PROGRAM, "--", "true"],
      ["exec", "--no-program", "--", "true"],
      ["up", "-C", PROGRAM, "--port", "0"],
    ]) {
      const command = new Command(args, { env });
      running.push(command);
      expect(await command.code(), args.join(" ")).to.equal(1);
      expect(command.stderr).to.match(
        /^localcloud: cannot create a folder for temporary files \(ENOENT: .*\): set TMPDIR to a folder that exists, is writable and has free space\.\n$/,
      );
    }
  });

  it("reports in one line an error in the project, the stack or the command line", async () => {
    const cases: [args: string[], code: number, message: RegExp][] = [
      [["-C", MISSING, "--", "true"], 1, /^localcloud: There is no Pulumi\.yaml in .*programs\./],
      [
        ["-C", PROGRAM, "-s", "x", "--", "true"],
        1,
        /^localcloud: There is no stack 'x': Pulumi\.x/,
      ],
      [
        ["--no-program", "-C", path.join(PROGRAM, "no"), "--", "true"],
        1,
        /^localcloud: There is no folder .*no; --cwd must name the folder in which the command runs\.$/,
      ],
      [
        ["--no-program", "-C", path.join(PROGRAM, "index.ts"), "--", "true"],
        1,
        /^localcloud: There is no folder .*index\.ts;/,
      ],
      [["-C", PROGRAM], 2, /^localcloud: give the command to run: .*\nTry 'localcloud --help'\.$/],
    ];
    const commands = cases.map(([args]) => started(...args));
    for (const [index, [args, code, message]] of cases.entries()) {
      expect(await commands[index].code(), args.join(" ")).to.equal(code);
      expect(commands[index].stderr.trimEnd()).to.match(message);
      expect(commands[index].stdout).to.equal("");
    }
  });
});

describe("localcloud", () => {
  it("says in one line that its output cannot be written", async function () {
    if (!existsSync("/dev/full")) this.skip();
    const bin = path.resolve(__dirname, "../../bin/localcloud.js");
    const line = `'${process.execPath}' '${bin}' --help 2>&1 >/dev/full; echo $?`;
    expect((await promisify(execFile)("sh", ["-c", line])).stdout).to.match(
      /^localcloud: cannot write the output: ENOSPC: .*\n1\n$/,
    );
  });

  it("prints its help and its version, and refuses unknown commands", async () => {
    const cases: [args: string[], code: number, out: RegExp, err: RegExp][] = [
      [[], 0, /^localcloud: a local AWS/, /^$/],
      [["help"], 0, /^localcloud: a local AWS/, /^$/],
      [["up", "--help"], 0, /^localcloud up: /, /^$/],
      [["help", "start"], 0, /^localcloud start: /, /^$/],
      [["exec", "-h"], 0, /^localcloud exec: /, /^$/],
      [["--version"], 0, /^\d+\.\d+\.\d+\n$/, /^$/],
      [["down"], 2, /^$/, /^localcloud: there is no command 'down'/],
    ];
    const commands = await Promise.all(cases.map(([args]) => localcloud(args)));
    for (const [index, [args, code, out, err]] of cases.entries()) {
      expect(await commands[index].code(), args.join(" ")).to.equal(code);
      expect(commands[index].stdout).to.match(out);
      expect(commands[index].stderr).to.match(err);
    }
    const bad = await localcloud(["up"], { env: { LOCALCLOUD_PORT: "many" } });
    expect(await bad.code()).to.equal(2);
    expect(bad.stderr).to.match(/^localcloud: port 'many' is not a number from 0 to 65535/);
  });
});
