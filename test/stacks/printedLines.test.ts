import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { describeOutputs } from "../../localcloud/cli/up/outputs";
import { styleFor } from "../../localcloud/cli/output/style";
import { Session } from "../../localcloud/engine/session";
import { zipOf } from "../support/zips/zipApp";

const run = promisify(execFile);
const ROOT = path.resolve(__dirname, "../..");

/** The command lines that each program prints, as the start of the line and a part of its output. */
const PROGRAMS: Readonly<Record<string, readonly [line: RegExp, answer: RegExp][]>> = {
  ".": [
    [/-X POST \S+\/comments -H/, /^HTTP\/1\.1 20[01]/],
    [/\/comments\/page-1/, /"Ada"/],
    [/\/stage\/_user_request_\/greeting/, /Hello, World!/],
    [/\/prod\/_user_request_\/greeting/, /Hello, World!/],
    [/\/webhooks\//, /^HTTP\/1\.1 202/],
    [/\/functions\/trace-/, /"hello":"world"/],
    [/\/functions\/greeting-/, /Hello, Ada!/],
    [/\/functions\/scaler-/, /"outcome":"\w+"/],
    [/\/_localcloud\/load/, /^HTTP\/1\.1 200/],
    [/\/functions\/aws-callbacks-dev-apps-hello:LIVE\//, /"hello":"Ada"/],
    [/\/_localcloud\/clock -H .*"advanceMs":900000/, /^HTTP\/1\.1 200/],
  ],
  "examples/callback-function": [[/\/functions\/visit-/, /"visits":1/]],
  "examples/dynamo-proxy": [
    [/-X POST .*\/comments /, /"commentId":/],
    [/\/comments\/\w/, /"comments":\s*\[/],
    [/-X PUT .*\/notes\//, /^HTTP\/1\.1 200/],
    [/curl \S+\/notes\/[\w-]+$/, /"notes":\s*\[/],
  ],
  "examples/ecs-cluster-scaler": [[/\/functions\/nodes-/, /"outcome":"\w+"/]],
  "examples/spot-fleet-scaler": [[/\/functions\/workers-/, /"outcome":"\w+"/]],
  "examples/ecs-task-scaler": [
    [/\/functions\/web-/, /"outcome":"\w+"/],
    [/\/_localcloud\/load/, /^HTTP\/1\.1 200/],
  ],
  "examples/eni-lifecycle-hook": [[/\/functions\/data-plane-/, /^HTTP\/1\.1 200/]],
  "examples/function-alarms": [[/\/functions\/divide-/, /\n2$/]],
  "examples/lifecycle-action": [[/\/functions\/inventory-/, /^HTTP\/1\.1 200/]],
  "examples/ssh-cron-ssm": [[/\/_localcloud\/clock -H .*"advanceMs":900000/, /^HTTP\/1\.1 200/]],
  "examples/ssh-cron": [[/\/_localcloud\/clock -H .*"advanceMs":900000/, /^HTTP\/1\.1 200/]],
  "examples/staged-api": [
    [/\/stage\/_user_request_\/greeting/, /Hello, World!/],
    [/\/prod\/_user_request_\/greeting/, /Hello, World!/],
    [/\/stage\/_user_request_\/$/, /"Hello":"World"/],
    [/\/prod\/_user_request_\/$/, /"Hello":"No-Name"/],
    [/\/functions\/greeting-/, /Hello, Ada!/],
  ],
  "examples/zip-to-lambda-pipeline": [
    [/\/functions\/zip-apps-dev-apps-hello:LIVE\//, /"hello":"Ada"/],
  ],
  "examples/webhook-redeployer": [[/\/webhooks\//, /^HTTP\/1\.1 202/]],
};

describe("Every printed command line to try", function () {
  this.timeout(300_000);
  let home: string;
  before(() => {
    home = mkdtempSync(path.join(tmpdir(), "curl-"));
    // The lines stay word for word: this file makes curl show the response.
    writeFileSync(path.join(home, ".curlrc"), "silent\nshow-error\ninclude\nmax-time = 30\n");
  });
  after(() => rmSync(home, { recursive: true }));

  it("is tested for each example, and each README says what to do", () => {
    const examples = readdirSync(path.join(ROOT, "examples"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `examples/${name}`);
    expect(Object.keys(PROGRAMS)).to.include.members(examples);
    const silent = examples.filter((one) => !existsSync(path.join(ROOT, one, "README.md")));
    expect(silent).to.deep.equal([]);
  });

  for (const [directory, expected] of Object.entries(PROGRAMS))
    it(`works unchanged in ${directory === "." ? "stack dev" : directory}`, async () => {
      const session = await Session.start({
        directory: path.join(ROOT, directory),
        programHost: "reused",
      });
      try {
        const result = await session.deploy();
        const printed = await describeOutputs(session, result, styleFor(process.stderr));
        const lines = [...printed.matchAll(/^ {2}(curl .*)$/gm)].map(([, line]) => line);
        for (const [, line] of printed.matchAll(/^ {2}(\S.* npx aws-callbacks deploy-zip .*)$/gm))
          expect(await deployZip(line, home)).to.contain("LIVE of");
        const answers = new Map<string, string>();
        for (const line of lines) answers.set(line, await paste(line, home));
        for (const [line, answer] of answers) {
          expect(answer, line).to.match(/^HTTP\/1\.1 2\d\d /);
          expect(answer, line).to.not.match(/^x-amz-function-error/im);
        }
        for (const [start, answer] of expected) {
          const line = lines.find((one) => start.test(one));
          expect(answers.get(line ?? ""), `${start}\n${printed}`).to.match(answer);
        }
        expect(lines).to.have.length(expected.length);
      } finally {
        await session.close();
      }
    });
});

/** Runs a printed line with this folder's command, in a folder that has the zip. */
async function deployZip(line: string, folder: string): Promise<string> {
  writeFileSync(
    path.join(folder, "hello.zip"),
    zipOf({ "index.js": "exports.handler = async ({ name }) => ({ hello: name });" }),
  );
  const command = line.replace("npx aws-callbacks", `node ${path.join(ROOT, "commands/bin.js")}`);
  return (await run("sh", ["-c", command], { cwd: folder })).stdout;
}

async function paste(line: string, home: string): Promise<string> {
  const env = { ...process.env, CURL_HOME: home };
  return (await run("sh", ["-c", line], { env })).stdout.replaceAll("\r", "");
}
