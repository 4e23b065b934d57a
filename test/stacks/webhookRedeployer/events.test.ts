import { LambdaClient, RemovePermissionCommand } from "@aws-sdk/client-lambda";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import type { RecordedCall } from "../../../localcloud/core/recorder";
import { servicePrincipal } from "../../../localcloud/core/principal";
import { advanceUntilQuiet, dockerHubPush } from "../../../localcloud/testing";
import { RedeployProgram } from "./program";

const PUSHED = dockerHubPush().push_data.pushed_at;
const DEPLOYMENTS = "ECS Deployment State Change";

/** Webhooks, messages and events arrive twice, ten times, late and in another order. */
describe("example webhook-redeployer under repeated events", function () {
  this.timeout(60_000);
  let shop: RedeployProgram;
  let pushes = 0;

  before(async () => {
    shop = await RedeployProgram.start();
  });
  after(() => shop?.close());

  /** Sends a push, this many seconds after the hour of the last test's pushes. */
  async function post(tag: string, seconds = 0): Promise<{ deliveryId?: string }> {
    const pushed_at = PUSHED + pushes * 3600 + seconds;
    const response = await shop.post({ tag, push_data: { pushed_at } });
    expect(response.status).to.equal(202);
    return (await response.json()) as { deliveryId?: string };
  }

  beforeEach(() => (pushes += 1));

  const settle = (): Promise<void> =>
    advanceUntilQuiet(shop.cloud, { quietMinutes: 8, limitMinutes: 60 });

  /** Returns the changes in ECS for the service's family, and of pins; not what is noted as rolling. */
  function changes(after: number): string[] {
    return shop.cloud.recorder
      .find({ after, outcome: "ok" })
      .filter(({ operation, input }) =>
        operation === "RegisterTaskDefinition" || operation === "PutParameter"
          ? /demo-web(?!\/web\.rolling)/.test(JSON.stringify(input))
          : operation === "UpdateService",
      )
      .map(({ operation }) => operation);
  }

  /** Returns the inputs of calls, as they were sent. */
  const inputs = <Input>(after: number, operation: string): Input[] =>
    shop.cloud.recorder.find({ after, operation }).map(({ input }: RecordedCall) => input as Input);

  const ONCE = ["RegisterTaskDefinition", "UpdateService", "PutParameter"];

  it("starts one deployment for three tags within the window, of the newest allowed one", async () => {
    const after = shop.cloud.recorder.last;
    await post("1.1.0", 0);
    await shop.cloud.clock.advance(20_000);
    await post("1.3.0", 40);
    expect(await post("latest", 50)).to.deep.equal({ ignored: "tag" });
    await shop.cloud.clock.advance(20_000);
    const { deliveryId = "" } = await post("1.2.0", 20);
    await settle();
    expect(changes(after)).to.deep.equal(ONCE);
    expect(await shop.image()).to.equal("acme/web:1.3.0");
    expect(await shop.pin()).to.equal("acme/web:1.3.0");
    expect((await shop.result(deliveryId)).summary.result.S).to.contain("superseded");
  });

  for (const times of [2, 10])
    it(`starts one deployment for a push that is delivered ${times} times at once, and ${times} times later`, async () => {
      const after = shop.cloud.recorder.last;
      const tag = `2.${times}.0`;
      const answers = await Promise.all(Array.from({ length: times }, () => post(tag)));
      expect(new Set(answers.map(({ deliveryId }) => deliveryId)).size).to.equal(1);
      await settle();
      for (let time = 0; time < times; time += 1) await post(tag);
      await settle();
      expect(changes(after)).to.deep.equal(ONCE);
      expect(await shop.image()).to.equal(`acme/web:${tag}`);
    });

  for (const times of [2, 10])
    it(`starts one deployment when SQS delivers every message ${times} times, at once and after the end`, async () => {
      const after = shop.cloud.recorder.last;
      const tag = `3.${times}.0`;
      await post(tag);
      const [delivery] = inputs<Delivery>(after, "SendMessage");
      const planned = (): Batch[] => inputs<Batch>(after, "SendMessageBatch");
      for (let time = 1; time < times; time += 1) await send(delivery);
      while (planned().length === 0) await shop.cloud.clock.advance(1_000);
      const again = async (round: number): Promise<void> => {
        const [batch] = planned();
        for (let time = 1; time < times; time += 1)
          for (const entry of batch.Entries)
            await send({
              QueueUrl: batch.QueueUrl,
              MessageBody: entry.MessageBody,
              MessageGroupId: entry.MessageGroupId,
              MessageDeduplicationId: `${round}-${time}-${entry.MessageDeduplicationId}`.slice(
                0,
                80,
              ),
            });
      };
      await again(1);
      await settle();
      await send(delivery);
      await again(2);
      await settle();
      expect(changes(after)).to.deep.equal(ONCE);
      expect(await shop.image()).to.equal(`acme/web:${tag}`);
      expect(await shop.deadLetters()).to.deep.equal([]);
    });

  it("pins once when the ends of deployments are delivered ten times, the last first", async () => {
    const began = shop.cloud.recorder.last;
    shop.images.push("acme/web:4.1.0", { crashes: true });
    await post("4.1.0", 0);
    await settle();
    await post("4.2.0", 60);
    await settle();
    expect(await shop.pin()).to.equal("acme/web:4.2.0");
    const sent = inputs<{ Entries: { DetailType: string }[] }>(began, "PutEvents")
      .flatMap(({ Entries }) => Entries)
      .filter(({ DetailType }) => DetailType === DEPLOYMENTS);
    expect(sent).to.have.length.greaterThan(3);
    const after = shop.cloud.recorder.last;
    for (let time = 0; time < 10; time += 1)
      for (const entry of [...sent].reverse())
        await shop.cloud.call({
          service: "eventbridge",
          operation: "PutEvents",
          input: { Entries: [entry] },
          principal: servicePrincipal("ecs.amazonaws.com"),
        });
    await settle();
    expect(changes(after)).to.deep.equal([]);
    expect(await shop.pin()).to.equal("acme/web:4.2.0");
    expect(await shop.deadLetters(/-failures$/)).to.deep.equal([]);
  });

  it("keeps an event that EventBridge may not deliver, with the reason, under an alarm", async () => {
    expect(await shop.alarmState("redeploy-undelivered")).to.equal("OK");
    const permission = shop.engine.session.resources.find(
      ({ type, urn }) =>
        type === "aws:lambda/permission:Permission" && urn.endsWith("redeploy-deployments"),
    );
    await shop.program.client(LambdaClient).send(
      new RemovePermissionCommand({
        FunctionName: String(permission?.outputs.function),
        StatementId: String(permission?.outputs.statementId),
      }),
    );
    await post("5.1.0");
    await settle();
    expect(await shop.pin()).to.equal("acme/web:4.2.0");
    expect(await shop.alarmState("redeploy-undelivered")).to.equal("ALARM");
    const [letter] = await shop.deadLetters(/-undelivered$/);
    expect(JSON.parse(letter.Body ?? "")).to.deep.include({
      source: "aws.ecs",
      "detail-type": DEPLOYMENTS,
    });
    const reasons = letter.MessageAttributes ?? {};
    expect(reasons.ERROR_CODE.StringValue).to.equal("NO_PERMISSIONS");
    expect(reasons.ERROR_MESSAGE.StringValue).to.match(/not authorized to perform: lambda:Invoke/);
    expect(reasons.RULE_ARN.StringValue).to.contain(":rule/redeploy-deployments-");
    expect(reasons.TARGET_ARN.StringValue).to.contain(":function:redeploy-completion-");
  });

  interface Delivery {
    readonly QueueUrl: string;
    readonly MessageBody: string;
    readonly DelaySeconds: number;
  }

  interface Batch {
    readonly QueueUrl: string;
    readonly Entries: readonly {
      readonly MessageBody: string;
      readonly MessageGroupId: string;
      readonly MessageDeduplicationId: string;
    }[];
  }

  const send = (input: ConstructorParameters<typeof SendMessageCommand>[0]): Promise<unknown> =>
    shop.program.client(SQSClient).send(new SendMessageCommand(input));
});
