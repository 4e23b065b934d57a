import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { ackHandler } from "../../../../callbacks/ecs/webhookRedeployer/ack";
import { workerHandler } from "../../../../callbacks/ecs/webhookRedeployer/worker";
import { dockerHubPush } from "../../../../localcloud/testing";
import { silenceConsole } from "../../../support/silenceConsole";
import { deliveryIdIn, RedeployCloud } from "./redeployerCloud";

const PUSHED = dockerHubPush().push_data.pushed_at;
const CONTEXT = { getRemainingTimeInMillis: () => 60_000 };

describe("redeploy worker on the local cloud", function () {
  this.timeout(60_000);
  let cloud: RedeployCloud;
  let restoreConsole: () => void;

  beforeEach(async () => {
    restoreConsole = silenceConsole();
    cloud = await RedeployCloud.start();
    await cloud.cluster("main");
    await cloud.family("web", { app: "acme/web:1.0" });
    await cloud.service("main", "shop", "web");
    await cloud.cloud.clock.advance(300_000);
  });
  afterEach(async () => {
    restoreConsole();
    await cloud.close();
  });

  describe("dry run", () => {
    const ask = (dryRun: object): Promise<unknown> =>
      workerHandler(cloud.workerConfig, cloud.deps)(
        // People write it, so it may be anything.
        { dryRun: dryRun as { repository: string; tag: string } },
        CONTEXT,
      );

    it("predicts for a family without a revision what the push would say, and for the others what it would do", async () => {
      cloud.workerConfig = { ...cloud.workerConfig, families: ["later", "web"] };
      const plans = (await ask({ repository: "acme/web", tag: "1.1" })) as object[];
      expect(plans).to.have.length(2);
      expect(plans[0]).to.include({ family: "later", action: "none", reason: "no such family" });
      expect(plans[1]).to.include({ family: "web", action: "register" });
      const deliveryId = deliveryIdIn(await cloud.post());
      await cloud.settle();
      expect(await cloud.results(deliveryId)).to.include({
        "family#later": "unchanged",
        "family#web": "moving",
      });
    });

    it("ignores what the push would be ignored for, without a call", async () => {
      cloud.workerConfig = { ...cloud.workerConfig, tags: { semver: ">=1" } };
      const after = cloud.cloud.recorder.last;
      expect(await ask({ repository: "acme/web", tag: "latest" })).to.deep.equal({
        ignored: "tag",
      });
      expect(await ask({ repository: "acme/other", tag: "1.1" })).to.deep.equal({
        ignored: "repository",
      });
      expect(cloud.calls(after)).to.deep.equal([]);
    });

    const refused: [dryRun: object, says: string][] = [
      [{ repository: "acme/web" }, "dryRun.tag: given undefined; allowed is a tag"],
      [{ repository: "acme/web", tag: "not a tag!" }, 'dryRun.tag: given "not a tag!"'],
      [{ tag: "1.1" }, "dryRun.repository: given undefined; allowed is the name of a repository"],
      [{ repository: "acme/web:1", tag: "1.1" }, 'dryRun.repository: given "acme/web:1"'],
    ];
    for (const [dryRun, says] of refused)
      it(`refuses ${JSON.stringify(dryRun)}: ${says}`, async () => {
        const reason = await ask(dryRun).catch((error: Error) => error.message);
        expect(reason).to.contain(says);
      });
  });

  it("gives up work in the message group of its family, so that it is redriven in order", async () => {
    const arnOf = async (QueueUrl: string): Promise<string> => {
      const input = { QueueUrl, AttributeNames: ["QueueArn" as const] };
      return (
        (await cloud.sqs.send(new GetQueueAttributesCommand(input))).Attributes?.QueueArn ?? ""
      );
    };
    const dead = await arnOf(cloud.queues.deadFamilies);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead, maxReceiveCount: 6 });
    await cloud.sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: cloud.queues.families,
        Attributes: { RedrivePolicy },
      }),
    );
    const fault = cloud.cloud.faults.add({
      kind: "accessDenied",
      service: "ecs",
      operation: "RegisterTaskDefinition",
      times: "forever",
    });
    for (const [index, tag] of ["1.1", "1.2"].entries()) {
      await cloud.post({ tag, push_data: { pushed_at: PUSHED + index } });
      for (let time = 0; time < 6; time += 1) await cloud.settle(7);
    }
    cloud.cloud.faults.remove(fault);
    const { Messages = [] } = await cloud.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: cloud.queues.deadFamilies,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ["MessageGroupId"],
        VisibilityTimeout: 0,
      }),
    );
    const [sent] = cloud.cloud.recorder.find({ operation: "SendMessageBatch" });
    const { Entries } = sent.input as { Entries: { MessageGroupId: string }[] };
    const group = Entries[0].MessageGroupId;
    expect(Messages.map(({ Attributes }) => Attributes?.MessageGroupId)).to.deep.equal([
      group,
      group,
    ]);
    const DestinationArn = await arnOf(cloud.queues.families);
    await cloud.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: dead, DestinationArn }));
    await cloud.settle();
    expect(await cloud.revisions("web")).to.deep.equal(["web:1", "web:2"]);
    expect((await cloud.describe("main", "shop")).taskDefinition).to.match(/web:2$/);
  });

  it("answers at the callback URL of the push that it deployed, whichever message came first", async () => {
    const called: string[] = [];
    const address = (name: string): string =>
      `https://registry.hub.docker.com/u/acme/web/hook/${name}/`;
    const deps = {
      ...cloud.deps,
      fetch: (url: string) => {
        called.push(url);
        return Promise.resolve(new Response(""));
      },
    };
    Object.assign(cloud, { deps });
    cloud.ackConfig = { ...cloud.ackConfig, answerCallback: true };
    for (const [index, tag] of ["1.1", "1.2"].entries()) {
      const push = dockerHubPush({ tag, push_data: { pushed_at: PUSHED + index } });
      await cloud.postBody(JSON.stringify({ ...push, callback_url: address(tag) }));
    }
    await cloud.settle();
    expect(called).to.deep.equal([address("1.2")]);
  });

  it("accepts a push whose callback_url is not a string: then there is nothing to answer", async () => {
    cloud.ackConfig = { ...cloud.ackConfig, answerCallback: true };
    for (const callback_url of [null, 7, {}]) {
      const response = await cloud.postBody(JSON.stringify({ ...dockerHubPush(), callback_url }));
      expect(response.statusCode, JSON.stringify(callback_url)).to.equal(202);
    }
  });

  it("recognizes ECR's registries by every host that they have, in China too", async () => {
    for (const [region, host] of [
      ["cn-north-1", "dkr.ecr.cn-north-1.amazonaws.com.cn"],
      ["cn-north-1", "dkr-ecr.cn-north-1.on.amazonwebservices.com.cn"],
      ["us-gov-west-1", "dkr.ecr.us-gov-west-1.amazonaws.com"],
      ["us-gov-west-1", "dkr.ecr-fips.us-gov-west-1.amazonaws.com"],
      ["us-west-2", "dkr-ecr.us-west-2.on.aws"],
      ["us-west-2", "dkr-ecr-fips.us-west-2.on.aws"],
    ]) {
      const repository = `123456789012.${host}/team/web`;
      cloud.ackConfig = { ...cloud.ackConfig, repositories: [repository] };
      const event = {
        "detail-type": "ECR Image Action" as const,
        account: "123456789012",
        region,
        time: "2026-01-01T00:00:00Z",
        detail: {
          "action-type": "PUSH",
          result: "SUCCESS",
          "repository-name": "team/web",
          "image-tag": "2",
        },
      };
      const after = cloud.cloud.recorder.last;
      await ackHandler(cloud.ackConfig, cloud.deps)(event);
      expect(cloud.calls(after), host).to.deep.equal(["dynamodb:PutItem", "sqs:SendMessage"]);
    }
  });
});
