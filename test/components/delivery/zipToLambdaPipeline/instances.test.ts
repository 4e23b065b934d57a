import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { ZipToLambdaPipeline, type ZipToLambdaPipelineArgs } from "../../../../components";
import { programText } from "../../../../components/delivery/zipToLambdaPipeline/instances/program";
import { userDataOf } from "../../../../components/delivery/zipToLambdaPipeline/instances/userData";
import type { PolicyResource } from "../../../../policies/rule";
import { componentGraph } from "../../../support/graph/componentGraph";
import { mockPulumi } from "../../../support/graph/pulumiMocks";

const INSTANCES = { vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"] };
const BOOT = {
  bucket: "apps-1",
  key: "worker/worker.js",
  versionId: "v-1",
  sha256: "ab".repeat(32),
  region: "eu-central-1",
  environment: { QUEUE_URL: "https://sqs/1/apps", ODD: `a"b\`c$d` },
};

describe("ZipToLambdaPipeline on instances", function () {
  this.timeout(45_000);
  const graph = (args: ZipToLambdaPipelineArgs = {}): Promise<PolicyResource[]> =>
    componentGraph(
      () =>
        new ZipToLambdaPipeline("apps", {
          worker: "instances",
          instances: INSTANCES,
          alarmActions: [],
          ...args,
        }),
    );
  let resources: PolicyResource[];
  before(async () => {
    resources = await graph();
  });
  const propsOf = (type: string, name?: string): Record<string, unknown> => {
    const found = resources.filter(
      (one) => one.type === `aws:${type}` && (name === undefined || one.name === name),
    );
    expect(found, `${type} ${name ?? ""}`).to.have.length(1);
    return found[0].props;
  };
  const statementsOf = (name: string): { Sid: string; Action: string[]; Resource: string[] }[] => {
    const { policy } = propsOf("iam/rolePolicy:RolePolicy", name);
    return (JSON.parse(String(policy)) as { Statement: never[] }).Statement;
  };

  it("creates a group from none to four, whose instances are protected from their launch", () => {
    expect(propsOf("autoscaling/group:Group")).to.deep.include({
      minSize: 0,
      maxSize: 4,
      protectFromScaleIn: true,
      vpcZoneIdentifiers: INSTANCES.subnetIds,
    });
    // The next deployment must not undo a scaler's change.
    expect(propsOf("autoscaling/group:Group")).not.to.have.property("desiredCapacity");
  });

  it("allows no inbound traffic, and outbound traffic over TLS only", () => {
    const { ingress, egress } = propsOf("ec2/securityGroup:SecurityGroup");
    expect(ingress).to.deep.equal([]);
    expect(egress).to.have.length(1);
    expect((egress as object[])[0]).to.deep.include({ fromPort: 443, toPort: 443 });
  });

  it("protects an instance's credentials from code that only forwards requests", () => {
    expect(propsOf("ec2/launchTemplate:LaunchTemplate")).to.deep.include({
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
      },
      instanceInitiatedShutdownBehavior: "terminate",
    });
  });

  it("grants instances the permissions of a function, and the queue, their code, their log and their own protection", async () => {
    const own = statementsOf("apps-instance-policy");
    resources = await graph({ worker: "lambda", instances: undefined });
    const common = statementsOf("apps-worker-policy").map(({ Sid }) => Sid);
    resources = await graph();
    const more = own.filter(({ Sid }) => !common.includes(Sid)).map(({ Sid }) => Sid);
    expect(more).to.deep.equal([
      "TakeUploads",
      "ReadProgram",
      "KeepBuilt",
      "ProtectItself",
      "WriteLogs",
    ]);
    expect(own.flatMap(({ Resource }) => Resource)).not.to.include("*");
  });

  it("leaves manual operations to the function", () => {
    expect(resources.some(({ type }) => type.endsWith(":EventSourceMapping"))).to.equal(false);
    const actions = statementsOf("apps-worker-policy").flatMap(({ Action }) => Action);
    expect(actions).not.to.include("iam:PassRole");
    expect(actions).not.to.include("lambda:CreateFunction");
  });

  const refusals: [args: object, message: RegExp][] = [
    [{ instances: undefined }, /^instances: given undefined; worker: "instances" needs/],
    [{ worker: "lambda" }, /^instances: given a value; it belongs to worker: "instances"/],
    [{ worker: "fargate" }, /^worker: given "fargate"; allowed are lambda, instances/],
    [{ maximumConcurrency: 3 }, /^maximumConcurrency: given a value; it belongs to Lambda workers/],
    [{ instances: { vpcId: "vpc-1" } }, /^instances.subnetIds: given undefined/],
    [
      { instances: { ...INSTANCES, subnetIds: [] } },
      /^instances.subnetIds: .* list at least one subnet/,
    ],
    [{ instances: { ...INSTANCES, max: 0 } }, /^instances.max: given 0; allowed are whole/],
    [{ instances: { ...INSTANCES, idleTime: 5 } }, /^instances.idleTime: given 5; allowed are/],
    [{ instances: { ...INSTANCES, buildTimeout: 5 } }, /^instances.buildTimeout: given 5; allowed/],
    [
      { worker: "lambda", instances: undefined, apps: { web: { build: ["npm ci"] } } },
      /^apps.web.build: given commands; a Lambda worker runs no builds: set worker: "instances"/,
    ],
    [
      { appDefaults: { build: "npm ci" } },
      /^appDefaults.build: given "npm ci"; allowed is a list of 1 to 10/,
    ],
    [{ instances: { ...INSTANCES, size: 5 } }, /^instances.size: given "size"; allowed names are/],
  ];
  for (const [args, message] of refusals)
    it(`refuses ${JSON.stringify(args)}: ${message}`, () => {
      mockPulumi();
      const given = { worker: "instances", instances: INSTANCES, alarmActions: [], ...args };
      expect(() => new ZipToLambdaPipeline("apps", given as ZipToLambdaPipelineArgs)).to.throw(
        message,
      );
    });
});

