import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { expect } from "chai";
import {
  advanceUntilQuiet,
  deniedCalls,
  dockerHubPush,
  formatUnusedPermissions,
  unusedPermissions,
} from "../../../localcloud/testing";
import { RedeployProgram } from "./program";

/** The target that keeps starting the first revision of the job. */
const NOT_MOVED = [{ rule: "nightly-report", target: "job", revision: 1 }];
const PUSHED = dockerHubPush().push_data.pushed_at;

describe("example webhook-redeployer", function () {
  this.timeout(60_000);
  let shop: RedeployProgram;
  let pushes = 0;

  before(async () => {
    shop = await RedeployProgram.start();
    await shop.pinRule("nightly-report", "demo-report:1");
  });
  after(() => shop?.close());

  /** Pushes a tag, a minute after the last one, and waits until nothing happens any more. */
  async function redeploy(tag: string): Promise<string> {
    pushes += 1;
    const response = await shop.post({ tag, push_data: { pushed_at: PUSHED + pushes * 60 } });
    expect(response.status, await response.clone().text()).to.equal(202);
    await advanceUntilQuiet(shop.cloud, { quietMinutes: 3, limitMinutes: 30 });
    return ((await response.json()) as { deliveryId: string }).deliveryId;
  }

  it("runs the default image before the first push", async () => {
    expect(await shop.image()).to.equal("acme/web:1.0");
    expect((await shop.service()).runningCount).to.equal(2);
    expect(await shop.pin()).to.equal(undefined);
  });

  it("shows in a dry run what a push would do, and does nothing", async () => {
    const Payload = Buffer.from('{"dryRun":{"repository":"acme/web","tag":"1.1.0"}}');
    const FunctionName = shop.program.output("workerFunctionName");
    const answer = await shop.program
      .client(LambdaClient)
      .send(new InvokeCommand({ FunctionName, Payload }));
    const plans = JSON.parse(Buffer.from(answer.Payload ?? []).toString()) as object[];
    expect(plans).to.have.length(2);
    expect(plans[0]).to.deep.include({ family: "demo-report", notMoved: NOT_MOVED });
    expect(plans[1]).to.deep.include({
      family: "demo-web",
      action: "register",
      containers: [{ container: "web", from: "acme/web:1.0", to: "acme/web:1.1.0" }],
    });
    expect(await shop.revisions()).to.deep.equal([1]);
  });

  it("rolls the service to the pushed tag, pins it after that, and keeps a result", async () => {
    const deliveryId = await redeploy("1.1.0");
    expect(await shop.image()).to.equal("acme/web:1.1.0");
    expect(
      (await shop.service()).deployments?.map(({ rolloutState }) => rolloutState),
    ).to.deep.equal(["COMPLETED"]);
    expect(await shop.pin()).to.equal("acme/web:1.1.0");
    const parts = await shop.result(deliveryId);
    expect(Object.entries(parts).map(([part, { state }]) => [part, state?.S])).to.deep.equal([
      ["family#demo-report", "completed"],
      ["family#demo-web", "completed"],
      ["summary", undefined],
    ]);
    const detail = (part: string): object => JSON.parse(parts[part].detail.S ?? "") as object;
    expect(detail("family#demo-report")).to.deep.include({ notMoved: NOT_MOVED });
    expect(detail("family#demo-web")).to.not.have.property("notMoved");
  });

  it("continues with the next tag", async () => {
    await redeploy("1.2.0");
    expect(await shop.image()).to.equal("acme/web:1.2.0");
    expect(await shop.pin()).to.equal("acme/web:1.2.0");
  });

  it("keeps the pin on the last good image when the new one does not start", async () => {
    shop.images.push("acme/web:1.3.0", { crashes: true });
    const deliveryId = await redeploy("1.3.0");
    expect(await shop.image()).to.equal("acme/web:1.2.0");
    expect(await shop.pin()).to.equal("acme/web:1.2.0");
    const { "family#demo-web": web } = await shop.result(deliveryId);
    expect(web.state.S).to.equal("rolledBack");
    await redeploy("1.3.1");
    expect(await shop.pin()).to.equal("acme/web:1.3.1");
  });

  it("keeps three revisions, and not the one that it rolled back", async () => {
    const newest = Math.max(...(await shop.revisions()));
    expect(await shop.revisions()).to.deep.equal([newest - 2, newest]);
  });

  it("answers strangers and mistakes correctly, and does nothing for them", async () => {
    const url = shop.program.output("webhookUrl");
    const after = shop.cloud.recorder.last;
    const body = JSON.stringify(dockerHubPush({ tag: "6.6.6" }));
    const answers: [what: string, response: Promise<Response>, status: number | number[]][] = [
      ["a wrong token", shop.postBody(body, `${url}x`), 404],
      ["no token", shop.postBody(body, url.replace(/[^/]*$/, "%20")), 404],
      ["no JSON", shop.postBody("{"), 400],
      ["an empty body", shop.postBody(""), 400],
      ["an array", shop.postBody("[]"), 400],
      [
        "no tag",
        shop.postBody('{"push_data":{"pushed_at":1},"repository":{"repo_name":"acme/web"}}'),
        400,
      ],
      [
        "a body of 2 MB",
        shop.post({ tag: "6.6.6", repository: { full_description: "x".repeat(2_000_000) } }),
        400,
      ],
      [
        "a body of 7 MB",
        shop.post({ tag: "6.6.6", repository: { full_description: "x".repeat(7_000_000) } }),
        [400, 413, 500, 502],
      ],
      ["another repository", shop.post({ repoName: "acme/web2", tag: "6.6.6" }), 202],
      [
        "a registry of somebody's",
        shop.post({ tag: "6.6.6", repository: { repo_name: "localhost:5000/acme/web" } }),
        202,
      ],
      ["a tag that is no version", shop.post({ tag: "latest" }), 202],
      ["a prerelease", shop.post({ tag: "6.6.6-rc.1" }), 202],
      ["another method", fetch(url), [403, 404]],
    ];
    for (const [what, answer, status] of answers) {
      const response = await answer;
      expect([status].flat(), what).to.include(response.status);
      const text = await response.text();
      expect(text, what).to.not.match(/at .*\.js|Error:|node_modules/);
      if (response.status === 202) expect(JSON.parse(text), what).to.have.property("ignored");
    }
    const touched = shop.cloud.recorder
      .find({ after })
      .filter(
        ({ service, operation }) =>
          ["ecs", "dynamodb"].includes(service) || operation.startsWith("SendMessage"),
      );
    expect(touched).to.deep.equal([]);
  });

  for (const [operation, queue] of [
    ["RegisterTaskDefinition", "families"],
    ["ListServices", "deliveries"],
  ] as const)
    it(`keeps a message that ${operation} refuses permanently, with its reason, under an alarm`, async () => {
      const fault = shop.cloud.faults.add({
        kind: "accessDenied",
        service: "ecs",
        operation,
        times: "forever",
      });
      pushes += 1;
      await shop.post({ tag: "1.4.0", push_data: { pushed_at: PUSHED + pushes * 60 } });
      await advanceUntilQuiet(shop.cloud, { quietMinutes: 10, limitMinutes: 60 });
      shop.cloud.faults.remove(fault);
      const letters = (await shop.deadLetters()).filter(
        ({ Body }) => Body?.includes("plannedAt") === (queue === "families"),
      );
      expect(letters).to.have.length(queue === "families" ? 2 : 1);
      for (const { MessageAttributes } of letters)
        expect(MessageAttributes?.reason.StringValue).to.contain("AccessDeniedException");
      expect(await shop.alarmState(`redeploy-${queue}-dead`)).to.equal("ALARM");
      await shop.purge(new RegExp(`redeploy-${queue}-dead$`));
      await shop.cloud.clock.advance(180_000);
      expect(await shop.alarmState(`redeploy-${queue}-dead`)).to.equal("OK");
    });

  it("writes the token to no log", async () => {
    const token = shop.program.output("webhookUrl").split("/").at(-1) ?? "";
    const logs = shop.program.client(CloudWatchLogsClient);
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
    let lines = 0;
    for (const { logGroupName } of logGroups) {
      const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
      lines += events.length;
      expect(
        events.filter(({ message }) => message?.includes(token)),
        logGroupName,
      ).to.deep.equal([]);
    }
    expect(lines).to.be.greaterThan(20);
  });

  it("was never denied anything, and was granted only what it needed", async () => {
    expect(deniedCalls(shop.cloud)).to.deep.equal([]);
    const unused = await unusedPermissions(shop.cloud, { roles: ["redeploy-*"] });
    expect(formatUnusedPermissions(unused)).to.equal("Every granted permission was used.");
  });
});
