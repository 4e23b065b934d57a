import { GetConsoleOutputCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { until } from "../../support/until";
import { connection } from "./ec2Cloud";
import { SshFleet } from "./sshFleet";

const READ = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::code/*" };

describe("The program that an instance's user data names", () => {
  let f: SshFleet;
  before(async () => {
    f = await SshFleet.start();
    const s3 = new S3Client({ ...connection(f.c.cloud), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: "code" }));
    for (const [Key, Body] of Object.entries(PROGRAMS))
      await s3.send(new PutObjectCommand({ Bucket: "code", Key, Body }));
    s3.destroy();
    await profile("reader", [READ]);
    await profile("nobody", []);
  });
  after(() => f.stop());

  async function profile(RoleName: string, statements: object[]): Promise<void> {
    const iam = new IAMClient(connection(f.c.cloud));
    const trust = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" } };
    const Statement = [{ ...trust, Action: "sts:AssumeRole" }];
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    if (statements.length > 0)
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument }));
    const InstanceProfileName = RoleName;
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
    iam.destroy();
  }

  async function launch(key: string, Name = "reader"): Promise<string> {
    const line = { bucket: "code", key, environment: { GREETING: "Hello" } };
    const script = `#!/bin/bash\n# localcloud-program: ${JSON.stringify(line)}\nexit 1\n`;
    const UserData = Buffer.from(script).toString("base64");
    const [{ InstanceId = "" }] = await f.launch({ UserData, IamInstanceProfile: { Name } });
    return InstanceId;
  }

  async function consoleOf(InstanceId: string): Promise<string> {
    const { Output = "" } = await f.c.client.send(new GetConsoleOutputCommand({ InstanceId }));
    return Buffer.from(Output, "base64").toString();
  }
  const printed = async (id: string, text: string): Promise<boolean> =>
    (await consoleOf(id)).includes(text);

  it("runs with the role's keys, its own variables and the cloud's address", async () => {
    const id = await launch("prints.js");
    await until("it prints", () => printed(id, "until"));
    const text = await consoleOf(id);
    expect(text).to.contain(`Hello ${id} ${f.c.cloud.endpoint}`);
    expect(text).to.match(/as ASIA/);
  });

  it("starts with the cloud's time", async () => {
    await f.c.cloud.clock.advance(7 * 86_400_000);
    const id = await launch("prints.js");
    await until("it prints", () => printed(id, "until"));
    const [, time = ""] = /at (\S+)/.exec(await consoleOf(id)) ?? [];
    const ahead = Date.parse(time) - f.c.cloud.clock.now();
    expect(Math.abs(ahead)).to.be.below(3_600_000);
  });

  it("is restarted some seconds after it has ended", async () => {
    const id = await launch("ends.js");
    await until("it ends", () => printed(id, "end"));
    await until("it is started again", async () => {
      await f.c.seconds(1);
      return (await consoleOf(id)).split("end").length > 2;
    });
  });

  it("ends with its instance", async () => {
    const id = await launch("prints.js");
    await until("it prints", () => printed(id, "pid="));
    const pid = Number(/pid=(\d+)/.exec(await consoleOf(id))?.[1]);
    expect(process.kill(pid, 0)).to.equal(true);
    await f.c.client.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await until("its process is gone", () => !isThere(pid));
  });

  it("does not run without permission to read it, as the console shows", async () => {
    const id = await launch("prints.js", "nobody");
    expect(await consoleOf(id)).to.match(/The program s3:\/\/code\/prints.js: .*not authorized/);
    expect(await consoleOf(await launch("none.js"))).to.match(
      /s3:\/\/code\/none.js: .*(key|denied)/i,
    );
  });
});

const PROGRAMS = {
  "prints.js": `
    const { GREETING, INSTANCE_ID, AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID = "" } = process.env;
    console.log(GREETING, INSTANCE_ID, AWS_ENDPOINT_URL, "as", AWS_ACCESS_KEY_ID.slice(0, 4));
    console.log("at", new Date().toISOString());
    console.log("pid=" + process.pid, "until it is ended");
    setInterval(() => undefined, 1000);`,
  "ends.js": `console.log("end")`,
};

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
