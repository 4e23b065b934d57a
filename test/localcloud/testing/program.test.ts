import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  callsOf,
  deniedCalls,
  DeploymentError,
  ProjectError,
  roleOf,
  type RunningProgram,
  sqsEvent,
  startProgram,
  unusedPermissions,
} from "../../../localcloud/testing";

describe("The test kit: program", () => {
  let program: RunningProgram;
  before(async () => {
    program = await startProgram({ directory: path.join(__dirname, "fixtures/counter") });
  });
  after(async () => {
    delete process.env.COUNTER_WITHOUT_DELETE;
    await program.close();
  });

  const invoke = async (FunctionName: string, event: object): Promise<unknown> => {
    const Payload = JSON.stringify(event);
    const output = await program
      .client(LambdaClient)
      .send(new InvokeCommand({ FunctionName, Payload }));
    expect(output.FunctionError).to.equal(undefined);
    return JSON.parse(Buffer.from(output.Payload ?? []).toString("utf8"));
  };

  it("deploys the program in the region of its stack and tells its outputs", async () => {
    expect(program.cloud.defaultRegion).to.equal("eu-central-1");
    expect(program.output("carelessFunctionName")).to.match(/^careless-[0-9a-f]{7}$/);
    expect(() => program.output("nothing")).to.throw("The stack has no text output 'nothing'");
  });

  it("lends SDK clients that see what the callbacks did", async () => {
    const events = sqsEvent([{ body: "a" }, { body: "b" }]);
    expect(await invoke(program.output("carelessFunctionName"), events)).to.deep.equal({
      total: 2,
    });
    const ssm = program.client(SSMClient);
    expect(program.client(SSMClient)).to.equal(ssm);
    const command = new GetParameterCommand({ Name: program.output("totalName") });
    expect((await ssm.send(command)).Parameter?.Value).to.equal("2");
  });

  it("finds the role of a component by name and by URN, and that of a function", () => {
    const { resources } = program;
    const component = resources.find(({ urn }) => urn.endsWith("CallbackFunction::careful"));
    const role = roleOf(resources, "careful");
    expect(role).to.match(/^careful-role-[0-9a-f]{7}$/);
    expect(roleOf(resources, component?.urn ?? "")).to.equal(role);
    expect(roleOf(resources, program.output("carefulFunctionName"))).to.equal(role);
    expect(() => roleOf(resources, "counter-dev")).to.throw("Neither a component nor a function");
  });

  it("tells the calls of the code from those that Lambda makes in its name", async () => {
    const role = roleOf(program.resources, "careful");
    const after = program.cloud.recorder.last;
    await invoke(program.output("carefulFunctionName"), sqsEvent());
    const operations = callsOf(program.cloud, role, { after }).map(({ operation }) => operation);
    expect(operations).to.deep.equal(["GetParameter", "PutParameter"]);
    const all = callsOf(program.cloud, role, { after, byLambda: true });
    expect(all.map(({ service }) => service)).to.include("cloudwatch-logs");
    expect(deniedCalls(program.cloud)).to.deep.equal([]);
  });

  it("reports an unused grant, and is content once the program drops it", async () => {
    const unused = async (): Promise<string[]> =>
      (await unusedPermissions(program.cloud)).map(({ sid, action }) => `${sid} ${action}`);
    expect(await unused()).to.deep.equal(Array(2).fill("Spare ssm:DeleteParameter"));
    process.env.COUNTER_WITHOUT_DELETE = "true";
    await program.deploy();
    expect(await unused()).to.deep.equal([]);
  });
});

describe("The test kit: programs that fail", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "program-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const failure = (): Promise<unknown> =>
    startProgram({ directory }).then(
      (program) => program.close(),
      (error: unknown) => error,
    );

  it("says so when the folder has no program", async () => {
    expect(await failure()).to.be.instanceOf(ProjectError);
  });

  it("fails with the program, and leaves no cloud behind", async () => {
    const modules = path.join(__dirname, "../../../node_modules");
    const aws = JSON.stringify(path.join(modules, "@pulumi/pulumi"));
    writeFileSync(path.join(directory, "Pulumi.yaml"), "name: broken\nruntime: nodejs\n");
    writeFileSync(path.join(directory, "Pulumi.dev.yaml"), "config: {}\n");
    writeFileSync(path.join(directory, "index.js"), `require(${aws}); throw new Error("no");`);
    expect(await failure()).to.be.instanceOf(DeploymentError);
  });
});
