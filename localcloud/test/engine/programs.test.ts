import { expect } from "chai";
import { EngineSession } from "../support/engineSession";

/** Scenes that must be refused, and the text of their only error message. */
const REFUSALS: Record<string, RegExp> = {
  duplicate: /Duplicate resource URN 'urn:pulumi:dev::scenes::aws:sqs\/queue:Queue::queue'/,
  unsupportedInput: /^body: OpenAPI import is not emulated/,
  missingInput: /Missing required property 'policyArn'|policyArn: is required/,
  remote: /^'awsx:ec2:Vpc' is a remote component/,
  unknownPackage: /no provider for package 'random', only for 'aws'/,
  dynamic: /no provider for package 'pulumi-nodejs'/,
  unknownType: /does not implement the resource type 'aws:sfn\/activity:Activity'/,
  unknownInvoke: /does not implement the function 'aws:s3\/getBucket:getBucket'/,
  transforms: /The option `transforms` is not supported/,
  stackTransform: /Stack transforms are not supported/,
  hooks: /(Resource hooks are|The option `hooks` is) not supported/,
  replacementTrigger: /The option `replacementTrigger` is not supported/,
  stackReference: /^StackReference 'organization\/project\/prod': no other stack/,
  getsMissing: /There is no aws:sqs\/queue:Queue with id/,
};

describe("engine: what a program may ask for", function () {
  let engine: EngineSession;

  before(async () => {
    engine = await EngineSession.start("scenes");
    await engine.run({ SCENE: "queue" });
  });

  after(() => engine.close());

  /** A failed run must not delete the queue of the first one. */
  const expectNothingDeleted = (): void => {
    expect(engine.session.cloud.recorder.find({ operation: "DeleteQueue" })).to.deep.equal([]);
    expect(engine.steps.filter((step) => step.startsWith("delete"))).to.deep.equal([]);
  };

  for (const [scene, text] of Object.entries(REFUSALS))
    it(`refuses the scene '${scene}' with one message that explains it`, async () => {
      const failure = await engine.failure(engine.run({ SCENE: scene }));
      const messages = engine.errors.map(({ message }) => message);
      expect([...messages, failure.message].join("\n")).to.match(new RegExp(text.source, "m"));
      expect(messages).to.have.length(1);
      expect(engine.output.join("\n")).to.not.match(/UNAVAILABLE|monitor/);
      expectNothingDeleted();
    });

  it("reports AWS's errors, deletes nothing, and continues when the program is fixed", async () => {
    const failure = await engine.failure(engine.run({ SCENE: "badInput" }));
    expect(failure.message).to.match(/Invalid value for the parameter VisibilityTimeout/);
    expect(failure.urn).to.match(/::bad$/);
    expect(engine.errors.map(({ message }) => message)).to.deep.equal([failure.message]);
    expectNothingDeleted();
    await engine.run({ SCENE: "queue" });
    expect(engine.steps).to.deep.equal(["same queue"]);
  });

  it("deletes nothing when the program throws, and shows its error", async () => {
    const failure = await engine.failure(engine.run({ SCENE: "throws", MANY: "1" }));
    expect(failure.message).to.match(
      /^The program failed \(exit code \d+\); nothing was deleted\.$/,
    );
    expect(engine.errors.map(({ message }) => message).join()).to.match(/no luck today/);
    expectNothingDeleted();
    const many = engine.session.resources.filter(({ urn }) => urn.includes("many"));
    expect(many).to.have.length(8);
  });

  it("runs registrations concurrently", async () => {
    await engine.run({ SCENE: "queue", MANY: "1" });
    const removed = engine.steps.filter((step) => step.startsWith("same many"));
    expect(removed).to.have.length(8);
    const fresh = await EngineSession.start("scenes");
    try {
      await fresh.run({ SCENE: "empty", MANY: "1" });
      let [underWay, most] = [0, 0];
      for (const { done } of fresh.events) {
        underWay += done ? -1 : 1;
        most = Math.max(most, underWay);
      }
      expect(most).to.be.greaterThan(3);
    } finally {
      await fresh.close();
    }
  });
});

describe("engine: what a program gets back", function () {
  let engine: EngineSession;

  beforeEach(async () => {
    engine = await EngineSession.start("scenes");
  });

  afterEach(() => engine.close());

  it("gives components, references, reads and secrets their values", async () => {
    const { outputs, secretOutputs } = await engine.run({ SCENE: "refers" });
    expect(outputs.url).to.match(/wrapped-queue-[0-9a-f]{7}$/);
    // A resource given as a property is its id.
    expect(outputs.role).to.match(/^role-[0-9a-f]{7}$/);
    expect(outputs.readName).to.match(/^queue-[0-9a-f]{7}$/);
    expect(outputs.again).to.equal(outputs.arn);
    expect(secretOutputs).to.have.members(["arn", "again", "secretArn"]);
    expect(engine.steps).to.include("read read");
    const state = (name: string) =>
      engine.session.resources.find(({ urn }) => urn.endsWith(`::${name}`));
    expect(state("wrapped")).to.include({ custom: false });
    expect(state("wrapped")?.outputs).to.deep.equal({ url: outputs.url, token: "hidden" });
    expect(state("wrapped")?.secrets).to.deep.equal(["token"]);
    expect(state("role")?.secrets).to.deep.equal(["description"]);
    expect(state("role")?.inputs.description).to.equal("nobody's business");

    // A resource that was only read must not be deleted.
    await engine.run({ SCENE: "queue" });
    expect(engine.steps).to.not.include("delete read");
    expect(engine.steps).to.include("same queue");
  });

  it("returns results of functions, and lets the program catch AWS's errors", async () => {
    const { outputs } = await engine.run({ SCENE: "invokes" });
    expect(outputs).to.include({ accountId: "123456789012", region: "eu-central-1", found: "1" });
    expect(outputs.missing).to.match(
      /invocation of aws:ssm\/getParameter:getParameter returned an error: ParameterNotFound/,
    );
    expect(engine.errors).to.deep.equal([]);
  });

  it("ends the program when its run is aborted", async () => {
    const controller = new AbortController();
    const stoppable = await EngineSession.start("scenes", { signal: controller.signal });
    try {
      const run = stoppable.run({ SCENE: "hangs" });
      stoppable.session.events.on("step", ({ operation, done }) => {
        if (operation === "create" && done) controller.abort();
      });
      const failure = await stoppable.failure(run);
      expect(failure.message).to.equal("The run was interrupted.");
      expect(stoppable.session.resources.some(({ urn }) => urn.endsWith("::queue"))).to.equal(true);
      const again = await stoppable.failure(stoppable.run({ SCENE: "queue" }));
      expect(again.message).to.equal("The run was interrupted.");
    } finally {
      await stoppable.close();
    }
  });
});
