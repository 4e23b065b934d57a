import { expect } from "chai";
import * as path from "node:path";
import type { Browser, Page } from "playwright-core";
import { type RunningProgram, startProgram } from "../../localcloud/testing";
import { openPage, picture, startBrowser } from "./browser";

// In screenshots the bars must have real lengths.
const clock = process.env.PICTURES === "1" ? "running" : "manual";

/** The steps of docs/console.md, word for word; `npm run pictures` takes its screenshots again. */
describe("A user with only the console", function () {
  this.timeout(180_000);
  let browser: Browser | undefined;
  let program: RunningProgram;
  let page: Page;
  let problems: string[];

  before(async function () {
    browser = await startBrowser();
    if (!browser) return this.skip();
    program = await startProgram({
      directory: path.join(__dirname, "failing"),
      traces: true,
      clock,
    });
  });
  after(async () => {
    await browser?.close();
    await program?.close();
  });
  beforeEach(async () => {
    if (!browser) return;
    [page, problems] = await openPage(browser, new URL(program.cloud.console).origin);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(program.cloud.console);
    await page.locator(".link.live").waitFor();
    await page.getByRole("button", { name: "Problems" }).click();
  });
  afterEach(async () => {
    await page?.close();
    expect(problems).to.deep.equal([]);
  });

  const request = (route: string): Promise<Response> =>
    fetch(`${program.output("stageUrl")}${route}`);
  /** Opens the newest of the failed requests. */
  const openFailed = (route: string) =>
    page.locator(".scroll a", { hasText: route }).first().click();
  const text = (wanted: string | RegExp) => page.getByText(wanted).first().waitFor();

  it("finds the permission that a function lacks", async () => {
    expect((await request("/order")).status).to.equal(500);
    await openFailed("/order");
    await page.locator(".row.call.bad").first().click();
    await text(/is not authorized to perform: dynamodb:PutItem/);
    await text(/^Grant dynamodb:PutItem on .*: it allows dynamodb:GetItem/);
    await picture(page, "permission");
  });

  it("finds the template that renders invalid JSON", async () => {
    expect((await request("/price?name=Ada")).status).to.be.at.least(400);
    await openFailed("/price");
    await page.locator(".row", { hasText: "request template" }).first().click();
    await text(/"name": Ada/);
    await picture(page, "template");
  });

  it("finds the call or wait in which a function timed out", async () => {
    let status = 0;
    void request("/slow").then((answer) => (status = answer.status));
    // The API times out after 29 seconds, the function after 30.
    for (let after = 0; after < 3; after += status === 0 ? 0 : 1) {
      await program.cloud.clock.advance(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(status).to.equal(504);
    await openFailed("/slow");
    await page.locator(".row.bad", { hasText: "failed" }).first().click();
    await text(/Task timed out after/);
    await picture(page, "timeout");
  });
});
