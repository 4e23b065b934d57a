import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { startCloud, type Cloud } from "../../../localcloud/cloud/cloud";
import { awsEnvironment, ROOT_CREDENTIALS } from "../../../localcloud/engine/session";
import {
  cliEnvironment,
  findPulumiCli,
  NO_CLI,
  runCommand,
  type CliResult,
} from "../../../localcloud/test/support/pulumiCli";

const REPOSITORY = path.join(__dirname, "../../..");
const PLUGINS = path.join(REPOSITORY, "localcloud/bin/plugins");
const LOCALCLOUD = path.join(REPOSITORY, "localcloud/bin/localcloud.js");
const READS = /^(Get|List|Describe)/;

interface Step {
  op: string;
  urn: string;
  newState?: { inputs: Record<string, unknown>; outputs?: Record<string, unknown> };
  detailedDiff?: Record<string, { kind: string }>;
}

interface Preview {
  steps: Step[];
}

interface State {
  urn: string;
  custom: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

describe("the real Pulumi CLI on the local cloud", function () {
  this.timeout(180_000);
  const cli = findPulumiCli();
  let cloud: Cloud;
  let folder: string;
  let environment: NodeJS.ProcessEnv;
  let sqs: SQSClient;

  before(async function () {
    if (!cli) {
      console.log(`      skipped: ${NO_CLI}`);
      return this.skip();
    }
    cloud = await startCloud({ region: "eu-central-1" });
    folder = mkdtempSync(path.join(tmpdir(), "everyday-"));
    cpSync(path.join(__dirname, "program"), folder, { recursive: true });
    writeFileSync(path.join(folder, "package.json"), "{}");
    // With the repository's settings, what was transpiled for other tests need not be transpiled again.
    for (const name of ["node_modules", "tsconfig.json"])
      symlinkSync(path.join(REPOSITORY, name), path.join(folder, name));
    mkdirSync(path.join(folder, "home"));
    const own = cliEnvironment(cli, path.join(folder, "home"));
    environment = {
      ...own,
      ...awsEnvironment(cloud),
      PATH: `${PLUGINS}${path.delimiter}${own.PATH ?? ""}`,
    };
    sqs = new SQSClient({
      endpoint: cloud.endpoint,
      region: "eu-central-1",
      credentials: ROOT_CREDENTIALS,
    });
    await succeed("stack init dev");
  });

  after(async () => {
    sqs?.destroy();
    await cloud?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  const pulumi = (command: string, variables: Record<string, string> = {}): Promise<CliResult> =>
    runCommand("pulumi", [...command.split(" "), "--non-interactive"], {
      cwd: folder,
      env: { ...environment, ...variables },
    });

  const succeed = async (command: string, variables?: Record<string, string>): Promise<string> => {
    const { code, stdout, stderr } = await pulumi(command, variables);
    expect(code, `pulumi ${command}\n${stdout}\n${stderr}`).to.equal(0);
    return stdout;
  };

  /** Returns the steps of a preview that are not `same`, as `operation name`. */
  const preview = async (
    variables?: Record<string, string>,
    refresh = "",
  ): Promise<{ steps: string[]; all: Step[] }> => {
    const { steps } = JSON.parse(await succeed(`preview --json${refresh}`, variables)) as Preview;
    const changes = steps.filter(({ op }) => op !== "same" && op !== "read");
    return { steps: changes.map(({ op, urn }) => `${op} ${urn.split("::")[3]}`), all: steps };
  };

  const resources = async (): Promise<State[]> => {
    const { deployment } = JSON.parse(await succeed("stack export")) as {
      deployment: { resources?: State[] };
    };
    return deployment.resources ?? [];
  };

  const writes = (after: number): string[] =>
    cloud.recorder
      .find({ after })
      .filter(({ operation }) => !READS.test(operation))
      .map(({ operation }) => operation);

  it("previews known inputs as known and AWS's outputs as unknown, and writes nothing", async () => {
    const { all, steps } = await preview();
    expect(new Set(steps.map((step) => step.split(" ")[0]))).to.deep.equal(new Set(["create"]));
    const state = (name: string): Step["newState"] =>
      all.find(({ urn }) => urn.endsWith(`::${name}`))?.newState;
    expect(state("queue")?.inputs).to.include({ delaySeconds: 3, visibilityTimeoutSeconds: 30 });
    expect(state("queue")?.inputs.name).to.match(/^queue-[0-9a-f]{7}$/);
    expect(state("get")?.inputs.restApi).to.match(/^04da6b54-/);
    expect(JSON.stringify(state("token"))).to.not.contain("s3cret");
    expect(writes(0)).to.deep.equal([]);
  });

  it("survives a fault half-way, and finishes the deployment", async () => {
    const key = { ADD_KEY: "1" };
    cloud.faults.add({ kind: "accessDenied", service: "kms", operation: "EnableKeyRotation" });
    const { code, stdout, stderr } = await pulumi("up --yes --skip-preview", key);
    expect(code).to.not.equal(0);
    expect(stdout + stderr).to.contain("Access denied by a fault rule.");
    const half = await resources();
    expect(half.some(({ urn }) => urn.endsWith("::key"))).to.equal(true);
    expect(
      cloud.recorder.find({ operation: "EnableKeyRotation", outcome: "fault" }),
    ).to.have.length(1);

    await succeed("up --yes --skip-preview", key);
    for (const operation of ["CreateKey", "CreateQueue", "CreateTable", "CreateRestApi"])
      expect(cloud.recorder.find({ operation, outcome: "ok" }), operation).to.have.length(1);
    expect(cloud.recorder.find({ operation: "EnableKeyRotation", outcome: "ok" })).to.have.length(
      1,
    );
    const after = cloud.recorder.last;
    await succeed("up --yes --skip-preview --expect-no-changes", key);
    expect(writes(after)).to.deep.equal([]);
  });

  it("has deployed working resources", async () => {
    const outputs = JSON.parse(await succeed("stack output --json")) as Record<string, unknown>;
    expect(outputs).to.deep.include({
      tags: { app: "everyday" },
      functionVersion: "$LATEST",
      region: "eu-central-1",
    });
    const answer = await fetch(String(outputs.url));
    expect(await answer.json()).to.deep.equal({ hello: "world" });
    const lambda = new LambdaClient({
      endpoint: cloud.endpoint,
      region: "eu-central-1",
      credentials: ROOT_CREDENTIALS,
    });
    const { Payload } = await lambda.send(
      new InvokeCommand({ FunctionName: String(outputs.functionName) }),
    );
    lambda.destroy();
    expect(JSON.parse(Buffer.from(Payload ?? []).toString())).to.deep.equal({
      table: outputs.tableName,
      token: "hidden",
    });
  });

  it("keeps secrets encrypted in the state", async () => {
    const text = JSON.stringify(await resources());
    expect(text).to.not.contain("s3cret").and.not.contain("hidden");
  });

  it("changes exactly the resource of one changed line", async () => {
    const change = { ADD_KEY: "1", DELAY: "9" };
    const { steps, all } = await preview(change);
    expect(steps).to.deep.equal(["update queue"]);
    const queue = all.find(({ urn }) => urn.endsWith("::queue"));
    expect(queue?.detailedDiff).to.have.all.keys("delaySeconds");
    expect(queue?.detailedDiff?.delaySeconds.kind).to.equal("update");
    const after = cloud.recorder.last;
    await succeed("up --yes --skip-preview", change);
    expect(writes(after)).to.deep.equal(["SetQueueAttributes"]);
  });

  it("finds drift by a refresh and reverts it", async () => {
    const program = { ADD_KEY: "1", DELAY: "9" };
    const queue = (await resources()).find(({ urn }) => urn.endsWith("::queue"));
    const QueueUrl = String(queue?.outputs?.url);
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: "77" } }));
    await succeed("refresh --yes --skip-preview", program);
    const refreshed = (await resources()).find(({ urn }) => urn.endsWith("::queue"));
    expect(refreshed?.inputs?.delaySeconds).to.equal(77);
    expect((await preview(program)).steps).to.deep.equal(["update queue"]);
    await succeed("up --yes --skip-preview", program);
    await succeed("refresh --yes --skip-preview --expect-no-changes", program);
  });

