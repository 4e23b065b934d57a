import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import * as byName from "aws-callbacks-localcloud/testing";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import * as kit from "../../localcloud/testing";
import {
  advanceUntilQuiet,
  callsOf,
  deniedCalls,
  DeploymentError,
  ProjectError,
  roleOf,
  type RunningProgram,
  sqsEvent,
  startProgram,
  unusedPermissions,
} from "../../localcloud/testing";

describe("The test kit: names", () => {
  it("is the same kit by the package's name", () => {
    expect(byName).to.equal(kit);
  });

  it("exports all of its names to ES modules", () => {
    const text = readFileSync(path.resolve(__dirname, "../../localcloud/testing.mjs"), "utf8");
    const listed = [...text.matchAll(/^ {2}(\w+),$/gm)].map(([, name]) => name);
    expect(listed).to.have.members(Object.keys(kit));
  });
});

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

  it("deploys the program in the region of its stack and returns its outputs", async () => {
    expect(program.cloud.defaultRegion).to.equal("eu-central-1");
    expect(program.output("carelessFunctionName")).to.match(/^careless-[0-9a-f]{7}$/);
    expect(() => program.output("nothing")).to.throw("The stack has no text output 'nothing'");
  });

  it("provides SDK clients that see what the callbacks did", async () => {
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

  it("separates the calls of the code from those that Lambda makes on its behalf", async () => {
    const role = roleOf(program.resources, "careful");
    const after = program.cloud.recorder.last;
    await invoke(program.output("carefulFunctionName"), sqsEvent());
    const operations = callsOf(program.cloud, role, { after }).map(({ operation }) => operation);
    expect(operations).to.deep.equal(["GetParameter", "PutParameter"]);
    const all = callsOf(program.cloud, role, { after, byLambda: true });
    expect(all.map(({ service }) => service)).to.include("cloudwatch-logs");
    expect(deniedCalls(program.cloud)).to.deep.equal([]);
  });

  it("advances the clock until the retries of a failing event are over, and no further than requested", async () => {
    const { cloud } = program;
    const send = (): Promise<unknown> =>
      program.client(LambdaClient).send(
        new InvokeCommand({
          FunctionName: program.output("carefulFunctionName"),
          InvocationType: "Event",
          // Not a list of records: the code throws each time.
          Payload: "{}",
        }),
      );
    const began = cloud.clock.now();
    await send();
    await advanceUntilQuiet(cloud, { quietMinutes: 4 });
    // Lambda retries after one minute and after two more; then it is quiet for four.
    expect(cloud.clock.now() - began).to.be.within(7 * 60_000, 7 * 60_000 + 59_000);
    await send();
    const then = cloud.clock.now();
    await advanceUntilQuiet(cloud, { limitMinutes: 2 });
    expect(cloud.clock.now() - then).to.equal(2 * 60_000);
    await advanceUntilQuiet(cloud);
  });

  it("reports an unused permission, and nothing once the program drops it", async () => {
    const unused = async (): Promise<string[]> =>
      (await unusedPermissions(program.cloud)).map(({ sid, action }) => `${sid} ${action}`);
    expect(await unused()).to.deep.equal(Array(2).fill("Spare ssm:DeleteParameter"));
    process.env.COUNTER_WITHOUT_DELETE = "true";
    await program.deploy();
    expect(await unused()).to.deep.equal([]);
  });
});

describe("The test kit: programs that fail", () => {
  const failureOf = (directory: string): Promise<unknown> =>
    startProgram({ directory }).then(
      (program) => program.close(),
      (error: unknown) => error,
    );
  const servers = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === "TCPServerWrap").length;

  it("says so when the folder has no program", async () => {
    const error = await failureOf(__dirname);
    expect(error).to.be.instanceOf(ProjectError);
    expect((error as Error).message).to.contain("There is no Pulumi.yaml in");
  });

  it("fails with the program, and closes the cloud", async () => {
    const before = servers();
    const error = await failureOf(path.join(__dirname, "fixtures/broken"));
    expect(error).to.be.instanceOf(DeploymentError);
    expect((error as Error).message).to.contain("Error: This program always fails.");
    // Sockets close in the background; one that stays open ends this test by its timeout.
    while (servers() > before) await new Promise((resolve) => setImmediate(resolve));
  });
});
