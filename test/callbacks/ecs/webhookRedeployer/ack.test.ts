import { expect } from "chai";
import * as fc from "fast-check";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { sign } from "../../../../callbacks/ecs/webhookRedeployer/push/signature";
import { ackHandler } from "../../../../callbacks/ecs/webhookRedeployer/ack";
import { apiGatewayProxyEvent, dockerHubPush } from "../../../../localcloud/testing";
import { hostileText } from "../../../support/hostileText";
import { runs } from "../../../../localcloud/test/support/runs";
import { silenceConsole } from "../../../support/silenceConsole";
import { RedeployCloud, TOKEN } from "./redeployerCloud";

/** Parameter Store decrypts with its own key before it answers. */
const READ_TOKEN = ["kms:Decrypt", "ssm:GetParameter"];
const PUSHED = dockerHubPush().push_data.pushed_at;

describe("redeploy handlers on the local cloud", function () {
  this.timeout(60_000);
  let cloud: RedeployCloud;
  let restoreConsole: () => void;

  beforeEach(async () => {
    restoreConsole = silenceConsole();
    cloud = await RedeployCloud.withShop();
  });
  afterEach(async () => {
    restoreConsole();
    await cloud.close();
  });

  describe("ack", () => {
    const asked = (response: { statusCode: number; body: string }): [number, unknown] => [
      response.statusCode,
      JSON.parse(response.body) as unknown,
    ];

    it("answers 404 to a wrong token, whatever the body, and reads the token at most once a minute", async () => {
      const after = cloud.cloud.recorder.last;
      const handler = ackHandler(cloud.ackConfig, cloud.deps);
      for (const token of ["", "x", TOKEN.slice(1), `${TOKEN}x`, undefined])
        for (const body of [JSON.stringify(dockerHubPush()), "{"]) {
          const event = apiGatewayProxyEvent({
            resource: "/webhooks/{token}",
            body,
            pathParameters: token === undefined ? ({} as Record<string, string>) : { token },
          });
          const response = await handler(event);
          expect(response && asked(response)).to.deep.equal([404, { message: "Not found" }]);
        }
      expect(cloud.calls(after)).to.deep.equal(READ_TOKEN);
    });

    it("accepts two tokens while senders are switched over", async () => {
      await cloud.ssm.send(
        new PutParameterCommand({
          Name: "token",
          Value: `new-token-0123456789,${TOKEN}`,
          Overwrite: true,
        }),
      );
      for (const token of ["new-token-0123456789", TOKEN])
        expect((await cloud.post({}, token)).statusCode).to.equal(202);
      expect((await cloud.post({}, `new-token-0123456789,${TOKEN}`)).statusCode).to.equal(404);
    });

    it("names the invalid field, and changes nothing", async () => {
      const after = cloud.cloud.recorder.last;
      const response = await cloud.postBody(
        '{"push_data":{},"repository":{"repo_name":"acme/web"}}',
      );
      expect(asked(response)).to.deep.equal([
        400,
        { message: "push_data.tag is not a text", field: "push_data.tag" },
      ]);
      expect(cloud.calls(after)).to.deep.equal(READ_TOKEN);
    });

    it("ignores other repositories, similar names and other tags without a call to AWS", async () => {
      cloud.ackConfig = { ...cloud.ackConfig, tags: (tag: string) => tag.endsWith("-prod") };
      const after = cloud.cloud.recorder.last;
      expect(asked(await cloud.post({ repoName: "acme/web2", tag: "1-prod" }))).to.deep.equal([
        202,
        { ignored: "repository" },
      ]);
      expect(asked(await cloud.post({ tag: "1-dev" }))).to.deep.equal([202, { ignored: "tag" }]);
      expect(cloud.calls(after)).to.deep.equal([...READ_TOKEN, ...READ_TOKEN]);
    });

    it("answers any body with its own text, and changes nothing for one that is not a push", async () => {
      const handler = ackHandler({ ...cloud.ackConfig, repositories: ["acme/none"] }, cloud.deps);
      const after = cloud.cloud.recorder.last;
      const good = JSON.stringify(dockerHubPush());
      const body = fc.oneof(
        hostileText(6),
        fc.json({ maxDepth: 3 }),
        fc
          .tuple(fc.nat(good.length), hostileText(1))
          .map(([at, text]) => good.slice(0, at) + text + good.slice(at + 1)),
      );
      await fc.assert(
        fc.asyncProperty(body, async (text) => {
          const event = apiGatewayProxyEvent({
            resource: "/webhooks/{token}",
            pathParameters: { token: TOKEN },
            body: text,
          });
          const response = await handler(event);
          expect(response?.statusCode).to.be.oneOf([202, 400]);
          const answer = JSON.parse(response?.body ?? "") as object;
          if (response?.statusCode === 400) expect(answer).to.have.all.keys("message", "field");
          else expect(answer).to.deep.equal({ ignored: "repository" });
        }),
        { numRuns: runs(50_000, 2_000_000) },
      );
      expect(cloud.calls(after)).to.deep.equal(READ_TOKEN);
      // 50 000 bodies take a minute on a busy computer.
    }).timeout(240_000);

    it("answers 503 without details while AWS fails", async () => {
      cloud.cloud.faults.add({ kind: "accessDenied", service: "dynamodb", operation: "PutItem" });
      expect(asked(await cloud.post())).to.deep.equal([503, { message: "Try again later" }]);
      expect((await cloud.post()).statusCode).to.equal(202);
    });

    it("accepts a signed request, and none that was changed or replayed", async () => {
      const body = JSON.stringify({ repository: "acme/web", tag: "1.1", pushedAt: PUSHED });
      const seconds = Math.floor(cloud.cloud.clock.now() / 1000);
      const send = async (signature: string, text = body): Promise<number | undefined> => {
        const event = apiGatewayProxyEvent({
          resource: "/signed",
          body: text,
          headers: { "X-Signature": signature },
        });
        return (await ackHandler(cloud.ackConfig, cloud.deps)(event))?.statusCode;
      };
      expect(await send(sign(TOKEN, body, seconds))).to.equal(202);
      expect(await send(sign(TOKEN, body, seconds), body.replace("1.1", "6.6"))).to.equal(404);
      expect(await send(sign(TOKEN, body, seconds - 301))).to.equal(404);
      await cloud.settle();
      expect(await cloud.revisions("web")).to.have.length(2);
    });

    it("accepts ECR's event about the push of a tag, and no other", async () => {
      const repository = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/web";
      cloud.ackConfig = { ...cloud.ackConfig, repositories: [repository] };
      await cloud.family("web-ecr", { app: `${repository}:1` });
      const event = (detail: object): Parameters<ReturnType<typeof ackHandler>>[0] => ({
        "detail-type": "ECR Image Action",
        account: "123456789012",
        region: "eu-central-1",
        time: "2026-01-01T00:00:00Z",
        detail: {
          "action-type": "PUSH",
          result: "SUCCESS",
          "repository-name": "team/web",
          ...detail,
        },
      });
      const handler = ackHandler(cloud.ackConfig, cloud.deps);
      for (const detail of [
        { "action-type": "DELETE", "image-tag": "2" },
        { result: "FAILURE", "image-tag": "2" },
        {},
      ])
        await handler(event(detail));
      await cloud.settle();
      expect(await cloud.revisions("web-ecr")).to.have.length(1);
      await handler(event({ "image-tag": "2" }));
      await cloud.settle();
      expect(await cloud.revisions("web-ecr")).to.have.length(2);
    });
  });
});
