import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

/** Usual paths of the browser, such as Debian's; CHROMIUM sets another one. */
const PLACES = [
  process.env.CHROMIUM ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** Starts a browser; returns undefined when none is installed. */
export async function startBrowser(): Promise<Browser | undefined> {
  const executablePath = PLACES.find((place) => place !== "" && existsSync(place));
  return executablePath === undefined ? undefined : chromium.launch({ executablePath });
}

/** Opens a page and collects its problems: errors, warnings, requests to other origins. */
export async function openPage(browser: Browser, base: string): Promise<[Page, string[]]> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  // Commands of the package are compiled meanwhile, even while other processes use the CPU.
  page.setDefaultTimeout(90_000);
  const problems: string[] = [];
  page.on("console", (message) => {
    // The page itself reports a cloud that is unavailable.
    const expected = /ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED|EMPTY_RESPONSE)/.test(
      message.text(),
    );
    if (["error", "warning"].includes(message.type()) && !expected) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => {
    const isOurs = request.url().startsWith(base) || request.url().startsWith("data:");
    if (!isOurs) problems.push(`a request to ${request.url()}`);
  });
  return [page, problems];
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

/** Returns axe-core's violations of the present page. */
export async function violations(page: Page): Promise<string[]> {
  // The page's content security policy does not apply to the browser's own protocol.
  await page.evaluate(axe);
  const found = (await page.evaluate(
    `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)`,
  )) as Violation[];
  return found.map(
    ({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target }) => target.join(" "))}`,
  );
}

/** Returns by how many pixels the page is wider than the window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - innerWidth") as Promise<number>;
}

const PICTURES = path.resolve(__dirname, "../../docs/pictures");

/** Takes a screenshot for the docs, if requested with `npm run pictures`. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env.PICTURES !== "1") return;
  await page.emulateMedia({ colorScheme: "light" });
  await page.screenshot({ path: path.join(PICTURES, `console-${name}.png`) });
}
