import { expect } from "chai";
import type { Browser } from "playwright-core";
import { type Cloud, startCloud } from "../../localcloud/cloud/cloud";
import { openPage, startBrowser } from "./browser";

describe("The console, in a browser, with an empty cloud", function () {
  let browser: Browser | undefined;
  let cloud: Cloud;

  before(async function () {
    browser = await startBrowser();
    if (!browser) this.skip();
  });
  after(() => browser?.close());
  beforeEach(async () => (cloud = await startCloud({ traces: true })));
  afterEach(() => cloud.close());

  it("says when the cloud is unavailable, and reconnects to another one", async () => {
    if (!browser) throw new Error("no browser");
    const { endpoint } = cloud;
    const [page, problems] = await openPage(browser, new URL(cloud.console).origin);
    await page.goto(cloud.console);
    await page.locator(".link.live").waitFor();
    await cloud.close();
    await page.getByText("not connected, trying again").waitFor();
    cloud = await startCloud({ traces: true, port: Number(new URL(endpoint).port) });
    await page.locator(".link.restarted, .link.live").waitFor();
    expect(problems).to.deep.equal([]);
    await page.close();
  });

  it("renders only the visible lines of thousands of traces", async () => {
    if (!browser) throw new Error("no browser");
    const [page] = await openPage(browser, new URL(cloud.console).origin);
    // The console's former address at the cloud's endpoint redirects to it.
    await page.goto(`${cloud.endpoint}/_localcloud/console`);
    expect(page.url()).to.match(new RegExp(`^${cloud.console}`));
    await page.locator(".link.live").waitFor();
    for (let count = 0; count < 10_000; count += 1) {
      const span = cloud.tracer?.begin({ kind: "request", name: `GET /pages/${count}` });
      if (span) cloud.tracer?.finish(span, "ok");
    }
    await page.getByText("10000 of 10000 traces").waitFor();
    expect(await page.locator(".scroll li").count()).to.be.within(5, 60);
    await page.getByLabel("Filter traces").fill("/pages/4321");
    await page.getByText("GET /pages/4321").waitFor();
    await page.close();
  });
});
