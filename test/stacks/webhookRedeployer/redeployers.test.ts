import * as path from "node:path";
import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { DecryptCommand, EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { expect } from "chai";
import { servicePrincipal } from "../../../localcloud/core/principal";
import {
  advanceUntilQuiet,
  deniedCalls,
  dockerHubPush,
  roleAccess,
  rootAccess,
} from "../../../localcloud/testing";
import { EngineSession } from "../../../localcloud/test/support/engineSession";
import { expectAwsError } from "../../../localcloud/test/support/expectAwsError";

const DIRECTORY = path.join(__dirname, "../programs/redeployers");
/** Milliseconds until a function reads the token again. */
const TOKEN_LIFE = 61_000;

describe("redeployers with other options on the local cloud", function () {
  this.timeout(180_000);
  let engine: EngineSession;
  let outputs: Record<string, unknown>;
  before(async () => {
    engine = await EngineSession.start("", { directory: DIRECTORY, clock: "manual" });
    ({ outputs } = await engine.run());
  });
  after(() => engine.close());

  async function post(url: unknown, token: string): Promise<number> {
    const body = JSON.stringify(dockerHubPush());
    const address = String(url).replace(/[^/]+$/, token);
    return (await fetch(address, { method: "POST", body })).status;
  }

  it("redeploys for an event of ECR without an API", async () => {
    const { cloud } = engine.session;
    const ecs = new ECSClient(rootAccess(cloud));
    const image = `${cloud.accountId}.dkr.ecr.us-east-1.amazonaws.com/web`;
    const containerDefinitions = [{ name: "app", image: `${image}:1`, memory: 128 }];
    await ecs.send(new RegisterTaskDefinitionCommand({ family: "web-ecr", containerDefinitions }));
    const Detail = JSON.stringify({
      "action-type": "PUSH",
      result: "SUCCESS",
      "repository-name": "web",
      "image-tag": "2",
    });
    await cloud.call({
      service: "eventbridge",
      operation: "PutEvents",
      input: { Entries: [{ Source: "aws.ecr", DetailType: "ECR Image Action", Detail }] },
      principal: servicePrincipal("ecr.amazonaws.com"),
    });
    await advanceUntilQuiet(cloud, { quietMinutes: 3, limitMinutes: 60 });
    const { taskDefinition } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: "web-ecr" }),
    );
    ecs.destroy();
    expect(taskDefinition?.containerDefinitions?.[0].image).to.equal(`${image}:2`);
    expect(outputs.ecrOutputs).to.deep.equal({});
    const types = engine.session.resources
      .filter(({ urn }) => urn.includes("::ecr"))
      .map(({ type }) => type);
    expect(types.filter((type) => /apigateway|ssm/.test(type))).to.deep.equal([]);
  });

  it("reads a token under a key of the program's, and may decrypt nothing itself", async () => {
    expect(await post(outputs.keyedUrl, "0123456789abcdefghij")).to.equal(202);
    expect(await post(outputs.keyedUrl, "another-token-0123456")).to.equal(404);
    const { cloud } = engine.session;
    expect(deniedCalls(cloud)).to.deep.equal([]);
    const EncryptionContext = { PARAMETER_ARN: String(outputs.tokenParameterArn) };
    const [owner, ack] = [
      new KMSClient(rootAccess(cloud)),
      new KMSClient(roleAccess(cloud, String(outputs.keyedAckRole))),
    ];
    const { CiphertextBlob } = await owner.send(
      new EncryptCommand({
        KeyId: String(outputs.tokenKeyId),
        Plaintext: Buffer.from("another secret"),
        EncryptionContext,
      }),
    );
    const decrypt = ack.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
    await expectAwsError(decrypt, "AccessDeniedException");
    owner.destroy();
    ack.destroy();
  });

  it("answers in another region, whose APIs log through that region's account setting", async () => {
    expect(await post(outputs.irelandUrl, outputs.irelandToken as string)).to.equal(202);
    const accounts = engine.session.resources
      .filter(({ type }) => type === "aws:apigateway/account:Account")
      .map(({ urn }) => urn.split("::").at(-1));
    expect(accounts).to.have.members(["api-account", "api-account-ireland"]);
  });

  it("listens to more clusters than fit into the pattern of one rule", () => {
    const rules = engine.session.resources.filter(({ urn }) => urn.includes("::given-deployments"));
    const named = rules.flatMap(({ outputs }) =>
      String(outputs.eventPattern).match(/production-cluster-\d+/g),
    );
    expect(new Set(named.filter(Boolean))).to.have.property("size", 45);
  });

  it("rotates a token of the program when the program changes it", async () => {
    const olds = "first-token-0123456789";
    const news = "second-token-0123456789";
    expect(await post(outputs.givenUrl, olds)).to.equal(202);
    const moving = await engine.run({ TOKEN: `${news},${olds}` });
    await engine.session.cloud.clock.advance(TOKEN_LIFE);
    expect(String(moving.outputs.givenUrl)).to.match(new RegExp(`/webhooks/${news}$`));
    for (const token of [olds, news])
      expect(await post(outputs.givenUrl, token), token).to.equal(202);
    await engine.run({ TOKEN: news });
    await engine.session.cloud.clock.advance(TOKEN_LIFE);
    expect(await post(outputs.givenUrl, olds)).to.equal(404);
    expect(await post(outputs.givenUrl, news)).to.equal(202);
  });

  it("names the argument when a cluster's Output is an ARN", async () => {
    await engine.failure(engine.run({ CLUSTER_ARN: "yes", TOKEN: "third-token-0123456789" }));
    const said = engine.errors.map(({ message }) => message).join();
    expect(said).to.match(
      /clusters\[0\]: given "arn:aws:ecs:[^"]*:cluster\/main-[^"]*"; allowed are names of clusters, not ARNs/,
    );
    const made = engine.session.resources.filter(
      ({ type, urn }) => type === "aws:cloudwatch/eventRule:EventRule" && urn.includes("::wrong"),
    );
    expect(made).to.deep.equal([]);
  });
});