  it("imports existing resources, and changes nothing then and the second time", async () => {
    const { QueueUrl = "" } = await sqs.send(
      new CreateQueueCommand({ QueueName: "foreign", Attributes: { VisibilityTimeout: "60" } }),
    );
    const program = { ADD_KEY: "1", DELAY: "9", IMPORT_QUEUE: QueueUrl };
    expect((await preview(program)).steps).to.deep.equal(["import imported"]);
    const after = cloud.recorder.last;
    await succeed("up --yes --skip-preview", program);
    await succeed("up --yes --skip-preview --expect-no-changes", program);
    expect(writes(after)).to.deep.equal([]);
  });

  it("leaves nothing behind after destroy", async () => {
    await succeed("destroy --yes --skip-preview");
    expect(await resources()).to.deep.equal([]);
    const counts = await Promise.all([
      cloud
        .call<{ QueueUrls?: unknown[] }>(call("sqs", "ListQueues"))
        .then(({ QueueUrls }) => QueueUrls),
      cloud.call<{ Roles?: unknown[] }>(call("iam", "ListRoles")).then(({ Roles }) => Roles),
      cloud
        .call<{ Functions?: unknown[] }>(call("lambda", "ListFunctions"))
        .then(({ Functions }) => Functions),
      cloud
        .call<{ items?: unknown[] }>(call("api-gateway", "GetRestApis"))
        .then(({ items }) => items),
      cloud
        .call<{ TableNames?: unknown[] }>(call("dynamodb", "ListTables"))
        .then(({ TableNames }) => TableNames),
    ]);
    expect(counts.map((list) => list ?? [])).to.deep.equal([[], [], [], [], []]);
  });

