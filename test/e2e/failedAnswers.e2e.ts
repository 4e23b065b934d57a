import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { type Cloud, startCloud } from "../../localcloud/cloud/cloud";
import type { DeployedResource } from "../../localcloud/cloud/program";
import { openPage, startBrowser } from "./browser";

const FAILURE = { status: 500, body: "The local cloud failed: Error: broken\n    at somewhere" };

/** Answers that are late, fail or meet a state that somebody else has changed; impatient clicks. */
describe("The console, in a browser, with late and failed answers", () => {
  let browser: Browser | undefined;
  let cloud: Cloud;
  let page: Page;
  let runs: string[];
  let resets: number;

  before(async function () {
    browser = await startBrowser();
    if (!browser) return this.skip();
    cloud = await startCloud({ traces: true, clock: "manual" });
    await call("dynamodb", "CreateTable", {
      TableName: "orders",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    });
    cloud.program = {
      ...{ project: "late", stack: "dev" },
      resources: () => resources,
      run: (_urn, title) => {
        runs.push(String(title));
        return Promise.resolve({ exitCode: 0, text: "moved" });
      },
      reset: () => {
        resets += 1;
        return Promise.resolve();
      },
    };
  });
  after(async () => {
    await browser?.close();
    await cloud?.close();
  });
  beforeEach(async () => {
    [runs, resets] = [[], 0];
    if (browser) [page] = await openPage(browser, new URL(cloud.console).origin);
  });
  afterEach(() => page?.close());

  const call = (service: string, operation: string, input: object): Promise<unknown> =>
    cloud.call({
      ...{ service, operation, input },
      principal: { type: "root", arn: "arn:aws:iam::123456789012:root", accountId: "123456789012" },
    });
  const put = (id: string): Promise<unknown> =>
    call("dynamodb", "PutItem", { TableName: "orders", Item: { id: { S: id } } });
  const urnOf = (type: string, name: string): string => `urn:pulumi:dev::late::${type}::${name}`;
  const resource = (type: string, name: string): DeployedResource => ({
    ...{ urn: urnOf(type, name), type, name, parent: "", id: name, facts: {} },
  });
  const resources: readonly DeployedResource[] = [
    resource("aws:dynamodb/table:Table", "orders"),
    resource("aws:lambda/function:Function", "talker"),
    {
      ...{ urn: urnOf("late:index:Api", "api"), type: "late:index:Api", name: "api", parent: "" },
      commands: [{ title: "Promote", args: ["promote", "api"], changes: true }],
    },
  ];
  const open = async (hash: string): Promise<void> => {
    await page.goto(`${cloud.console}#/${hash}`);
    await page.locator(".link.live").waitFor();
  };
  const openResource = (type: string, name: string): Promise<void> =>
    open(`resources/${encodeURIComponent(urnOf(type, name))}`);
  const text = (wanted: string | RegExp) => page.getByText(wanted).first().waitFor();
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  const trace = (name: string, kind: "request" | "function" | "message"): string => {
    const span = cloud.tracer?.begin({ kind, name });
    if (!span) throw new Error("no tracer");
    cloud.tracer?.finish(span, "ok");
    return span.trace.id;
  };

  it("asks before a command that changes something, even after a double click", async () => {
    await openResource("late:index:Api", "api");
    await button("Promote").dblclick();
    await button("Yes: Promote").waitFor();
    expect(runs).to.deep.equal([]);
    await button("Yes: Promote").dblclick();
    await text("promote api: exit code 0");
    expect(runs).to.deep.equal(["Promote"]);
  });

  it("asks before a reset, even after a double click", async () => {
    await open("time");
    await button("Reset the cloud").dblclick();
    await text("Everything that happened since the start will be lost.");
    expect(resets).to.equal(0);
    await button("No").click();
    await button("Reset the cloud").click();
    await button("Yes: reset the cloud").click();
    await text("The cloud is as it was after its start.");
    expect(resets).to.equal(1);
  });

  it("sends a replay once, however often the button is clicked while it waits", async () => {
    let sent = 0;
    await page.route("**/_localcloud/replay", async (route) => {
      sent += 1;
      await page.locator(".replay button[aria-busy=true]").waitFor();
      await route.fulfill({ status: 400, json: { message: "The queue is gone." } });
    });
    await open(`trace/${trace("letters", "message")}`);
    await button("Replay").click();
    await button("Send again").dblclick();
    await text("The queue is gone.");
    expect(sent).to.equal(1);
  });

  it("shows the first line of a failure that is not JSON, and works again at the next answer", async () => {
    await page.route("**/_localcloud/timers", (route) => route.fulfill(FAILURE));
    await open("time");
    await text(/^500 The local cloud failed: Error: broken$/);
    await page.unroute("**/_localcloud/timers");
    await button("Refresh").first().click();
    await page.getByText("500 The local cloud failed").waitFor({ state: "detached" });
  });

  it("keeps what a page shows when loading it again fails", async () => {
    await put("kept");
    await openResource("aws:dynamodb/table:Table", "orders");
    await text('{"id":{"S":"kept"}}');
    await page.route("**/_localcloud/call", (route) => route.fulfill(FAILURE));
    await button("Refresh").click();
    await text(/^500 The local cloud failed: Error: broken$/);
    expect(await page.getByText('{"id":{"S":"kept"}}').count()).to.be.greaterThan(0);
  });

  it("keeps the same item of a table open when others appear before it", async () => {
    await put("opened");
    await openResource("aws:dynamodb/table:Table", "orders");
    await page.locator("details summary", { hasText: "opened" }).click();
    for (let count = 0; count < 20; count += 1) await put(`later-${count}`);
    await button("Refresh").click();
    await page.locator("details summary", { hasText: "later-19" }).waitFor();
    const opened = await page.locator(".page details[open] summary").allTextContents();
    expect(opened).to.deep.equal(['{"id":{"S":"opened"}}']);
  });

  it("renders the whole of an item only when it is opened", async () => {
    await put("closed");
    await openResource("aws:dynamodb/table:Table", "orders");
    const closed = page.locator(".page details", { hasText: "closed" });
    await closed.waitFor();
    expect(await page.locator(".page pre").count()).to.equal(0);
    await closed.locator("summary").click();
    await closed.locator("pre").waitFor();
  });

  it("shows what another tab has changed when the user comes back", async () => {
    await open("time");
    await text("There are no faults.");
    const id = cloud.faults.add({ kind: "throttle", service: "sqs" });
    await page.evaluate(`window.dispatchEvent(new Event("focus"))`);
    await page.locator("td", { hasText: "throttle" }).waitFor();
    cloud.faults.remove(id);
  });

  it("says why details are not shown, and closes them", async () => {
    await page.route(/\/_localcloud\/traces\/[^/]+\/[^/]+$/, (route) => route.fulfill(FAILURE));
    await open(`trace/${trace("GET /late", "request")}`);
    await page.locator(".rows .row").first().click();
    await page.locator(".detail").getByText("500 The local cloud failed: Error: broken").waitFor();
    await button("Close details").click();
    expect(await page.locator(".detail").count()).to.equal(0);
  });

  it("keeps its filters and the open details in the address: after a reload, and at the back button", async () => {
    const id = trace("GET /filtered", "request");
    trace("GET /other", "request");
    await open("");
    await text("GET /other");
    await page.getByLabel("Filter traces").fill("/filtered");
    await button("All").click();
    await page.reload();
    expect(await page.getByLabel("Filter traces").inputValue()).to.equal("/filtered");
    expect(await button("All").getAttribute("aria-pressed")).to.equal("true");
    await page.locator(".scroll a").first().click();
    await page.locator(".rows .row").first().click();
    await page.locator(".detail h3").waitFor();
    expect(page.url()).to.match(new RegExp(`#/trace/${id}\\?filter=%2Ffiltered&all=1&span=`));
    await page.reload();
    await page.locator(".detail h3").waitFor();
    await page.goBack();
    await text("Waiting for a cause");
    expect(await page.locator(".scroll b").allTextContents()).to.deep.equal(["GET /filtered"]);
    await open("permissions?role=gone");
    expect(await page.getByLabel("Role").inputValue()).to.equal("gone");
  });

  it("leads from a function in a trace to the function's page", async () => {
    await open(`trace/${trace("talker", "function")}`);
    await page.locator(".rows .row").first().click();
    await page.getByRole("link", { name: "The function talker: log, versions" }).click();
    await page.getByRole("heading", { name: "talker" }).waitFor();
  });

  it("advances to the next timer from the cloud's time, which another tab may have changed", async () => {
    await call("eventbridge", "PutRule", { Name: "hourly", ScheduleExpression: "rate(1 hour)" });
    const Arn = "arn:aws:sqs:us-east-1:123456789012:hourly";
    await call("eventbridge", "PutTargets", { Rule: "hourly", Targets: [{ Id: "one", Arn }] });
    const [{ due }] = (await (await fetch(`${cloud.endpoint}/_localcloud/timers`)).json()) as {
      due: number;
    }[];
    await open("time");
    await text("hourly");
    // The page learns the time only every few seconds.
    await cloud.clock.advance(Math.floor((due - cloud.clock.now()) / 2));
    await button("To the next timer").click();
    await page.locator("output", { hasText: "It is" }).waitFor();
    expect(cloud.clock.now()).to.equal(due + 1);
  });
});
