import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { DeleteFunctionCommand } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { HOSTILE_HANDLERS } from "./hostileHandlers";
import { isAlive, LambdaCloud, scratchFolder, until } from "./lambdaCloud";

const GOOD = "exports.handler = async (event) => ({ echo: event.word });";

/** Misbehaves on request, and notes the processes that must not exist afterwards. */
const hostile = (body: string, list: string): string => `
  const fs = require("fs");
  const LIST = ${JSON.stringify(list)};
  const note = (pid) => fs.appendFileSync(LIST, pid + " ");
  exports.handler = async (event, context) => {
    note(process.pid);
    if (event.misbehave) { ${body} }
    return "ok";
  };`;

describe("Lambda: a handler that misbehaves", function () {
  this.timeout(30_000);
  let aws: LambdaCloud;
  const scratch = scratchFolder();
  /** A process outside of the function, which must survive. */
  let bystander: ChildProcess;

  before(async () => {
    bystander = spawn("sleep", ["1000"], { stdio: "ignore", detached: true });
    process.env.HOST_SECRET = "of the deployer";
    aws = await LambdaCloud.start();
    await aws.create("good", GOOD);
  });
  after(async () => {
    bystander.kill("SIGKILL");
    delete process.env.HOST_SECRET;
    await aws.stop();
    scratch.remove();
  });

  HOSTILE_HANDLERS.forEach((handler, index) => {
    const { title, body, outcome, says = /./, timeout = 2, mayEndLater = false } = handler;
    it(`does no harm and leaves nothing behind when it ${title}`, async () => {
      const name = `hostile-${index}`;
      const list = scratch.path(name);
      writeFileSync(list, "");
      await aws.create(name, hostile(body, list), { Timeout: timeout });
      const answer = await aws.invoke(name, { misbehave: true });
      const { errorType, errorMessage } = answer.value as Record<string, string | undefined>;
      expect(errorType ?? "ok", JSON.stringify(answer.value).slice(0, 200)).to.match(
        new RegExp(`^(${outcome})$`),
      );
      if (errorType === undefined) expect(answer.value).to.equal("ok");
      else expect(errorMessage).to.match(says);
      expect((await aws.invoke("good", { word: title })).value).to.deep.equal({ echo: title });
      let next = await aws.invoke(name);
      if (mayEndLater && next.value.errorType === "Runtime.ExitError")
        next = await aws.invoke(name);
      expect(next.value, "its next call").to.equal("ok");
      await aws.lambda.send(new DeleteFunctionCommand({ FunctionName: name }));
      const pids = readFileSync(list, "utf8").trim().split(" ").map(Number);
      expect(pids.length).to.be.greaterThan(0);
      await until(() => !pids.some(isAlive));
    });
  });

  it("has only its own processes killed", async () => {
    // The sweep for children of the previous workers is complete when this worker's child has ended.
    const list = scratch.path("last");
    writeFileSync(list, "");
    const child =
      'note(require("child_process").spawn("sleep", ["1000"], { detached: true, stdio: "ignore" }).pid);';
    await aws.create("last", hostile(child, list));
    await aws.invoke("last", { misbehave: true });
    await aws.lambda.send(new DeleteFunctionCommand({ FunctionName: "last" }));
    const pids = readFileSync(list, "utf8").trim().split(" ").map(Number);
    await until(() => !pids.some(isAlive));
    expect([bystander.exitCode, bystander.signalCode]).to.deep.equal([null, null]);
  });

  it("has 8 MB of log kept per request, with the number of dropped lines, and continues", async () => {
    await aws.create(
      "loud",
      'exports.handler = async () => { for (let n = 0; n < 40; n++) console.log("x".repeat(400_000)); };',
    );
    const { log } = await aws.invoke("loud", {}, { LogType: "Tail" });
    expect(log).to.match(/\[localcloud\] 19 more lines were dropped: it keeps 8 MB of log/);
    expect(log).to.match(/REPORT RequestId: .*Status: success|REPORT RequestId: /);
  });

  it("cannot reach the next call's answer from a request that is over", async () => {
    await aws.create(
      "haunted",
      `let past;
       exports.handler = async (event) => {
         if (!past) { past = setInterval(() => require("fs").writeSync(3, '{"type":"result","payload":"1"}\\n'), 1); return "first"; }
         await new Promise((done) => setTimeout(done, 50));
         return "second";
       };`,
    );
    expect((await aws.invoke("haunted")).value).to.equal("first");
    expect((await aws.invoke("haunted")).value).to.equal("second");
  });

  it("leaves no folder behind when the cloud stops", async () => {
    const own = await LambdaCloud.start();
    await own.create("place", "exports.handler = async () => process.cwd();");
    const folder = String((await own.invoke("place")).value);
    expect(existsSync(folder)).to.equal(true);
    await own.stop();
    expect(existsSync(folder)).to.equal(false);
  });
});
