import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { type Cloud, startCloud } from "../../localcloud/cloud/cloud";

const ROOT = path.resolve(__dirname, "../..");

/** `curl` lines of the documentation that call the cloud itself, with their continuation lines. */
const LINES = ["README.md", ...markdownIn("docs"), ...markdownIn("examples")].flatMap((file) => {
  const text = readFileSync(path.join(ROOT, file), "utf8").replaceAll("\\\n", " ");
  return [...text.matchAll(/^curl .*_localcloud\/.*$/gm)].map(([line]) => ({ file, line }));
});

describe("The command lines of the documentation that call the local cloud itself", () => {
  let cloud: Cloud;
  before(async () => (cloud = await startCloud({ clock: "manual" })));
  after(() => cloud.close());

  it("exist", () => expect(LINES.length).to.be.at.least(8));

  for (const { file, line } of LINES)
    it(`name an endpoint and its fields: ${file}: ${line.replace(/ +/g, " ")}`, async () => {
      const url = /\S*(\/_localcloud\/[^\s"]+)/.exec(line)?.[1] ?? "";
      const body = /(?:-d|--data) '([^']*)'/.exec(line)?.[1];
      const answer = await fetch(cloud.endpoint + url, {
        method: body === undefined ? "GET" : "POST",
        headers: { "content-type": /-H ["']content-type: ([^"']+)/i.exec(line)?.[1] ?? "" },
        body,
      });
      const { message = "" } = (await answer.json()) as { message?: string };
      // An empty cloud may lack the named resource, but it knows its kind.
      if (answer.status !== 200)
        expect(message).to.match(/^There is no |^No |has no |does not exist/);
    });
});

function markdownIn(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md") && !file.includes("node_modules"))
    .map((file) => path.join(folder, file));
}
