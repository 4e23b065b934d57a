import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { ROOT_CREDENTIALS } from "../../../core/rootCredentials";
import type { ServiceDefinition } from "../../../core/service";
import { services } from "../../../services";
import { HAND_MADE, SIGN_BY_HAND, type HandMade } from "../../support/signByHand";
import { LambdaCloud } from "./lambdaCloud";

const [STS] = HAND_MADE;
const KEYS = [ROOT_CREDENTIALS.accessKeyId, "test", "AKIAIOSFODNN7EXAMPLE"];

/** Sends requests from a child process that does not inherit the function's environment. */
const CHILD = (lines: string): string => `
  const { spawn } = require("node:child_process");
  const text = SCRIPT + "ask(...JSON.parse(process.argv[1])).then((said) => process.stdout.write(said), (error) => process.stdout.write(String(error)));";
  return new Promise((resolve) => { ${lines} });`;

/** Ways to hide the sender of a request, as bodies of a function in the handler. */
const DISGUISES: readonly [title: string, body: string][] = [
  ["in its handler", "return ask(...args);"],
  [
    "with the signature in the query",
    "return ask(args[0], args[1], args[2], { presigned: true });",
  ],
  ["as a client of IPv6", 'return ask(args[0], args[1], args[2], { host: "::ffff:127.0.0.1" });'],
  [
    "from another address of this computer",
    'return ask(args[0], args[1], args[2], { localAddress: "127.0.0.9" });',
  ],
  [
    "as an SDK of somebody else",
    'args[2].headers["user-agent"] = "aws-cli/2.31"; return ask(...args);',
  ],
  [
    "in a worker thread",
    `const { Worker } = require("node:worker_threads");
     const text = SCRIPT + "ask(...require('node:worker_threads').workerData).then((said) => require('node:worker_threads').parentPort.postMessage(said));";
     return new Promise((resolve, reject) => new Worker(text, { eval: true, workerData: args }).on("message", resolve).on("error", reject));`,
  ],
  [
    "in a detached child with an empty environment",
    CHILD(`const child = spawn(process.execPath, ["-e", text, JSON.stringify(args)], { env: {}, detached: true });
      let said = ""; child.stdout.on("data", (chunk) => (said += chunk)).on("end", () => resolve(said));`),
  ],
  [
    "in an orphan whose parents are gone",
    CHILD(`const child = spawn("/bin/sh", ["-c", 'setsid "$@" & exit 0', "sh", process.execPath, "-e", text, JSON.stringify(args)], { env: { PATH: process.env.PATH }, detached: true });
      let said = ""; child.stdout.on("data", (chunk) => (said += chunk)).on("end", () => resolve(said));`),
  ],
];

const handler = `
const SCRIPT = ${JSON.stringify(SIGN_BY_HAND)};
${SIGN_BY_HAND}
const ways = [${DISGUISES.map(([, body]) => `(args) => { ${body} }`).join(",\n")}];
exports.handler = async ({ way = 0, all }) => {
  const said = [];
  for (const args of all) said.push(await ways[way]([process.env.AWS_ENDPOINT_URL, ...args]));
  return said;
};`;

describe("Lambda: a handler that signs with a key of its own", () => {
  let aws: LambdaCloud;
  before(async function () {
    // The client of a connection can only be identified on Linux.
    if (process.platform !== "linux") this.skip();
    // The list loses each service's store type.
    aws = await LambdaCloud.start("running", {
      services: services as unknown as ServiceDefinition<never>[],
    });
    await aws.create("forger", handler, { Timeout: 60 });
  });
  after(() => aws?.stop());

  const say = async (all: unknown[], way = 0): Promise<unknown> =>
    (await aws.invoke("forger", { way, all })).value;

  for (const made of HAND_MADE)
    it(`gets the error of ${made.service} for an unknown key: ${made.says}`, async () => {
      const asked = KEYS.map((key) => [key, made]);
      expect(await say(asked)).to.deep.equal(KEYS.map(() => made.says));
    });

  DISGUISES.forEach(([title, body], way) => {
    it(`is recognized when it sends requests ${title}`, async function () {
      if (body.includes("setsid") && !(await hasSetsid())) this.skip();
      expect(await say([["test", STS]], way)).to.deep.equal([STS.says]);
    });
  });

  it("may not use the cloud's own endpoints, at either of its addresses", async () => {
    const [main, console] = [aws.cloud.endpoint, aws.cloud.console].map((url) => new URL(url).port);
    const control = { service: "sts", path: "/_localcloud/clock" };
    const call: HandMade = {
      service: "sts",
      path: "/_localcloud/call",
      headers: { "content-type": "application/json" },
      body: '{"service":"sts","operation":"GetCallerIdentity","input":{}}',
      says: "",
    };
    const ports = [main, console];
    const body = `
      ${SIGN_BY_HAND}
      exports.handler = async ({ all }) => Promise.all(all.map(([made, port]) => ask(process.env.AWS_ENDPOINT_URL, "test", made, { port })));`;
    await aws.create("controller", body);
    const all = [control, call].flatMap((made) => ports.map((port) => [made, port]));
    const refused = "403 Deployed code may not use the local cloud's own endpoints.";
    expect((await aws.invoke("controller", { all })).value).to.deep.equal(all.map(() => refused));
  });

  it("does not affect the developer's own processes, which may sign with any key", async () => {
    const all = JSON.stringify(HAND_MADE);
    const script = `${SIGN_BY_HAND}
      Promise.all(${all}.map((made) => ask("${aws.cloud.endpoint}", "test", made))).then((said) => console.log(said.join()));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", script]);
    expect(stdout.trim()).to.equal(HAND_MADE.map(() => "200 ok").join());
  });
});

async function hasSetsid(): Promise<boolean> {
  return promisify(execFile)("setsid", ["true"]).then(
    () => true,
    () => false,
  );
}
