import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { type Cloud, startCloud } from "../../localcloud/cloud/cloud";
import type { DeployedResource } from "../../localcloud/cloud/program";
import { openPage, startBrowser } from "./browser";

const HTML = '<img src="x" onerror="document.title = 1"><b>bold</b>';
const ORDER = '{"id":9007199254740993,"price":1.10}';
const LONG = "long-name-".repeat(6) + "1234";

/** Resources with more and odder contents than a page should have to show. */
describe("The console, in a browser, with large and unusual contents", () => {
  let browser: Browser | undefined;
  let cloud: Cloud;
  let page: Page;
  let problems: string[];
  let resources: DeployedResource[];

  before(async function () {
    browser = await startBrowser();
    if (!browser) return this.skip();
    cloud = await startCloud({ traces: true, clock: "manual" });
    resources = await createAll();
    cloud.program = {
      project: "odd",
      stack: "dev",
      resources: () => resources,
      run: () => Promise.resolve({ exitCode: 0, text: "" }),
      reset: () => cloud.reset(),
    };
  });
  after(async () => {
    await browser?.close();
    await cloud?.close();
  });
  beforeEach(async () => {
    if (browser) [page, problems] = await openPage(browser, new URL(cloud.console).origin);
  });
  afterEach(async () => {
    await page?.close();
    expect(problems).to.deep.equal([]);
  });

  const call = <Output>(service: string, operation: string, input: object): Promise<Output> =>
    cloud.call<Output>({
      ...{ service, operation, input },
      principal: { type: "root", arn: "arn:aws:iam::123456789012:root", accountId: "123456789012" },
    });
  const urnOf = (type: string, name: string): string => `urn:pulumi:dev::odd::${type}::${name}`;
  const resource = (
    type: string,
    name: string,
    id: string,
    facts: Record<string, string> = {},
  ): DeployedResource => ({ urn: urnOf(type, name), type, name, parent: "", id, facts });

  async function createAll(): Promise<DeployedResource[]> {
    const { QueueUrl } = await call<{ QueueUrl: string }>("sqs", "CreateQueue", {
      QueueName: LONG,
    });
    const bodies = [HTML, "שלום عالم", "x".repeat(250_000), ORDER];
    for (let sent = 0; sent < 210; sent += 1)
      await call("sqs", "SendMessage", { QueueUrl, MessageBody: bodies[sent % 4] });
    const logGroupName = "/aws/lambda/talker";
    await call("cloudwatch-logs", "CreateLogGroup", { logGroupName });
    await call("cloudwatch-logs", "CreateLogStream", { logGroupName, logStreamName: "one" });
    const timestamp = cloud.clock.now();
    const lines = Array.from({ length: 2_000 }, (_, line) => `{"line":${line}}`);
    await call("cloudwatch-logs", "PutLogEvents", {
      ...{ logGroupName, logStreamName: "one" },
      logEvents: lines.map((message) => ({ timestamp, message })),
    });
    const { TableDescription } = await call<{ TableDescription: { TableName: string } }>(
      "dynamodb",
      "CreateTable",
      {
        TableName: "orders",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
      },
    );
    await call("s3", "CreateBucket", { Bucket: "texts" });
    for (const Key of [" a  b", "a\nb"])
      await call("s3", "PutObject", { Bucket: "texts", Key, Body: Buffer.from("text") });
    const arn = `arn:aws:sqs:us-east-1:123456789012:${LONG}`;
    return [
      resource("aws:sqs/queue:Queue", LONG, QueueUrl, { url: QueueUrl, arn }),
      resource("aws:dynamodb/table:Table", "orders", TableDescription.TableName),
      resource("aws:s3/bucket:Bucket", "texts", "texts"),
    ];
  }

  const open = async (hash: string): Promise<void> => {
    await page.goto(`${cloud.console}#/${hash}`);
    await page.locator(".link.live").waitFor();
  };
  const openResource = (type: string, name: string): Promise<void> =>
    open(`resources/${encodeURIComponent(urnOf(type, name))}`);
  const text = (wanted: string | RegExp) => page.getByText(wanted).first().waitFor();

  for (const width of [390, 1024])
    it(`shows no table lower than its rows, or than 60 % of the window, at ${width} px`, async () => {
      await page.setViewportSize({ width, height: 768 });
      await openResource("aws:sqs/queue:Queue", LONG);
      await text("The oldest 200 of 210 messages");
      const low = `[...document.querySelectorAll(".table")].filter((table) =>
        table.scrollHeight > table.clientHeight + 1 && table.clientHeight < 0.59 * innerHeight).length`;
      expect(await page.evaluate(low)).to.equal(0);
      expect(await page.locator(".table").count()).to.equal(2);
      const wrapped = `[...document.querySelectorAll("th")].filter((th) =>
        th.getClientRects()[0].height > 40).length`;
      expect(await page.evaluate(wrapped)).to.equal(0);
      const nav = `(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector("nav"))`;
      expect(await page.evaluate(nav)).to.equal(0);
    });

  it("shows HTML and numbers beyond 2^53 in messages as they were sent", async () => {
    await openResource("aws:sqs/queue:Queue", LONG);
    await text(HTML);
    expect(await page.locator("td img, td b").count()).to.equal(0);
    await page.locator("summary", { hasText: "9007199254740993" }).first().click();
    await page.locator("td pre", { hasText: /"id": 9007199254740993,\s+"price": 1\.10/ }).waitFor();
  });

  it("shows spaces and line feeds in the keys of objects", async () => {
    await openResource("aws:s3/bucket:Bucket", "texts");
    await page.locator("td", { hasText: "a b" }).first().waitFor();
    const keys = await page.locator("tbody tr td:first-child").allInnerTexts();
    expect(keys).to.include.members([" a  b", "a\nb"]);
  });

  it("puts an edited item back with the same numbers, sets and bytes", async () => {
    const Item = {
      id: { S: "1" },
      n: { N: "9007199254740993123" },
      numbers: { NS: ["1", "90071992547409931"] },
      bytes: { B: Buffer.from([0, 255, 254]) },
      Body: { M: { Payload: { BS: [Buffer.from([255])] } } },
    };
    await call("dynamodb", "PutItem", { TableName: "orders", Item });
    await openResource("aws:dynamodb/table:Table", "orders");
    await page.locator("details summary", { hasText: "9007199254740993123" }).click();
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    const field = page.getByLabel("Item");
    await field.fill((await field.inputValue()).replace('"1"', '"copy"'));
    await page.getByRole("button", { name: "Put", exact: true }).click();
    await page.locator("details summary", { hasText: "copy" }).waitFor();
    const input = { TableName: "orders", Key: { id: { S: "copy" } } };
    const copy = await call<{ Item: typeof Item }>("dynamodb", "GetItem", input);
    expect(JSON.stringify(copy.Item)).to.equal(
      JSON.stringify(Item).replace('"S":"1"', '"S":"copy"'),
    );
  });

  it("shows AWS's error for a value of the wrong type, and for text that is not JSON", async () => {
    await openResource("aws:dynamodb/table:Table", "orders");
    for (const [item, error] of [
      ['{"id":{"S":1}}', /SerializationException: NUMBER_VALUE can not be converted to a String/],
      ["{id}", /^The item is not valid JSON: /],
    ] as const) {
      await page.getByLabel("Item").fill(item);
      await page.getByRole("button", { name: "Put", exact: true }).click();
      await text(error);
    }
    // The browser reports the refused call.
    problems.splice(0, problems.length, ...problems.filter((one) => !/status of 400/.test(one)));
  });

  it("says that a resource of an old link does not exist", async () => {
    await open("resources/urn%3Apulumi%3Aold");
    await text("The program has no resource urn:pulumi:old (any more).");
    await open("resources/%E0%A4");
    await text("The program has no resource %E0%A4 (any more).");
  });

  it("lists an injected fault with all that it was given", async () => {
    await open("time");
    await page.getByLabel("Service (empty: any)").fill("sqs");
    await page.getByLabel("Matching calls that succeed first").fill("3");
    await page.getByRole("button", { name: "Inject" }).click();
    await page.locator("td", { hasText: "throttle" }).waitFor();
    const cells = await page.locator("tr", { hasText: "throttle" }).locator("td").allTextContents();
    expect(cells).to.deep.equal(["throttle", "sqs", "any", "any", "3", "1", "0"]);
    await page.getByRole("button", { name: "Remove all" }).click();
    await text("There are no faults.");
  });

  it("keeps what is being edited during a deployment, after which it lists the new resources", async () => {
    const edited = '{"id": {"S": "edited"}}';
    await open(`resources/${encodeURIComponent(resources[1].urn)}`);
    await page.getByLabel("Item").fill(edited);
    deploy("added");
    await page.getByRole("link", { name: /^added/ }).waitFor();
    expect(await page.getByLabel("Item").inputValue()).to.equal(edited);
  });

  it("lists the resources of a deployment that has ended while its effects are in progress", async () => {
    await open("resources");
    await text("Choose a resource");
    const span = cloud.tracer?.begin({ kind: "deploy", name: "rolling" });
    const rollout = span && cloud.tracer?.begin({ kind: "deployment", name: "service" }, span);
    resources = [...resources, resource("aws:kms/key:Key", "rolling", "rolling")];
    if (span) cloud.tracer?.finish(span, "ok");
    await page.getByRole("link", { name: /^rolling/ }).waitFor();
    if (rollout) cloud.tracer?.finish(rollout, "ok");
  });

  it("lists the resources of a deployment that ended while its tab was hidden", async () => {
    await open("resources");
    await text("Choose a resource");
    await setHidden(true);
    deploy("meanwhile");
    await setHidden(false);
    await page.getByRole("link", { name: /^meanwhile/ }).waitFor();
  });

  it("removes the traces of the time before a reset, also those that it holds back", async () => {
    await open("");
    await page.getByRole("button", { name: "All", exact: true }).click();
    trace("before");
    await text("before");
    await page.getByRole("button", { name: "Pause" }).click();
    trace("held");
    await cloud.clock.advance(86_400_000);
    await cloud.reset();
    await page.locator(".link.restarted").waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    trace("after");
    await text("after");
    expect(await page.locator(".scroll b").allTextContents()).to.deep.equal(["after"]);
    const [row] = [...(cloud.tracer?.traces.values() ?? [])];
    expect(row.spans[0].start).to.be.below(cloud.clock.now() + 60_000);
  });

  /** What a deployment does that adds a resource. */
  function deploy(name: string): void {
    resources = [...resources, resource("aws:kms/key:Key", name, name)];
    trace(name, "deploy");
  }

  /** The browser shows every page of a test; this page believes that it is behind another tab. */
  function setHidden(hidden: boolean): Promise<void> {
    return page.evaluate(
      `Object.defineProperty(document, "hidden", { configurable: true, value: ${hidden} });
      document.dispatchEvent(new Event("visibilitychange"));`,
    );
  }

  function trace(name: string, kind: "request" | "deploy" = "request"): void {
    const span = cloud.tracer?.begin({ kind, name });
    if (span) cloud.tracer?.finish(span, "ok");
  }
});
