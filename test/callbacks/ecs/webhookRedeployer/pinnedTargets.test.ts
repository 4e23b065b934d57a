import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { DeleteServiceCommand } from "@aws-sdk/client-ecs";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { expect } from "chai";
import { listPinnedTargets } from "../../../../callbacks/ecs/webhookRedeployer/images/pinnedTargets";
import type { FamilyPlan } from "../../../../callbacks/ecs/webhookRedeployer/plan/plan";
import { workerHandler } from "../../../../callbacks/ecs/webhookRedeployer/worker";
import { rootAccess } from "../../../../localcloud/testing";
import { deliveryIdIn, RedeployCloud } from "./redeployerCloud";

const CONTEXT = { getRemainingTimeInMillis: () => 60_000 };

describe("EventBridge targets with a fixed revision", function () {
  this.timeout(60_000);
  let cloud: RedeployCloud;
  let events: EventBridgeClient;
  let arns: string;
  const consoleWas = { log: console.log, warn: console.warn, error: console.error };

  beforeEach(async () => {
    const quiet = (): void => undefined;
    Object.assign(console, { log: quiet, warn: quiet, error: quiet });
    cloud = await RedeployCloud.start();
    const { endpoint, region, credentials } = rootAccess(cloud.cloud);
    events = new EventBridgeClient({ endpoint, region, credentials });
    arns = `arn:aws:ecs:${region}:${cloud.cloud.accountId}`;
    cloud.workerConfig = { ...cloud.workerConfig, clusterArnPrefix: `${arns}:cluster/` };
    await cloud.cluster("main");
    await cloud.family("web", { app: "acme/web:1.0" });
    await cloud.family("web-jobs", { job: "acme/web:1.0" });
    await cloud.family("other", { app: "acme/web:1.0" });
    await cloud.service("main", "shop", "web");
    await cloud.cloud.clock.advance(300_000);
  });
  afterEach(async () => {
    Object.assign(console, consoleWas);
    events.destroy();
    await cloud.close();
  });

  /** Creates a rule that starts tasks: cluster and task definition of each target by its id. */
  async function rule(name: string, targets: Record<string, [string, string]>): Promise<void> {
    await events.send(new PutRuleCommand({ Name: name, ScheduleExpression: "rate(1 day)" }));
    await events.send(
      new PutTargetsCommand({
        Rule: name,
        Targets: Object.entries(targets).map(([Id, [cluster, taskDefinition]]) => ({
          Id,
          Arn: `${arns}:cluster/${cluster}`,
          RoleArn: `arn:aws:iam::${cloud.cloud.accountId}:role/events`,
          EcsParameters: { TaskDefinitionArn: `${arns}:task-definition/${taskDefinition}` },
        })),
      }),
    );
  }

  const dryRun = async (tag: string): Promise<FamilyPlan[]> => {
    const event = { dryRun: { repository: "acme/web", tag } };
    return (await workerHandler(cloud.workerConfig, cloud.deps)(event, CONTEXT)) as FamilyPlan[];
  };

  async function details(deliveryId: string): Promise<Record<string, { notMoved?: object[] }>> {
    const { Items = [] } = await cloud.dynamodb.send(
      new QueryCommand({
        TableName: "results",
        KeyConditionExpression: "id = :id AND begins_with(part, :family)",
        ExpressionAttributeValues: {
          ":id": { S: `delivery#${deliveryId}` },
          ":family": { S: "family#" },
        },
      }),
    );
    return Object.fromEntries(
      Items.map(({ part, detail }) => [
        (part.S ?? "").slice("family#".length),
        JSON.parse(detail.S ?? "") as object,
      ]),
    );
  }

  it("are reported in the result and by a dry run, with rule, target and revision", async () => {
    await rule("nightly", { jobs: ["main", "web-jobs:1"], newest: ["main", "web-jobs"] });
    await rule("hourly", { "web-1": ["main", "web:1"] });
    const expected = {
      web: [{ rule: "hourly", target: "web-1", revision: 1 }],
      "web-jobs": [{ rule: "nightly", target: "jobs", revision: 1 }],
    };
    const plans = await dryRun("1.1");
    expect(
      Object.fromEntries(plans.map(({ family, notMoved }) => [family, notMoved])),
    ).to.deep.equal(expected);
    const deliveryId = deliveryIdIn(await cloud.post());
    await cloud.settle();
    const found = await details(deliveryId);
    expect(found.web.notMoved).to.deep.equal(expected.web);
    expect(found["web-jobs"].notMoved).to.deep.equal(expected["web-jobs"]);
  });

  it("are not reported when a target follows the family, or is of another family or cluster", async () => {
    cloud.workerConfig = { ...cloud.workerConfig, clusters: ["main"] };
    await cloud.cluster("foreign");
    await rule("several", {
      newest: ["main", "web"],
      other: ["main", "other:1"],
      foreign: ["foreign", "web:1"],
    });
    const deliveryId = deliveryIdIn(await cloud.post());
    await cloud.settle();
    for (const { notMoved } of Object.values(await details(deliveryId)))
      expect(notMoved).to.equal(undefined);
  });

  it("are not reported when they already start the revision with the tag", async () => {
    await rule("hourly", { web: ["main", "web:1"] });
    const [web] = await dryRun("1.0");
    expect(web).to.include({ family: "web", action: "keep" }).and.not.have.property("notMoved");
  });

  it("cost one call for each cluster and one for each rule of a delivery, however many families", async () => {
    await cloud.cluster("second");
    for (const name of ["a", "b", "c"]) await rule(name, { [name]: ["main", "web:1"] });
    for (let index = 0; index < 5; index += 1)
      await cloud.family(`web-${index}`, { app: "acme/web:1.0" });
    const after = cloud.cloud.recorder.last;
    await cloud.post();
    await cloud.settle();
    const calls = cloud.calls(after).filter((call) => call.startsWith("eventbridge:List"));
    expect(calls.sort()).to.deep.equal([
      "eventbridge:ListRuleNamesByTarget",
      "eventbridge:ListRuleNamesByTarget",
      ...Array.from({ length: 3 }, () => "eventbridge:ListTargetsByRule"),
    ]);
  });

  it("are found on every page", async () => {
    for (let index = 0; index < 101; index += 1)
      await rule(`rule-${index}`, { only: ["main", "web:1"] });
    const retry = { deps: cloud.deps, until: cloud.deps.now() + 60_000 };
    const found = await listPinnedTargets(events, [`${arns}:cluster/main`], retry);
    expect(found.web).to.have.length(101);
  });

  it("are not searched when the feature is off", async () => {
    cloud.workerConfig = { ...cloud.workerConfig, clusterArnPrefix: undefined };
    await rule("hourly", { web: ["main", "web:1"] });
    const after = cloud.cloud.recorder.last;
    expect((await dryRun("1.1"))[0]).to.not.have.property("notMoved");
    expect(cloud.calls(after).join()).to.not.contain("eventbridge");
  });

  for (const kind of ["throttle", "accessDenied", "internalError"] as const)
    it(`delay nothing when EventBridge answers ${kind} forever`, async () => {
      cloud.cloud.faults.add({ kind, service: "eventbridge", times: "forever" });
      await cloud.ecs.send(
        new DeleteServiceCommand({ cluster: "main", service: "shop", force: true }),
      );
      const deliveryId = deliveryIdIn(await cloud.post());
      await cloud.settle();
      expect(await cloud.results(deliveryId)).to.include({
        "family#web": "completed",
        "family#web-jobs": "completed",
      });
    });
});
