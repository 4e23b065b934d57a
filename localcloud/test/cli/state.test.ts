import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { deserialize, serialize } from "node:v8";
import { Command, copyProgram } from "../support/localcloudCommand";

const PROGRAM = path.join(__dirname, "programs/functions");
const READY = /Ctrl-C ends it/;
/** The last line that `localcloud start` prints. */
const STARTED = /^export AWS_SECRET_ACCESS_KEY=/m;

describe("localcloud --state", () => {
  const running: Command[] = [];
  let home = "";
  let folder = "";
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), "state-test-"));
    folder = path.join(home, "state");
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((command) => command.kill()));
    rmSync(home, { recursive: true, force: true });
  });
  const file = (): string => path.join(folder, "cloud.state");

  function run(...args: readonly string[]): Command {
    const command = new Command([...args, "--state", folder]);
    running.push(command);
    return command;
  }
  const up = (...more: readonly string[]): Command =>
    run("up", "-C", PROGRAM, "--port", "0", "--no-watch", ...more);
  async function end(command: Command): Promise<void> {
    command.signal("SIGINT");
    expect(await command.code(), command.output).to.equal(0);
    expect(command.stdout).to.include(`state saved in ${folder}\n`);
  }
  const output = (command: Command, name: string): string =>
    printed(command, new RegExp(`^ {2}${name} +(\\S+)$`, "m"));
  const settings = (command: Command) => ({
    endpoint: printed(command, /AWS_ENDPOINT_URL=(\S+)/),
    region: printed(command, /AWS_REGION=(\S+)/),
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });

  it("continues after Ctrl-C: same addresses, data and functions, and nothing to deploy", async () => {
    const first = up();
    await first.prints(READY);
    const [QueueUrl, FunctionName] = ["queueUrl", "counterFunctionName"].map((name) =>
      output(first, name),
    );
    const sqs = new SQSClient(settings(first));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "kept" }));
    await end(first);
    expect(statSync(file()).mode & 0o777, "only its owner may read it").to.equal(0o600);
    expect(statSync(folder).mode & 0o777).to.equal(0o700);
    expect(readFileSync(path.join(folder, ".gitignore"), "utf8")).to.equal("*\n");

    const second = up();
    await second.prints(READY);
    expect(second.stdout).to.match(/^continues with the state in \S+state$/m);
    expect(second.stdout).to.match(/^ready: 4 unchanged in \d+\.\d s$/m);
    expect(output(second, "queueUrl")).to.equal(QueueUrl);
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
    const { Attributes } = await sqs.send(command);
    expect(Attributes?.ApproximateNumberOfMessages).to.equal("1");
    const lambda = new LambdaClient(settings(second));
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName }));
    expect(Buffer.from(Payload ?? []).toString()).to.equal('{"count":1}');
    await end(second);
  });

  it("deploys what was changed meanwhile, as an update", async () => {
    const copy = copyProgram(PROGRAM);
    try {
      const program = () => run("up", "-C", copy.directory, "--port", "0", "--no-watch");
      const first = program();
      await first.prints(READY);
      await end(first);
      const source = path.join(copy.directory, "greeter.ts");
      writeFileSync(source, `${readFileSync(source, "utf8")}\n`.replace("Hello", "Welcome back"));
      writeFileSync(
        path.join(copy.directory, "index.ts"),
        readFileSync(path.join(copy.directory, "index.ts"), "utf8").replace(
          `new aws.sqs.Queue("queue")`,
          `new aws.sqs.Queue("queue", { delaySeconds: 7 })`,
        ),
      );
      const second = program();
      await second.prints(READY);
      expect(second.stdout).to.match(/~ aws:sqs:Queue +queue updated/);
      await end(second);
    } finally {
      copy.remove();
    }
  });

  it("keeps a cloud without a program", async () => {
    const first = run("start", "--port", "0");
    await first.prints(STARTED);
    const sqs = new SQSClient(settings(first));
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "mine" }));
    await end(first);
    const second = run("start", "--port", "0");
    await second.prints(STARTED);
    expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls).to.deep.equal([QueueUrl]);
    await end(second);
    await expectRefusal(
      up(),
      /^localcloud: the state in \S+ is of a cloud without a program, not of the stack functions \/ dev: delete the folder to begin anew/,
    );
  });

  async function expectRefusal(command: Command, says: RegExp): Promise<void> {
    expect(await command.code(), command.output).to.equal(1);
    expect(command.stderr).to.match(says);
    expect(command.stderr.trim().split("\n"), "one sentence").to.have.length(1);
  }

  it("refuses state that it cannot continue, by a reason and what to do, and changes nothing", async () => {
    const first = up();
    await first.prints(READY);
    const port = new URL(settings(first).endpoint).port;
    await expectRefusal(
      up(),
      new RegExp(
        `^localcloud: the state in \\S+ is in use by the local cloud of process ${first.pid}: end that one, or give --state another folder\\.`,
      ),
    );
    await end(first);
    const saved = readFileSync(file());

    await expectRefusal(
      run("up", "-C", PROGRAM, "--port", "1025"),
      new RegExp(
        `is of a cloud on port ${port}, which its addresses contain: start it with --port ${port}`,
      ),
    );
    await expectRefusal(
      run("start", "--port", "0"),
      /is of the stack functions \/ dev: 'localcloud up' continues with it/,
    );
    const written = deserialize(saved) as object;
    writeFileSync(file(), serialize({ ...written, version: "0.0.9" }));
    await expectRefusal(
      up(),
      /was saved by version 0\.0\.9 of localcloud, and this is \S+: delete the folder to begin anew/,
    );
    writeFileSync(file(), saved.subarray(0, 500));
    await expectRefusal(up(), /the state in \S+ is damaged: delete the folder to begin anew/);
    expect(readFileSync(file()).equals(saved.subarray(0, 500)), "it is not overwritten").to.equal(
      true,
    );
    writeFileSync(file(), saved);
    const again = up();
    await again.prints(/^ready: 4 unchanged/m);
    await end(again);
  });

  it("refuses a folder that cannot be one, or that has other files, which it leaves alone", async () => {
    const link = path.join(home, "link");
    symlinkSync(path.join(home, "nothing"), link);
    folder = link;
    await expectRefusal(
      run("start", "--port", "0"),
      /^localcloud: the state cannot be kept in \S+link, because EEXIST: .*: give --state a folder that can be created or written\.\n$/,
    );
    folder = home;
    writeFileSync(path.join(home, ".gitignore"), "node_modules\n");
    await expectRefusal(
      run("start", "--port", "0"),
      /^localcloud: the state cannot be kept in \S+, because the folder has other files \(link\): give --state a folder of its own\.\n$/,
    );
    expect(readFileSync(path.join(home, ".gitignore"), "utf8")).to.equal("node_modules\n");
  });

  it("says so when the state cannot be saved, and exits with 1", async () => {
    const command = up();
    await command.prints(READY);
    // As good as a full disk, and for every user.
    mkdirSync(`${file()}.next`);
    command.signal("SIGINT");
    expect(await command.code()).to.equal(1);
    expect(command.stderr).to.match(
      /^localcloud: the state could not be saved in \S+ \(EISDIR[^)]*\): it is as it was before this run\.\n$/,
    );
  });
});

/** Returns what a command has printed in the pattern's group. */
function printed({ stdout }: Command, pattern: RegExp): string {
  const [, found] = pattern.exec(stdout) ?? [];
  if (found === undefined) throw new Error(`${pattern} is not in ${stdout}`);
  return found;
}
