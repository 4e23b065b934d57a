import {
  CreateFunctionCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { nodeApp } from "../../support/zips/zipApp";
import { PipelineProgram } from "../../support/programs/pipelineProgram";

interface Notification {
  readonly Records: readonly { readonly s3: { readonly object: { readonly sequencer: string } } }[];
}

describe("the order of uploads of a ZipToLambdaPipeline", function () {
  this.timeout(300_000);
  let apps: PipelineProgram;
  before(async () => {
    apps = await PipelineProgram.start();
  });
  after(() => apps?.close());

  it("deploys the newest of many at once, and ends every version of them", async () => {
    const dropped: string[] = [];
    for (let number = 1; number <= 12; number += 1)
      dropped.push(await apps.drop("burst", nodeApp(`${number}`)));
    const lives: number[] = [];
    for (let round = 0; round < 400 && lives.at(-1) !== 12; round += 1) {
      await apps.cloud.clock.advance(250);
      if ((await apps.live("burst")) === undefined) continue;
      const answer = Number(await apps.invoke("burst"));
      if (answer !== lives.at(-1)) lives.push(answer);
    }
    await apps.settle();
    expect(lives).to.deep.equal([...lives].sort((a, b) => a - b));
    expect(await apps.invoke("burst")).to.equal(12);
    const outcomes = await apps.outcomes("burst");
    expect(outcomes.map(({ versionId }) => versionId)).to.deep.equal(dropped);
    expect(outcomes.at(-1)?.outcome).to.equal("deployed");
    for (const { outcome } of outcomes) expect(outcome).to.match(/^(deployed|superseded)$/);
    expect(await apps.waiting("queueUrl")).to.equal(0);
    expect(await apps.waiting("deadLettersUrl")).to.equal(0);
  });

  it("changes nothing for repeated or late notifications, and never goes back", async () => {
    const before = apps.cloud.recorder.last;
    await apps.drop("again", nodeApp(`"first"`));
    await apps.settle();
    await apps.drop("again", nodeApp(`"second"`));
    await apps.settle();
    const bodies = sentBodies(apps, before);
    expect(bodies).to.have.length(2);
    const version = await apps.live("again");
    for (const body of [...bodies, ...[...bodies].reverse(), ...bodies]) await apps.send(body);
    await apps.settle();
    expect(await apps.live("again")).to.equal(version);
    expect(await apps.invoke("again")).to.equal("second");
    expect(await apps.versions("again")).to.deep.equal(["1", "2"]);
    expect((await apps.outcomes("again")).map(({ outcome }) => outcome)).to.deep.equal([
      "superseded",
      "deployed",
    ]);
  });

  it("deploys a good zip after all, when a newer one is rejected", async () => {
    const good = await apps.drop("after", nodeApp(`"good"`));
    await apps.drop("after", Buffer.from("no zip"));
    await apps.drop("after", Buffer.from("no zip either"));
    await apps.settle();
    expect(await apps.invoke("after")).to.equal("good");
    const outcomes = await apps.outcomes("after");
    expect(outcomes.map(({ outcome }) => outcome)).to.deep.equal([
      "deployed",
      "rejected",
      "rejected",
    ]);
    expect(outcomes[0].versionId).to.equal(good);
  });

  it("sorts sequencers of unequal length by their padded text", async () => {
    const before = apps.cloud.recorder.last;
    await apps.drop("padded", nodeApp(`"one"`));
    await apps.settle();
    const [body] = sentBodies(apps, before);
    // A shorter one with a larger prefix is newer: its object is the same.
    await apps.send(withSequencer(body, "FF"));
    await apps.send(withSequencer(body, "000000000000000000000000FF"));
    await apps.settle();
    const outcomes = (await apps.outcomes("padded")).map(({ outcome }) => outcome);
    expect(outcomes).to.deep.equal(["superseded", "deployed", "deployed"]);
  });

  it("notifies the owner of a zip whose version is deleted before its turn", async () => {
    const before = apps.cloud.recorder.last;
    const versionId = await apps.drop("vanished", nodeApp(`"one"`));
    await apps.settle();
    const [body] = sentBodies(apps, before);
    // S3 refuses an id that is no version's at all; this one has the form of an id.
    const deleted = "deleted".padEnd(versionId.length, "0");
    await apps.send(withSequencer(body, "FF").replace(versionId, deleted));
    await apps.settle();
    expect(await apps.status("vanished")).to.deep.include({
      state: "rejected",
      code: "gone",
      versionId: deleted,
      live: "1",
    });
    expect(await apps.invoke("vanished")).to.equal("one");
  });

  it("rolls LIVE back manually, and the next upload moves it on", async () => {
    for (const text of ["a", "b", "c"]) {
      await apps.drop("back", nodeApp(`"${text}"`));
      await apps.settle();
    }
    expect(await apps.ask({ rollback: { app: "back" } })).to.deep.equal({
      app: "back",
      live: "2",
      before: "3",
    });
    expect(await apps.invoke("back")).to.equal("b");
    expect(await apps.ask({ rollback: { app: "back", to: "9" } })).to.deep.include({
      refused: "LIVE of back had no version 9; it had 3, 1",
    });
    // Once more: not to the version that was rolled back.
    expect(await apps.ask({ rollback: { app: "back" } })).to.deep.include({
      refused: "version 1 of back is deleted; the last 2 are kept, and what LIVE had before",
    });
    await apps.drop("back", nodeApp(`"d"`));
    await apps.settle();
    expect(await apps.invoke("back")).to.equal("d");
    expect(await apps.ask({ remove: { app: "back" } })).to.deep.equal({
      app: "back",
      removed: true,
    });
    expect(await apps.functionNames()).not.to.include(apps.functionName("back"));
    expect(await apps.ask({ rollback: { app: "back" } })).to.deep.equal({
      refused: "there is no app back that is live",
    });
  });

  it("leaves a function alone that it has not created", async () => {
    const lambda = apps.program.client(LambdaClient);
    const FunctionName = apps.functionName("taken");
    const worker = apps.program.resources.find(
      ({ urn, type }) => type === "aws:iam/role:Role" && urn.endsWith("::apps-app-role"),
    );
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Role: String(worker?.outputs.arn),
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Code: { ZipFile: nodeApp(`"mine"`) },
      }),
    );
    await apps.drop("taken", nodeApp(`"theirs"`));
    await apps.settle();
    const status = await apps.status("taken");
    expect(status).to.deep.include({ state: "rejected", code: "nameTaken" });
    expect(status?.reason).to.contain("no pipeline has made it");
  });

  it("cannot give an app another role, nor can anyone with its role create one", async () => {
    const lambda = new LambdaClient({
      ...apps.program.access(apps.roleName),
      endpoint: apps.cloud.endpoint,
      region: "us-east-1",
    });
    const other = apps.program.resources.find(
      ({ urn, type }) => type === "aws:iam/role:Role" && urn.endsWith("::apps-worker-role"),
    );
    const change = new UpdateFunctionConfigurationCommand({
      FunctionName: apps.functionName("again"),
      Role: String(other?.outputs.arn),
    });
    const error = await lambda.send(change).then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    lambda.destroy();
    expect(error?.message).to.contain("iam:PassRole");
  });
});

/** Returns the messages that S3 has sent to the queue since then. */
function sentBodies(apps: PipelineProgram, after: number): string[] {
  return apps.cloud.recorder
    .find({ service: "sqs", operation: "SendMessage", after })
    .filter(({ principal }) => principal.type === "service")
    .map(({ input }) => (input as { MessageBody: string }).MessageBody);
}

function withSequencer(body: string, sequencer: string): string {
  const notification = JSON.parse(body) as Notification;
  const [record] = notification.Records;
  const s3 = { ...record.s3, object: { ...record.s3.object, sequencer } };
  return JSON.stringify({ Records: [{ ...record, s3 }] });
}
