import {
  CreateKeyPairCommand,
  CreateLaunchTemplateCommand,
  EC2Client,
  GetConsoleOutputCommand,
  type Instance,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { once } from "node:events";
import { existsSync } from "node:fs";
import type { ConnectConfig } from "ssh2";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";
import { HAND_MADE, SIGN_BY_HAND } from "../../support/signByHand";
import { isRunning } from "../../support/childProcesses";
import { until } from "../../support/until";
import { AMI, connection, type Ec2Cloud } from "./ec2Cloud";
import { finished, newKey, open, run } from "./sshClient";
import { portOf, SshFleet } from "./sshFleet";

describe("EC2 instances that answer SSH", () => {
  let f: SshFleet;
  let c: Ec2Cloud;
  let fleet: Instance[];

  before(async () => {
    f = await SshFleet.start();
    c = f.c;
    fleet = await f.launch({ MaxCount: 3 });
  });
  afterEach(() => f.endConnections());
  after(() => f.stop());

  const login = (instance = fleet[0], more: ConnectConfig = {}) => f.login(instance, more);
  const failure = (more: ConnectConfig = {}, instance = fleet[0]) => f.failure(instance, more);
  const sh = (command: string, instance = fleet[0]) => f.sh(instance, command);

  it("report 127.0.0.1 as their address, and a separate port in a tag while they run", async () => {
    const ports = fleet.map(portOf);
    expect(new Set(ports).size).to.equal(3);
    for (const { PrivateIpAddress, PublicIpAddress } of fleet)
      expect([PrivateIpAddress, PublicIpAddress]).to.deep.equal(["127.0.0.1", "127.0.0.1"]);
    expect(fleet[0].PrivateDnsName).to.match(/^ip-172-31-0-\d+\.ec2\.internal$/);
    const { Instances: [pending] = [] } = await c.client.send(
      new RunInstancesCommand({ ImageId: AMI, MinCount: 1, MaxCount: 1 }),
    );
    expect(pending.Tags).to.deep.equal([]);
  });

  it("run a command with its input, and return output, errors, exit code or signal", async () => {
    const client = await login();
    expect(await run(client, "cat; echo to stderr >&2; exit 7", "typed")).to.deep.equal({
      code: 7,
      signal: undefined,
      stdout: "typed",
      stderr: "to stderr\n",
    });
    const killed = await run(client, "kill -9 $$");
    expect([killed.code, killed.signal]).to.deep.equal([null, "SIGKILL"]);
    expect((await run(client, "exit 137")).code).to.equal(137);
    expect((await run(client, "no-such-command")).code).to.equal(127);
  });

  it("give a command a separate home directory and none of the developer's variables", async () => {
    process.env.DEVELOPERS_SECRET = "s3cret";
    const { stdout } = await sh("pwd; env");
    delete process.env.DEVELOPERS_SECRET;
    const [home, ...lines] = stdout.trim().split("\n");
    const names = lines
      .map((line) => line.split("=")[0])
      .filter((name) => !/^(_|PWD|SHLVL)$/.test(name));
    expect(names.sort()).to.deep.equal([
      "AWS_DEFAULT_REGION",
      "AWS_EC2_METADATA_DISABLED",
      "AWS_ENDPOINT_URL",
      "AWS_REGION",
      "HOME",
      "LOGNAME",
      "PATH",
      "SHELL",
      "TMPDIR",
      "USER",
    ]);
    expect(stdout).to.include(`HOME=${home}`).and.include("USER=ec2-user");
    await sh("echo kept > note");
    expect((await sh("cat note")).stdout).to.equal("kept\n");
    expect((await sh("cat note", fleet[1])).code).to.equal(1);
  });

  it("refuse logins with another key, as another user, or with a password", async () => {
    const all = "All configured authentication methods failed";
    expect(await failure({ privateKey: newKey().private })).to.equal(all);
    expect(await failure({ username: "nobody-here" })).to.equal(all);
    expect(await failure({ privateKey: undefined, password: "guess" })).to.equal(all);
    expect(await failure({ username: "ubuntu" })).to.equal("connected");
  });

  it("accept a key in the launch's user data, which is parsed but not executed", async () => {
    const other = newKey();
    const data = [
      "#cloud-config",
      "system_info: { default_user: { name: app } }",
      `ssh_authorized_keys: ["${other.public}"]`,
      `users: [default, { name: deploy, ssh_authorized_keys: ['from="10.0.0.1" ${other.public} d'] }]`,
      "runcmd: [[touch, ran]]",
    ].join("\n");
    const [instance] = await f.launch({ UserData: Buffer.from(data).toString("base64") });
    const as = (username: string) => failure({ username, privateKey: other.private }, instance);
    expect(await as("app")).to.equal("connected");
    expect(await as("deploy")).to.equal("connected");
    expect(await as("ec2-user")).to.match(/authentication methods failed/);
    const client = await login(instance, { username: "app", privateKey: other.private });
    expect((await run(client, "ls")).stdout).to.equal("");
  });

  it("accept the private key that CreateKeyPair returned", async () => {
    for (const KeyType of ["rsa", "ed25519"] as const) {
      const { KeyMaterial } = await c.client.send(
        new CreateKeyPairCommand({ KeyName: KeyType, KeyType }),
      );
      const [instance] = await f.launch({ KeyName: KeyType });
      expect(await failure({ privateKey: KeyMaterial }, instance)).to.equal("connected");
    }
    await expectAwsError(f.launch({ KeyName: "none" }), "InvalidKeyPair.NotFound");
  });

  it("show their host key on the console, the same for their whole life", async () => {
    const [instance] = await f.launch();
    const { InstanceId = "" } = instance;
    const console = async (): Promise<string> => {
      const { Output = "" } = await c.client.send(new GetConsoleOutputCommand({ InstanceId }));
      return Buffer.from(Output, "base64").toString();
    };
    const text = await console();
    const shown = /-----BEGIN SSH HOST KEY KEYS-----\r\nssh-ed25519 (\S+) /.exec(text)?.[1];
    let seen = "";
    const hostVerifier = (bytes: Buffer) => Boolean((seen = bytes.toString("base64")));
    await login(instance, { hostVerifier });
    expect(seen).to.equal(shown);
    await c.client.send(new StopInstancesCommand({ InstanceIds: [InstanceId] }));
    expect(await failure({}, instance)).to.match(/ECONNREFUSED/);
    await c.seconds(30);
    await c.client.send(new StartInstancesCommand({ InstanceIds: [InstanceId] }));
    await c.seconds(60);
    const [again] = await f.describe([InstanceId]);
    await login(again, { hostVerifier });
    expect(await console()).to.equal(text);
    expect(seen).to.equal(shown);
  });

  it("stream output while the client reads, and block the command while it does not", async () => {
    const { channel } = await open(await login(), "yes | head -c 50000000; echo done >&2");
    let ended = false;
    channel.stderr.on("data", () => (ended = true));
    await once(channel, "readable");
    expect(ended).to.equal(false);
    let bytes = 0;
    channel.on("data", (chunk: Buffer) => (bytes += chunk.length));
    await once(channel, "close");
    expect([bytes, ended]).to.deep.equal([50_000_000, true]);
  });

  it("deliver signals, and keep a channel open for background processes", async () => {
    const client = await login();
    const { channel, exited } = await open(
      client,
      "trap 'echo got; exit 3' TERM; echo up; while :; do sleep 0.05; done",
    );
    await once(channel, "readable");
    channel.signal("TERM");
    expect((await finished(channel)).stdout).to.equal("up\ngot\n");
    expect(await exited).to.equal(3);
    const background = await open(client, "(read line; echo late) <&0 & exit 4");
    expect(await background.exited).to.equal(4);
    background.channel.end("go\n");
    expect((await finished(background.channel)).stdout).to.equal("late\n");
  });

  it("end their processes, including detached ones, and delete their files when they terminate", async () => {
    const [instance] = await f.launch();
    const start =
      "sleep 1000 >/dev/null 2>&1 & echo $!; setsid sleep 1001 >/dev/null 2>&1 & echo $!; pwd";
    const [one, other, home] = (await sh(start, instance)).stdout.trim().split("\n");
    expect([one, other].map(Number).map(isRunning)).to.deep.equal([true, true]);
    const InstanceIds = [instance.InstanceId ?? ""];
    await c.client.send(new TerminateInstancesCommand({ InstanceIds }));
    await until("the end of both", () => !isRunning(Number(one)) && !isRunning(Number(other)));
    expect(existsSync(home)).to.equal(false);
    expect(await failure({}, instance)).to.match(/ECONNREFUSED/);
  });

  it("serve as jump hosts to other instances, at their port or at port 22 of their private address", async () => {
    const [, target] = fleet;
    const client = await login();
    const inside = /ip-(\d+)-(\d+)-(\d+)-(\d+)/
      .exec(target.PrivateDnsName ?? "")
      ?.slice(1)
      .join(".");
    const jump = (host: string, port: number) =>
      new Promise<string>((resolve) =>
        client.forwardOut("127.0.0.1", 0, host, port, (error, sock) => {
          if (error) resolve(error.message);
          else
            login(target, { sock }).then(
              async (far) => resolve((await run(far, "echo $USER")).stdout),
              (failed: Error) => resolve(failed.message),
            );
        }),
      );
    expect(await jump("127.0.0.1", portOf(target))).to.equal("ec2-user\n");
    expect(await jump(inside ?? "", 22)).to.equal("ec2-user\n");
    const elsewhere = await jump("127.0.0.1", Number(new URL(c.cloud.endpoint).port));
    expect(elsewhere).to.match(/Channel open failure/);
  });

  it("use the role of their instance profile, and only while it trusts EC2", async () => {
    const iam = new IAMClient(connection(c.cloud));
    const document = (statement: object) =>
      JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
    await iam.send(
      new CreateRoleCommand({
        RoleName: "host",
        AssumeRolePolicyDocument: document({
          Principal: { Service: "ec2.amazonaws.com" },
          Action: "sts:AssumeRole",
        }),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: "host",
        PolicyName: "p",
        PolicyDocument: document({ Action: "ec2:DescribeVpcs", Resource: "*" }),
      }),
    );
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "host" }));
    const added = { InstanceProfileName: "host", RoleName: "host" };
    await iam.send(new AddRoleToInstanceProfileCommand(added));
    iam.destroy();
    const [instance] = await f.launch({ IamInstanceProfile: { Name: "host" } });
    expect(instance.IamInstanceProfile?.Arn).to.match(/:instance-profile\/host$/);
    const launcher = await roleSession(c.cloud, "launcher", [
      { Effect: "Allow", Action: "ec2:*", Resource: "*" },
    ]);
    const by = new EC2Client({ ...connection(c.cloud), credentials: launcher });
    const LaunchTemplateData = { ImageId: AMI, IamInstanceProfile: { Name: "host" } };
    await by.send(
      new CreateLaunchTemplateCommand({ LaunchTemplateName: "hosts", LaunchTemplateData }),
    );
    const LaunchTemplate = { LaunchTemplateName: "hosts" };
    await expectAwsError(
      by.send(new RunInstancesCommand({ LaunchTemplate, MinCount: 1, MaxCount: 1 })),
      "UnauthorizedOperation",
    );
    by.destroy();
    const module = require.resolve("@aws-sdk/client-ec2");
    const program = (operation: string) =>
      `'${process.execPath}' -e 'const s = require("${module}"); ` +
      `new s.EC2Client({}).send(new s.${operation}Command({})).then(() => console.log("ok"), (e) => console.log(e.name))'`;
    expect((await sh(program("DescribeVpcs"), instance)).stdout).to.equal("ok\n");
    const denied = await sh(program("DescribeSubnets"), instance);
    expect(denied.stdout).to.equal("UnauthorizedOperation\n");
    await expectAwsError(
      f.launch({ IamInstanceProfile: { Name: "none" } }),
      "InvalidParameterValue",
      "Value (none) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
    );
  });

  it("cannot call AWS with an invented access key", async function () {
    // The client of a connection can only be identified on Linux.
    if (process.platform !== "linux") this.skip();
    const [sts] = HAND_MADE;
    const script = `${SIGN_BY_HAND}
      ask(process.env.AWS_ENDPOINT_URL, "test", JSON.parse(process.argv[1])).then(console.log);`;
    const words = [process.execPath, "-e", script, JSON.stringify(sts)];
    const { stdout } = await sh(words.map((word) => `'${word}'`).join(" "));
    expect(stdout).to.equal(`${sts.says}\n`);
  });

  it("never become this computer's root by sudo", async () => {
    const { stdout } = await sh("sudo -n -u app -- sh -c 'id -u; echo $USER $HOME'; sudo -n id -u");
    const [uid, who, root] = stdout.trim().split("\n");
    expect(uid).to.equal(`${process.getuid?.()}`);
    expect(who).to.match(/^app .*\/home\/app$/);
    expect(root).to.equal(uid);
  });
});