describe("the user data of workers", () => {
  it("is a script that bash can parse, which runs the program by its version and hash only", function () {
    const script = userDataOf(BOOT);
    expect(script).to.contain(`echo '${BOOT.sha256}  /opt/worker/worker.js' | sha256sum --check`);
    expect(script).to.contain("--version-id 'v-1' /opt/worker/worker.js");
    const { error, status, stderr } = spawnSync("bash", ["-n"], { input: script });
    if (error) return this.skip();
    expect(status, String(stderr)).to.equal(0);
  });

  it("names the program for the local cloud, and quotes each variable for systemd", () => {
    const script = userDataOf(BOOT);
    const line = /^# localcloud-program: (.*)$/m.exec(script)?.[1] ?? "";
    const { bucket, key, versionId, environment } = BOOT;
    expect(JSON.parse(line)).to.deep.equal({ bucket, key, versionId, environment });
    expect(script).to.contain('\nQUEUE_URL="https://sqs/1/apps"\n');
    expect(script).to.contain('\nODD="a\\"b\\`c\\$d"\n');
    expect(script).to.contain('\nAWS_REGION="eu-central-1"\n');
  });

  it("becomes one file of the bundle, which calls their handler", () => {
    const files = {
      "deps.js": `"use strict"; exports.word = "packed"; exports.os = require("node:os").EOL;`,
      "index.js": `const deps = require("./deps"); exports.handler = async () => { console.log(deps.word + deps.os.length); };`,
    };
    const { stdout, status } = spawnSync(process.execPath, ["-e", programText(files)]);
    expect(`${status} ${String(stdout)}`).to.equal("0 packed1\n");
  });

  it("ends with an error when the handler does, so that it is restarted", () => {
    const files = { "index.js": `exports.handler = async () => { throw new Error("lost"); };` };
    const { stderr, status } = spawnSync(process.execPath, ["-e", programText(files)]);
    expect(status).to.equal(1);
    expect(String(stderr)).to.contain("Error: lost");
  });
});