  const call = (service: string, operation: string) => ({
    service,
    operation,
    input: {},
    principal: {
      type: "root" as const,
      accountId: cloud.accountId,
      arn: `arn:aws:iam::${cloud.accountId}:root`,
    },
  });

  it("refuses to configure itself without an endpoint, in one sentence", async () => {
    const { code, stdout, stderr } = await pulumi("preview", { AWS_ENDPOINT_URL: "" });
    expect(code).to.not.equal(0);
    expect(stdout + stderr).to.contain(
      "AWS_ENDPOINT_URL is not set: the local cloud's `aws` provider never talks",
    );
  });

  it("is configured by `localcloud exec --no-program`, which keeps the state in the named backend", async () => {
    const { PULUMI_BACKEND_URL, PULUMI_HOME } = environment;
    const env = {
      ...cliEnvironment(cli ?? "", ""),
      PULUMI_HOME,
      LOCALCLOUD_PULUMI_BACKEND_URL: PULUMI_BACKEND_URL,
      NO_COLOR: "1",
    };
    const command =
      "pulumi up --yes --skip-preview --non-interactive && pulumi destroy --yes --skip-preview --non-interactive";
    const result = await runCommand(
      process.execPath,
      [LOCALCLOUD, "exec", "--no-program", "--", "sh", "-c", command],
      { cwd: folder, env },
    );
    expect(result.code, result.stdout + result.stderr).to.equal(0);
    expect(result.stdout)
      .to.match(/\+ \d+ created/)
      .and.match(/- \d+ deleted/);
    expect(readdirSync(path.join(folder, "home"))).to.include(".pulumi");
  });
});
