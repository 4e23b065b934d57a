import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import type { Browser, Page } from "playwright-core";
import { dockerHubPush, type RunningProgram, startProgram } from "../../localcloud/testing";
import { openPage, overflow, picture, startBrowser, violations } from "./browser";

const ROOT = path.resolve(__dirname, "../..");

// In screenshots the bars must have real lengths.
const clock = process.env.PICTURES === "1" ? "running" : "manual";

/** For each component with commands: one that only reads, and a part of its output. */
const COMMANDS = [
  ["greeting", "StagedApi", "What a promotion would do", /prod/],
  ["scaler", "EcsTaskScaler", "Decisions", /1/],
  ["hello", "SshCron", "Runs", /hello/],
  ["data", "EniLifecycleHook", "Instances", /i-[0-9a-f]+/],
  ["apps", "ZipToLambdaPipeline", "Apps", /app/],
] as const;

describe("The console, in a browser, with stack dev", function () {
  this.timeout(120_000);
  let browser: Browser | undefined;
  let program: RunningProgram;
  let base: string;
  let page: Page;
  let problems: string[];

  before(async function () {
    browser = await startBrowser();
    if (!browser) return this.skip();
    program = await startProgram({ directory: ROOT, traces: true, clock });
    base = new URL(program.cloud.console).origin;
    await program.cloud.clock.advance(300_000);
  });
  after(async () => {
    await browser?.close();
    await program?.close();
  });
  beforeEach(async () => {
    if (browser) [page, problems] = await openPage(browser, base);
  });
  afterEach(async () => {
    await page?.close();
    expect(problems).to.deep.equal([]);
  });

  const open = async (hash: string): Promise<void> => {
    await page.goto(`${base}/_localcloud/console#/${hash}`);
    await page.locator(".link.live").waitFor();
  };
  const text = (wanted: string | RegExp) => page.getByText(wanted).first().waitFor();
  const push = async (tag: string): Promise<Response> => {
    const pushed_at = Math.floor(program.cloud.clock.now() / 1000);
    const body = JSON.stringify(dockerHubPush({ tag, push_data: { pushed_at } }));
    return fetch(program.output("redeployWebhookUrl"), { method: "POST", body });
  };
  const traceOf = (answer: Response): string =>
    /Root=([^;]+)/.exec(answer.headers.get("x-amzn-trace-id") ?? "")?.[1] ?? "none";
  const resource = (name: string, type: string): string => {
    const found = program.resources.find(
      (one) => one.type === type && one.urn.endsWith(`::${name}`),
    );
    if (!found) throw new Error(`no ${type} ${name}`);
    return found.urn;
  };
  const openResource = (name: string, type: string): Promise<void> =>
    open(`resources/${encodeURIComponent(resource(name, type))}`);
  /** Removes the inline policy of a role; the returned function restores it. */
  const takePolicy = async (role: RegExp): Promise<() => Promise<unknown>> => {
    const client = program.client(IAMClient);
    const state = program.resources.find(
      ({ type, urn }) => type === "aws:iam/rolePolicy:RolePolicy" && role.test(urn),
    );
    const [RoleName, PolicyName] = (state?.id ?? "").split(":");
    const found = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    await client.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    const PolicyDocument = decodeURIComponent(found.PolicyDocument ?? "");
    return () => client.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  };

  it("shows a webhook when it arrives, and how its trace grows to the pinned image", async () => {
    await open("");
    const answer = await push("1.1");
    expect(answer.status).to.equal(202);
    await page.locator(`a[href="#/trace/${traceOf(answer)}"]`).click();
    await text("redeploy-ack");
    await program.cloud.clock.advance(120_000);
    await page.locator(".chain").getByText("redeploy-completion").waitFor();
    await page.getByText("ssm.PutParameter").first().waitFor();
    await picture(page, "webhook");
  });

  it("can be used with the keyboard alone", async () => {
    await open(`trace/${traceOf(await push("1.1"))}`);
    await page.locator(".rows .row").nth(3).waitFor();
    await page.locator(".rows .row").first().focus();
    for (let times = 0; times < 3; times += 1) await page.keyboard.press("ArrowDown");
    await page.locator(".detail .decision").first().waitFor();
    await page.keyboard.press("Escape");
    expect(await page.locator(".detail").count()).to.equal(0);
  });

  it("says why a call of a function without its permission was denied, and shows the alarm", async () => {
    const giveBack = await takePolicy(/redeploy-ack/);
    try {
      await open("");
      await push("1.2");
      await page.getByRole("button", { name: "Problems" }).click();
      await page.locator(".scroll a").first().click();
      await page.locator(".row.call.bad").first().click();
      await text(/is not authorized to perform: /);
      await text(/^Grant .* to redeploy-ack-role/);
    } finally {
      await giveBack();
    }
    await openResource("redeploy-ack-errors", "aws:cloudwatch/metricAlarm:MetricAlarm");
    await page.goto(`${base}/_localcloud/console#/time`);
    for (const label of ["+1 min", "To the next timer", "+1 min"])
      await page.getByRole("button", { name: label, exact: true }).click();
    await openResource("redeploy-ack-errors", "aws:cloudwatch/metricAlarm:MetricAlarm");
    await page.locator(".alarm-state").waitFor();
    await page.locator(".chart canvas").waitFor();
  });

  it("replays a request", async () => {
    await open(`trace/${traceOf(await push("1.1"))}`);
    await page.getByRole("button", { name: "Replay" }).click();
    await page.getByRole("button", { name: "Send again" }).click();
    await page.getByRole("heading", { name: /replay of POST/ }).waitFor();
    await text("redeploy-ack");
  });

  it("shows dead letters and sends them back", async () => {
    const giveBack = await takePolicy(/redeploy-worker/);
    const queue = program.resources.find(
      ({ urn, type }) => type === "aws:sqs/queue:Queue" && urn.endsWith("::redeploy-deliveries"),
    );
    const QueueUrl = String(queue?.outputs.url);
    try {
      await program.cloud.clock.advance(60_000);
      await push("1.3");
      await program.cloud.clock.advance(6_000);
      const input = { QueueUrl, VisibilityTimeout: 0, MaxNumberOfMessages: 10 };
      for (let times = 0; times < 12; times += 1)
        await program.client(SQSClient).send(new ReceiveMessageCommand(input));
      await openResource("redeploy-deliveries-dead", "aws:sqs/queue:Queue");
      await page.locator("td details summary").first().click();
      await page.getByRole("button", { name: "Redrive" }).click();
      await text("The messages are moved back to their queues.");
    } finally {
      await giveBack();
    }
  });

  it("invokes a function, and shows its answer and its log", async () => {
    await openResource("trace", "aws:lambda/function:Function");
    await page.getByRole("button", { name: "Invoke" }).click();
    await text(/its trace is on the page Live/);
    await page.locator("pre").first().waitFor();
  });

  it("shows the instances of a group, and changes how many there are", async () => {
    await openResource("fleet", "aws:autoscaling/group:Group");
    await text(/^2 of 2 instances, at least 0, at most 6\.$/);
    await page.getByLabel("Desired instances").fill("3");
    await page.getByRole("button", { name: "Set the capacity" }).click();
    await text(/ of 3 instances, at least 0, at most 6\.$/);
  });

  for (const [name, type, command, printed] of COMMANDS)
    it(`runs "${command}" of ${type}, and shows the output`, async () => {
      await openResource(name, `aws-callbacks:index:${type}`);
      await page.getByRole("button", { name: command, exact: true }).click();
      await text(/: exit code 0$/);
      await page.locator("pre", { hasText: printed }).waitFor();
    });

  it("asks before it promotes; then prod serves what stage serves", async () => {
    await openResource("greeting", "aws-callbacks:index:StagedApi");
    await page.getByRole("button", { name: "Promote", exact: true }).click();
    await page.getByRole("button", { name: "No", exact: true }).click();
    await page.getByRole("button", { name: "Promote", exact: true }).click();
    await page.getByRole("button", { name: "Yes: Promote" }).click();
    await text(/^promote .*: exit code 0$/);
  });

  it("advances the clock to the next timer", async () => {
    await open("time");
    const before = program.cloud.clock.now();
    await page.getByRole("button", { name: "To the next timer" }).click();
    await text(/^It is .*\.$/);
    await page.locator("output", { hasText: "It is" }).waitFor();
    expect(program.cloud.clock.now()).to.be.greaterThan(before);
  });

  const SIZES = [
    [390, 844],
    [1024, 768],
    [1920, 1080],
  ] as const;
  for (const colorScheme of ["light", "dark"] as const)
    for (const [width, height] of SIZES)
      it(`has no violation, no overflow and some content at ${width} px, ${colorScheme}`, async () => {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height });
        const urn = resource("trace", "aws:lambda/function:Function");
        const trace = `trace/${traceOf(await push("1.1"))}`;
        const pages = ["", trace, `resources/${encodeURIComponent(urn)}`, "permissions", "time"];
        for (const hash of pages) {
          await open(hash);
          const settled = hash === trace ? ".rows .row" : hash === "" ? ".scroll li" : ".page h2";
          await page.locator(settled).first().waitFor();
          await page.waitForLoadState("networkidle").catch(() => undefined);
          expect(await overflow(page), `overflow of ${hash}`).to.equal(0);
          expect((await page.screenshot()).length, hash).to.be.greaterThan(8_000);
          expect(await violations(page), hash).to.deep.equal([]);
        }
      });

  it("cannot be read or controlled by a page of another origin", async () => {
    const server = createServer((_request, answer) =>
      answer.setHeader("content-type", "text/html").end("<title>other</title><body>"),
    ).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const other = await browser?.newPage();
    if (!other) throw new Error("no browser");
    try {
      const statuses: number[] = [];
      other.on("response", (answer) => {
        if (answer.url().startsWith(base)) statuses.push(answer.status());
      });
      await other.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      const attempts = `(async (base) => {
        const tried = (path, init) => fetch(base + path, init).then(() => "through", () => "blocked");
        const frame = document.createElement("iframe");
        frame.src = base + "/_localcloud/console";
        const loaded = new Promise((done) => (frame.onload = done));
        document.body.append(frame);
        await loaded;
        return [
          await tried("/_localcloud/traces"),
          await tried("/_localcloud/clock", { method: "POST", headers: { "content-type": "application/json" }, body: '{"advanceMs":1}' }),
        ];
      })(${JSON.stringify(base)})`;
      expect(await other.evaluate(attempts)).to.deep.equal(["blocked", "blocked"]);
      expect(statuses).to.not.deep.equal([]);
      expect(statuses.filter((status) => status !== 403)).to.deep.equal([]);
    } finally {
      await other.close();
      server.close();
    }
  });

  it("resets the cloud after a question", async () => {
    const count = program.resources.length;
    await open("time");
    await page.getByRole("button", { name: "Reset the cloud" }).click();
    await text("Everything that happened since the start will be lost.");
    const before = program.cloud.clock.now();
    await page.getByRole("button", { name: "Yes: reset the cloud" }).click();
    await text("The cloud is as it was after its start.");
    expect(program.cloud.clock.now()).to.be.lessThan(before);
    expect(program.resources).to.have.length(count);
  });
});
