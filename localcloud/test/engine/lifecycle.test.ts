import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { ROOT_CREDENTIALS } from "../../engine/session";
import { EngineSession, type Items } from "../support/engineSession";

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } },
  ],
});
const ALLOW = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" }],
});

const role = (args: Record<string, unknown> = {}): Items[string] => ({
  type: "iam/Role",
  args: { assumeRolePolicy: TRUST, ...args },
});
const policy = (of: string): Items[string] => ({
  type: "iam/RolePolicy",
  args: { role: `\${${of}.name}`, policy: ALLOW },
});
const queue = (
  args: Record<string, unknown> = {},
  options: Items[string]["options"] = {},
): Items[string] => ({ type: "sqs/Queue", args, options });

describe("engine: the life of a stack", function () {
  let engine: EngineSession;
  let sqs: SQSClient;
  let iam: IAMClient;

  beforeEach(async () => {
    engine = await EngineSession.start("data");
    const settings = {
      endpoint: engine.session.cloud.endpoint,
      region: "eu-central-1",
      credentials: ROOT_CREDENTIALS,
    };
    sqs = new SQSClient(settings);
    iam = new IAMClient(settings);
  });

  afterEach(async () => {
    sqs.destroy();
    iam.destroy();
    await engine.close();
  });

  const queueNames = async (): Promise<string[]> => {
    const { QueueUrls } = await sqs.send(new ListQueuesCommand({}));
    return (QueueUrls ?? []).map((url) => url.split("/").at(-1) ?? "").sort();
  };

  it("creates dependencies first, updates only what differs, and deletes dependents first", async () => {
    const base: Items = { q: queue(), r: role(), p: policy("r") };
    const outputs = await engine.deploy(base, "q.url", "r.arn");
    expect(engine.steps).to.have.members(["create q", "create r", "create p"]);
    expect(engine.steps.indexOf("create r")).to.be.below(engine.steps.indexOf("create p"));
    expect(outputs["q.url"]).to.match(/^http:\/\/127\.0\.0\.1:\d+\/123456789012\/q-[0-9a-f]{7}$/);

    let before = engine.calls;
    expect(await engine.deploy(base, "q.url", "r.arn")).to.deep.equal(outputs);
    expect(engine.steps).to.have.members(["same q", "same r", "same p"]);
    expect(engine.writes(before)).to.deep.equal([]);

    before = engine.calls;
    await engine.deploy({ ...base, q: queue({ delaySeconds: 7 }) });
    expect(engine.steps).to.have.members(["update q", "same r", "same p"]);
    expect(engine.changes).to.deep.equal({ q: ["delaySeconds"] });
    expect(engine.writes(before)).to.deep.equal(["sqs:SetQueueAttributes"]);

    before = engine.calls;
    await engine.deploy({ q: queue({ delaySeconds: 7 }) });
    expect(engine.steps).to.deep.equal(["same q", "delete p", "delete r"]);
    expect(engine.writes(before)).to.deep.equal(["iam:DeleteRolePolicy", "iam:DeleteRole"]);
    expect(engine.session.resources.map(({ urn }) => urn.split("::")[3])).to.have.members([
      "data-dev",
      "q",
    ]);
  });

  it("creates the replacement before the deletion for a generated name, and after it for a fixed name", async () => {
    await engine.deploy({ q: queue(), r: role({ name: "fixed" }), p: policy("r") });
    const [first] = await queueNames();
    const firstRole = await iam.send(new GetRoleCommand({ RoleName: "fixed" }));

    await engine.deploy({
      q: queue({ fifoQueue: true }),
      r: role({ name: "fixed", path: "/app/" }),
      p: policy("r"),
    });
    const [second, ...others] = await queueNames();
    expect(others).to.deep.equal([]);
    expect(second)
      .to.match(/^q-[0-9a-f]{7}\.fifo$/)
      .and.not.contain(first);
    expect(engine.steps.indexOf("create q")).to.be.below(engine.steps.indexOf("deleteReplaced q"));
    // The policy depends on the role's name: it is deleted first and created again.
    const order = engine.steps.filter((step) => !step.endsWith(" q"));
    expect(order).to.deep.equal(["deleteReplaced p", "deleteReplaced r", "create r", "create p"]);
    const secondRole = await iam.send(new GetRoleCommand({ RoleName: "fixed" }));
    expect(secondRole.Role?.RoleId).to.not.equal(firstRole.Role?.RoleId);
  });

  it("deletes a replaced role only after its old policies", async () => {
    await engine.deploy({ r: role(), p: policy("r") });
    await engine.deploy({ r: role({ path: "/new/" }) });
    expect(engine.steps).to.deep.equal(["create r", "delete p", "deleteReplaced r"]);
  });

  it("keeps a resource under a new name, type of parent or parent's name by its aliases", async () => {
    await engine.deploy({
      q: queue(),
      app: { type: "component" },
      "app-inner": queue({}, { parent: "app" }),
    });
    const names = await queueNames();
    const before = engine.calls;
    await engine.deploy({
      renamed: queue({}, { aliases: [{ name: "q" }] }),
      site: { type: "component", options: { aliases: [{ name: "app" }] } },
      "site-inner": queue({}, { parent: "site" }),
    });
    expect(engine.steps).to.have.members(["same renamed", "same site-inner"]);
    expect(engine.writes(before)).to.deep.equal([]);
    expect(await queueNames()).to.deep.equal(names);
    await engine.deploy({
      renamed: queue(),
      site: { type: "component" },
      "site-inner": queue({}, { parent: "site" }),
    });
    expect(engine.steps).to.have.members(["same renamed", "same site-inner"]);
  });

  it("refuses to delete or replace a protected resource before it deletes anything", async () => {
    await engine.deploy({ other: queue(), kept: queue({}, { protect: true }) });
    const names = await queueNames();
    const removal = await engine.failure(engine.deploy({}));
    expect(removal.message).to.match(/^It is protected/);
    expect(removal.urn).to.match(/::kept$/);
    expect(engine.errors.map(({ message }) => message)).to.deep.equal([removal.message]);
    expect(await queueNames()).to.deep.equal(names);

    const replacement = await engine.failure(
      engine.deploy({ other: queue(), kept: queue({ fifoQueue: true }, { protect: true }) }),
    );
    expect(replacement.message).to.match(/^It is protected/);
    expect(await queueNames()).to.deep.equal(names);

    await engine.deploy({ other: queue(), kept: queue() });
    await engine.deploy({});
    expect(await queueNames()).to.deep.equal([]);
  });

  it("honours retainOnDelete, deletedWith, ignoreChanges and replaceOnChanges", async () => {
    const tags = { stage: "one", owner: "me" };
    const parameter = (value: string, options: Items[string]["options"] = {}): Items[string] => ({
      type: "ssm/Parameter",
      args: { type: "String", value, tags },
      options,
    });
    await engine.deploy({
      retained: queue({}, { retainOnDelete: true }),
      group: queue(),
      member: queue({}, { deletedWith: "group" }),
      ignoring: { ...queue({ tags, delaySeconds: 1 }) },
      replacing: parameter("a", { replaceOnChanges: ["value"] }),
    });
    const replaced = engine.property("replacing");
    await engine.deploy({
      retained: queue({}, { retainOnDelete: true }),
      group: queue(),
      member: queue({}, { deletedWith: "group" }),
      ignoring: queue(
        { tags: { stage: "two", owner: "you" }, delaySeconds: 2 },
        { ignoreChanges: ["delaySeconds", "tags.stage"] },
      ),
      replacing: parameter("b", { replaceOnChanges: ["value"] }),
    });
    expect(engine.changes).to.deep.equal({ ignoring: ["tags.owner"] });
    expect(engine.property("ignoring", "tagsAll")).to.deep.equal({ stage: "one", owner: "you" });
    expect(engine.property("ignoring", "delaySeconds")).to.equal(1);
    expect(engine.steps).to.include.members(["create replacing", "deleteReplaced replacing"]);
    expect(engine.property("replacing")).to.not.equal(replaced);

    const before = engine.calls;
    await engine.deploy({
      ignoring: queue({ tags: { stage: "one", owner: "you" }, delaySeconds: 1 }),
    });
    expect(engine.steps.filter((step) => step.startsWith("delete"))).to.have.members([
      "delete group",
      "delete replacing",
    ]);
    expect(engine.writes(before)).to.have.members(["sqs:DeleteQueue", "ssm:DeleteParameter"]);
    expect((await queueNames()).map((name) => name.split("-")[0])).to.deep.equal([
      "ignoring",
      "member",
      "retained",
    ]);
  });

  it("lets children inherit retainOnDelete and deletedWith from their parent, unless they have their own", async () => {
    const component = (options: Items[string]["options"]): Items[string] => ({
      type: "component",
      options,
    });
    const group: Items = { group: queue(), other: queue() };
    await engine.deploy({
      ...group,
      keeps: component({ retainOnDelete: true }),
      kept: queue({}, { parent: "keeps" }),
      deleted: queue({}, { parent: "keeps", retainOnDelete: false }),
      goes: component({ deletedWith: "group" }),
      nested: component({ parent: "goes" }),
      member: queue({}, { parent: "nested" }),
      stranger: queue({}, { parent: "nested", deletedWith: "other" }),
    });
    await engine.deploy({ other: group.other });
    expect(engine.steps.filter((step) => step.startsWith("delete"))).to.have.members([
      "delete deleted",
      "delete group",
      "delete stranger",
    ]);
    const names = (await queueNames()).map((name) => name.split("-")[0]);
    expect(names).to.deep.equal(["kept", "member", "other"]);
  });

  it("deploys to another region through an explicit provider or the argument `region`", async () => {
    const west: Items[string] = { type: "/Provider", args: { region: "eu-west-1" } };
    const items: Items = {
      west,
      here: queue(),
      there: queue({}, { provider: "west" }),
      own: queue({ region: "us-east-2" }),
    };
    const outputs = await engine.deploy(items, "here.arn", "there.arn", "own.arn");
    expect(outputs["here.arn"]).to.match(/^arn:aws:sqs:eu-central-1:/);
    expect(outputs["there.arn"]).to.match(/^arn:aws:sqs:eu-west-1:/);
    expect(outputs["own.arn"]).to.match(/^arn:aws:sqs:us-east-2:/);
    // A provider that was removed from the program still deletes in its own region.
    await engine.deploy({ here: queue() });
    const deleted = engine.session.cloud.recorder.find({ operation: "DeleteQueue", outcome: "ok" });
    expect(deleted.map(({ region }) => region)).to.have.members(["eu-west-1", "us-east-2"]);

    // A provider that moves to another region leaves nothing in its previous one.
    const at = (region: string): Items => ({
      west: { type: "/Provider", args: { region } },
      moved: queue({}, { provider: "west" }),
    });
    await engine.deploy(at("eu-west-1"));
    const url = engine.property("moved");
    await engine.deploy(at("eu-north-1"));
    expect(engine.steps).to.include.members(["create moved", "deleteReplaced moved"]);
    expect(engine.property("moved", "arn")).to.match(/^arn:aws:sqs:eu-north-1:/);
    const [last] = engine.session.cloud.recorder
      .find({ operation: "DeleteQueue", outcome: "ok" })
      .slice(-1);
    expect(last).to.deep.include({ region: "eu-west-1", input: { QueueUrl: url } });

    const refused = await engine.failure(
      engine.deploy({
        tagging: { type: "/Provider", args: { defaultTags: { tags: { a: "b" } } } },
      }),
    );
    expect(refused.message).to.contain("'defaultTags' is not supported");
  });

  it("completes an interrupted creation and update, and deletes nothing meanwhile", async () => {
    const { faults } = engine.session.cloud;
    const key = (args: Record<string, unknown> = {}): Items[string] => ({ type: "kms/Key", args });
    faults.add({ kind: "accessDenied", service: "kms", operation: "EnableKeyRotation" });
    const first = await engine.failure(
      engine.deploy({ k: key({ enableKeyRotation: true }), gone: queue() }),
    );
    expect(first.message).to.equal("AccessDeniedException: Access denied by a fault rule.");
    expect(first.urn).to.match(/::k$/);
    expect(engine.errors).to.have.length(1);
    expect(engine.output.join("\n")).to.not.match(/Resource monitor|UNAVAILABLE/);

    await engine.deploy({ k: key({ enableKeyRotation: true }), gone: queue() });
    expect(engine.changes).to.deep.equal({ k: ["enableKeyRotation"] });
    expect(engine.session.cloud.recorder.find({ operation: "CreateKey" })).to.have.length(1);

    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
    faults.add({ kind: "accessDenied", service: "sqs", operation: "TagQueue" });
    const changed = queue({ delaySeconds: 5, tags: { a: "b" } });
    await engine.failure(engine.deploy({ gone: changed }));
    expect(engine.steps).to.not.include("delete k");
    const sent = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: QueueUrls[0], AttributeNames: ["DelaySeconds"] }),
    );
    expect(sent.Attributes).to.deep.equal({ DelaySeconds: "5" });
    await engine.deploy({ gone: changed });
    expect(engine.changes).to.deep.equal({ gone: ["tags"] });
    expect(engine.steps).to.include("delete k");
  });
});
