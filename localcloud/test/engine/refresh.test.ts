import { DeleteParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import {
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { ROOT_CREDENTIALS } from "../../engine/session";
import { EngineSession, type Items } from "../support/engineSession";

const QUEUE = "sqs/Queue";
const queue = (args: Record<string, unknown> = {}, options = {}): Items[string] => ({
  type: QUEUE,
  args,
  options,
});

describe("engine: a refresh", () => {
  let engine: EngineSession;
  let sqs: SQSClient;
  let ecs: ECSClient;
  let ssm: SSMClient;

  before(async () => {
    engine = await EngineSession.start("refreshed", { throttling: false });
    const { endpoint } = engine.session.cloud;
    const settings = { endpoint, region: "eu-central-1", credentials: ROOT_CREDENTIALS };
    [sqs, ecs, ssm] = [new SQSClient(settings), new ECSClient(settings), new SSMClient(settings)];
  });
  after(async () => {
    for (const client of [sqs, ecs, ssm]) client.destroy();
    await engine.close();
  });

  const url = (name: string): string => String(engine.property(name, "url"));

  it("finds no change if nothing was changed from outside, and writes nothing", async () => {
    const items: Items = {
      q: queue({ delaySeconds: 3, tags: { team: "shop" } }),
      p: { type: "ssm/Parameter", args: { type: "String", value: "plain" } },
      part: { type: "component" },
      inner: queue({}, { parent: "part" }),
      west: { type: "/Provider", args: { region: "us-west-2" } },
      far: queue({}, { provider: "west" }),
    };
    await engine.deploy(items);
    const before = engine.calls;
    await engine.deploy(items);
    expect(engine.steps).to.have.members(["same q", "same p", "same inner", "same far"]);
    expect(engine.writes(before)).to.deep.equal([]);
    expect(engine.property("p", "value")).to.equal("plain");
  });

  it("creates resources again that were deleted from outside", async () => {
    const items: Items = { q: queue(), other: queue() };
    await engine.deploy(items);
    const first = url("q");
    await sqs.send(new DeleteQueueCommand({ QueueUrl: first }));
    await engine.deploy(items);
    expect(engine.steps).to.have.members(["gone q", "create q", "same other"]);
    // SQS refuses the name of a queue for a minute after its deletion.
    expect(url("q")).to.not.equal(first);
    await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url("q"), AttributeNames: ["All"] }));
  });

  it("forgets resources that are neither in AWS nor in the program, without deleting them", async () => {
    await engine.deploy({ q: queue(), other: queue() });
    await sqs.send(new DeleteQueueCommand({ QueueUrl: url("q") }));
    const before = engine.calls;
    await engine.deploy({ other: queue() });
    expect(engine.steps).to.have.members(["gone q", "same other"]);
    expect(engine.writes(before)).to.deep.equal([]);
    expect(engine.property("q")).to.equal(undefined);
  });

  it("reverts changes from outside, and accepts values that the program leaves to AWS", async () => {
    const items: Items = { q: queue({ delaySeconds: 3 }) };
    await engine.deploy(items);
    const Attributes = { DelaySeconds: "9" };
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url("q"), Attributes }));
    await engine.deploy(items);
    expect(engine.steps).to.deep.equal(["changed q", "update q"]);
    expect(engine.changes.q).to.deep.equal(["delaySeconds"]);
    const input = { QueueUrl: url("q"), AttributeNames: ["DelaySeconds" as const] };
    const found = await sqs.send(new GetQueueAttributesCommand(input));
    expect(found.Attributes).to.deep.equal({ DelaySeconds: "3" });
  });

  it("does not revert changes that the program ignores", async () => {
    const items: Items = { q: queue({ delaySeconds: 3 }, { ignoreChanges: ["delaySeconds"] }) };
    await engine.deploy(items);
    const Attributes = { DelaySeconds: "9" };
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url("q"), Attributes }));
    await engine.deploy(items);
    expect(engine.steps).to.deep.equal(["changed q", "same q"]);
    expect(engine.property("q", "delaySeconds")).to.equal(9);
  });

  it("follows the revisions of a task definition that tracks the latest", async () => {
    const task = (image: string): Items => ({
      task: {
        type: "ecs/TaskDefinition",
        args: {
          family: "web",
          containerDefinitions: JSON.stringify([{ name: "web", image, memory: 128 }]),
          trackLatest: true,
          skipDestroy: true,
        },
      },
    });
    await engine.deploy(task("acme/web:1.0"));
    const containerDefinitions = [{ name: "web", image: "acme/web:1.1", memory: 128 }];
    await ecs.send(new RegisterTaskDefinitionCommand({ family: "web", containerDefinitions }));
    const before = engine.calls;
    // The program reads the image again, as pinnedImage does.
    await engine.deploy(task("acme/web:1.1"));
    expect(engine.steps).to.deep.equal(["changed task", "same task"]);
    expect(engine.writes(before)).to.deep.equal([]);
    expect(engine.property("task", "revision")).to.equal(2);
    const latest = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web" }));
    expect(engine.property("task", "arn")).to.equal(latest.taskDefinition?.taskDefinitionArn);
  });

  it("keeps a secret that was changed from outside secret", async () => {
    const items: Items = {
      p: { type: "ssm/Parameter", args: { type: "SecureString", value: "hidden" } },
    };
    await engine.deploy(items);
    const input = { Name: String(engine.property("p", "name")), Value: "other", Overwrite: true };
    await ssm.send(new PutParameterCommand(input));
    await engine.deploy(items);
    expect(engine.steps).to.deep.equal(["changed p", "update p"]);
    const state = engine.session.resources.find(({ urn }) => urn.endsWith("::p"));
    expect(state?.secrets).to.include("value");
    expect(state?.outputs.value).to.equal("hidden");
  });

  it("reads only resources that may have changed since they were last read", async () => {
    const items: Items = {
      q: queue({ delaySeconds: 3 }),
      p: { type: "ssm/Parameter", args: { type: "String", value: "plain" } },
      cluster: { type: "ecs/Cluster" },
    };
    const reads = async (): Promise<string[]> => {
      const before = engine.calls;
      await engine.deploy(items);
      const { recorder } = engine.session.cloud;
      return [...new Set(recorder.find({ after: before }).map(({ service }) => service))].sort();
    };
    await engine.deploy(items);
    expect(await reads(), "what the engine itself has made").to.deep.equal(["ecs", "sqs", "ssm"]);
    // A service may change by itself, e.g. end tasks or scale.
    expect(await reads(), "when nobody called").to.deep.equal(["ecs"]);
    const QueueUrl = url("q");
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }));
    expect(await reads(), "after a message").to.deep.equal(["ecs"]);
    const input = { Name: String(engine.property("p", "name")), Value: "other", Overwrite: true };
    await ssm.send(new PutParameterCommand(input));
    expect(await reads(), "after a parameter was changed").to.deep.equal(["ecs", "ssm"]);
    expect(engine.steps).to.include.members(["changed p", "update p", "same q"]);
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await engine.deploy(items);
    expect(engine.steps).to.include.members(["gone q", "create q", "same p"]);
  });

  it("reads everything again after a failed read", async () => {
    const items: Items = {
      q: queue(),
      p: { type: "ssm/Parameter", args: { type: "String", value: "plain" } },
    };
    await engine.deploy(items);
    const { faults } = engine.session.cloud;
    const fault = { kind: "accessDenied", service: "sqs", times: "forever" } as const;
    const id = faults.add({ ...fault, operation: "GetQueueAttributes" });
    await engine.failure(engine.deploy(items));
    faults.remove(id);
    await ssm.send(new DeleteParameterCommand({ Name: String(engine.property("p", "name")) }));
    await engine.deploy(items);
    expect(engine.steps).to.have.members(["same q", "gone p", "create p"]);
  });

  it("ends the run, once and by name, when something cannot be read", async () => {
    const items: Items = { q: queue(), other: queue(), third: queue() };
    await engine.deploy(items);
    const { faults } = engine.session.cloud;
    const fault = { kind: "accessDenied", service: "sqs", times: "forever" } as const;
    const id = faults.add({ ...fault, operation: "GetQueueAttributes" });
    const before = engine.calls;
    const failure = await engine.failure(engine.deploy(items));
    faults.remove(id);
    expect(failure.message).to.match(/^It cannot be read: .*AccessDenied/);
    expect(engine.errors).to.have.length(1);
    expect(engine.writes(before)).to.deep.equal([]);
    await engine.deploy(items);
    expect(engine.steps).to.have.members(["same q", "same other", "same third"]);
  });
});
