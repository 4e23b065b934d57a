import { expect } from "chai";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { childProcesses } from "../../../localcloud/test/support/childProcesses";
import { Command } from "../../../localcloud/test/support/localcloudCommand";
import { cliEnvironment, findPulumiCli, NO_CLI } from "../../../localcloud/test/support/pulumiCli";

const REPOSITORY = path.join(__dirname, "../../..");
const CONFIG = "# Of the team.\nconfig:\n  everyday:days: 7\n";

describe("`localcloud exec --no-program` with the real Pulumi CLI", function () {
  this.timeout(180_000);
  const cli = findPulumiCli();
  let folder: string;
  let team: string;
  let env: NodeJS.ProcessEnv;
  const running: Command[] = [];

  before(function () {
    if (!cli) {
      console.log(`      skipped: ${NO_CLI}`);
      return this.skip();
    }
    const all = mkdtempSync(path.join(tmpdir(), "exec-"));
    [folder, team] = ["project", "team"].map((name) => path.join(all, name));
    cpSync(path.join(__dirname, "program"), folder, { recursive: true });
    for (const name of [team, path.join(all, "home")]) mkdirSync(name);
    writeFileSync(path.join(folder, "package.json"), "{}");
    symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(folder, "node_modules"));
    // Every way in which a project may refer to a team's state.
    const project = readFileSync(path.join(folder, "Pulumi.yaml"), "utf8");
    const bound = `backend: { url: "file://${team}" }\noptions: { refresh: always }\n`;
    writeFileSync(path.join(folder, "Pulumi.yaml"), project + bound);
    writeFileSync(path.join(folder, "Pulumi.dev.yaml"), CONFIG);
    env = { ...cliEnvironment(cli, path.join(all, "home")), PULUMI_BACKEND_URL: `file://${team}` };
    delete env.PULUMI_CONFIG_PASSPHRASE;
  });
  after(async () => {
    await Promise.all(running.map((command) => command.kill()));
    if (folder) rmSync(path.dirname(folder), { recursive: true });
  });

  const exec = (run: string[], variables: NodeJS.ProcessEnv = {}, terminal?: number): Command => {
    const args = ["exec", "--no-program", "-C", folder, "--", ...run];
    const command = new Command(args, { env: { ...env, ...variables }, terminal });
    running.push(command);
    return command;
  };
  const contents = (): string[] =>
    readdirSync(folder)
      .filter((name) => name.startsWith("Pulumi."))
      .sort();

  it("deploys the stack, and changes neither the project nor the team's state", async () => {
    const commands = [
      ["pulumi", "preview", "--non-interactive"],
      ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"],
      [
        "sh",
        "-ec",
        "pulumi up -f --yes && pulumi destroy -f --yes && pulumi stack rm --yes && pulumi stack init x",
      ],
    ];
    for (const run of commands) {
      const command = exec(run);
      expect(await command.code(), command.output).to.equal(0);
      expect(command.stdout).to.match(/\+ \d+ (to create|created)/);
      expect(contents()).to.deep.equal(["Pulumi.dev.yaml", "Pulumi.yaml"]);
      expect(readFileSync(path.join(folder, "Pulumi.dev.yaml"), "utf8")).to.equal(CONFIG);
      expect(readdirSync(team)).to.deep.equal([]);
    }
  });

  it("names resources by the stack's configuration", async () => {
    const file = path.join(folder, "Pulumi.named.yaml");
    writeFileSync(file, 'config:\n  pulumi:autonaming: { pattern: "${stack}-${name}" }\n');
    const command = exec([
      "sh",
      "-ec",
      "pulumi stack init named && pulumi preview --json -s named",
    ]);
    expect(await command.code(), command.output).to.equal(0);
    expect(command.stdout)
      .to.match(/"name": "named-queue"/)
      .and.match(/"name": "named-handler"/);
    rmSync(file);
  });

  it("imports by command, and knows the types and inputs for the generated code", async () => {
    // A CLI whose language plugin cannot generate code reports exactly this; any other message would be about the
    // schema.
    const importing = `
      pulumi import aws:ssm/parameter:Parameter given /given --yes --non-interactive 2>&1 | tee log || true
      grep -q "1 imported" log
      if grep "^error:" log | grep -v "GenerateProgram not implemented"; then exit 1; fi
      pulumi import aws:ssm/parameter:Parameter again /given --yes --non-interactive --generate-code=false`;
    const put = `
      const { SSMClient, PutParameterCommand } = require("@aws-sdk/client-ssm");
      new SSMClient({}).send(new PutParameterCommand({ Name: "/given", Value: "v", Type: "String" }));`;
    const command = exec(["sh", "-ec", `node -e '${put}'; ${importing}`]);
    expect(await command.code(), command.output).to.equal(0);
    rmSync(path.join(folder, "log"));
  });

  it("keeps the state in the configured backend", async () => {
    const kept = { LOCALCLOUD_PULUMI_BACKEND_URL: `file://${team}` };
    const command = exec(["pulumi", "stack", "init", "other", "--non-interactive"], kept);
    expect(await command.code(), command.output).to.equal(0);
    expect(readdirSync(path.join(team, ".pulumi/stacks/everyday"))).to.include("other.json");
    rmSync(path.join(folder, "Pulumi.other.yaml"));
  });

  it("lets the CLI finish the operation under way at Ctrl-C", async () => {
    // Creating the queue takes some retries: the signal arrives meanwhile.
    const slow = `
      fetch(process.env.AWS_ENDPOINT_URL + "/_localcloud/faults", {
        method: "POST", headers: { "content-type": "application/json" },
        body: JSON.stringify({ kind: "throttle", service: "sqs", operation: "CreateQueue", times: 2 }),
      })`;
    const script = `trap : INT; node -e '${slow}'; pulumi up -f --yes --non-interactive; echo ended $?; pulumi stack export`;
    const command = exec(["sh", "-c", script], {}, 200);
    await command.prints(/Queue queue creating/);
    // Like a terminal: to every process of the foreground group.
    process.kill(-childProcesses(command.pid)[0], "SIGINT");
    await command.code();
    expect(command.stdout)
      .to.match(/cancelling/i)
      .and.match(/ended [1-9]/);
    const state = command.stdout.slice(command.stdout.search(/ended [1-9]/));
    expect(state).to.include("aws:sqs/queue:Queue::queue").and.not.include("pending_operations");
  });
});
