import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { errorOf, isAlive, LambdaCloud, scratchFolder, until } from "./lambdaCloud";

/** Returns `{ ok: true, pid }` unless the event requests a failure. */
const troublesome = (trouble: string): string => `
  exports.handler = async (event) => {
    if (event.trouble) { ${trouble} }
    return { ok: true, pid: process.pid };
  };`;

describe("Lambda: a function that fails", () => {
  let aws: LambdaCloud;
  before(async () => (aws = await LambdaCloud.start()));
  after(() => aws.stop());

  async function expectsFreshEnvironment(name: string): Promise<void> {
    const next = await aws.invoke(name);
    expect(next.error).to.equal(undefined);
    expect(next.value.ok).to.equal(true);
  }

  it("gets AWS's timeout error, its process is killed, and the next call works", async () => {
    const scratch = scratchFolder();
    const mark = scratch.path("pid");
    await aws.create(
      "slow",
      troublesome(
        `require("fs").writeFileSync(${JSON.stringify(mark)}, String(process.pid)); await new Promise((r) => setTimeout(r, 60000));`,
      ),
      { Timeout: 1 },
    );
    const answer = await aws.invoke("slow", { trouble: true }, { LogType: "Tail" });
    expect(answer.statusCode).to.equal(200);
    expect(answer.error).to.equal("Unhandled");
    expect(answer.value.errorType).to.equal("Sandbox.Timedout");
    expect(answer.value.errorMessage).to.match(
      /^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/,
    );
    expect(answer.log).to.match(/Z [0-9a-f-]{36} Task timed out after 1\.00 seconds\n/);
    expect(answer.log).to.match(/Duration: 1000\.00 ms\tBilled Duration: \d+ ms.*Status: timeout/);
    const pid = Number(readFileSync(mark, "utf8"));
    await until(() => !isAlive(pid));
    await expectsFreshEnvironment("slow");
    scratch.remove();
  });

  it("is stopped while it blocks its event loop", async () => {
    await aws.create("spinning", troublesome("for (;;);"), { Timeout: 1 });
    const answer = await aws.invoke("spinning", { trouble: true });
    expect(answer.value.errorType).to.equal("Sandbox.Timedout");
    await expectsFreshEnvironment("spinning");
  });

  it("times out when the cloud's time passes the deadline, even if little real time has passed", async () => {
    const scratch = scratchFolder();
    const mark = scratch.path("running");
    await aws.create(
      "patient",
      troublesome(
        // An open server, so that the handler does not count as asleep.
        `require("net").createServer().listen(0, "127.0.0.1", () => require("fs").writeFileSync(${JSON.stringify(mark)}, "")); await new Promise((r) => setTimeout(r, 600000));`,
      ),
      { Timeout: 900 },
    );
    const running = aws.invoke("patient", { trouble: true });
    await until(() => exists(mark));
    await aws.cloud.clock.advance(900_000);
    expect((await running).value.errorMessage).to.match(/Task timed out after 900\.00 seconds$/);
    await expectsFreshEnvironment("patient");
    scratch.remove();
  });

  it("reports an init error with every call, each in a new environment", async () => {
    const scratch = scratchFolder();
    const broken = scratch.path("broken");
    writeFileSync(broken, "");
    await aws.create(
      "unready",
      `if (require("fs").existsSync(${JSON.stringify(broken)})) throw new TypeError("no start");
       exports.handler = async () => ({ ok: true });`,
    );
    for (let call = 0; call < 2; call++) {
      const answer = await aws.invoke("unready", {}, { LogType: "Tail" });
      expect(answer.error).to.equal("Unhandled");
      expect(answer.value.errorType).to.equal("TypeError");
      expect(answer.value.errorMessage).to.equal("no start");
      expect(answer.value.trace).to.have.property("0", "TypeError: no start");
      expect(answer.log).to.contain("INIT_REPORT Init Duration:");
    }
    scratch.remove();
    await expectsFreshEnvironment("unready");
  });

  it("reports an exhausted heap as Runtime.OutOfMemory", async () => {
    await aws.create(
      "greedy",
      troublesome(
        "const kept = []; for (;;) kept.push(Array.from({ length: 1000 }, () => ({ more: Math.random() })));",
      ),
      { Timeout: 30 },
    );
    const answer = await aws.invoke("greedy", { trouble: true }, { LogType: "Tail" });
    expect(answer.error).to.equal("Unhandled");
    expect(answer.value.errorType).to.equal("Runtime.OutOfMemory");
    expect(answer.value.errorMessage).to.match(
      /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: signal: killed$/,
    );
    expect(answer.log).to.match(
      /Memory Size: 128 MB\tMax Memory Used: 128 MB.*Status: error\tError Type: Runtime\.OutOfMemory/,
    );
    await expectsFreshEnvironment("greedy");
  });

  it("is limited to its memory also for buffers outside the heap", async function () {
    if (process.platform !== "linux") this.skip();
    await aws.create(
      "buffering",
      troublesome(
        "const kept = []; for (;;) { kept.push(Buffer.alloc(8 << 20, 1)); await new Promise((r) => setTimeout(r, 10)); }",
      ),
      { Timeout: 30 },
    );
    const answer = await aws.invoke("buffering", { trouble: true });
    expect(answer.value.errorType).to.equal("Runtime.OutOfMemory");
    await expectsFreshEnvironment("buffering");
  });

  it("fails for a response above 6 MB and keeps the environment", async () => {
    await aws.create("wordy", troublesome('return "x".repeat(event.trouble);'), { Timeout: 20 });
    const { pid } = (await aws.invoke("wordy")).value;
    const answer = await aws.invoke("wordy", { trouble: 6_291_556 });
    expect(answer.error).to.equal("Unhandled");
    expect(answer.value).to.deep.equal({
      errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
      errorType: "Function.ResponseSizeTooLarge",
    });
    expect((await aws.invoke("wordy")).value).to.deep.equal({ ok: true, pid });
  });

  it("may return a response of 6 MB", async () => {
    await aws.create("large", 'exports.handler = async (event) => "x".repeat(event.size);', {
      Timeout: 20,
    });
    const answer = await aws.invoke("large", { size: 6_291_554 });
    expect(answer.error).to.equal(undefined);
    expect(answer.value).to.have.length(6_291_554);
  });

  it("gets an error when its worker is killed, and the next call works", async () => {
    const scratch = scratchFolder();
    const mark = scratch.path("pid");
    await aws.create(
      "victim",
      troublesome(
        `require("fs").writeFileSync(${JSON.stringify(mark)}, String(process.pid)); await new Promise((r) => setTimeout(r, 60000));`,
      ),
      { Timeout: 60 },
    );
    const running = aws.invoke("victim", { trouble: true });
    await until(() => exists(mark) && readFileSync(mark, "utf8") !== "");
    process.kill(Number(readFileSync(mark, "utf8")), "SIGKILL");
    const answer = await running;
    expect(answer.error).to.equal("Unhandled");
    expect(answer.value.errorType).to.equal("Runtime.ExitError");
    expect(answer.value.errorMessage).to.match(/Runtime exited with error: signal: killed$/);
    await expectsFreshEnvironment("victim");
    scratch.remove();
  });

  it("loses its worker when it makes the call of a killWorker fault", async () => {
    await aws.role("sender", ["sqs:ListQueues"]);
    await aws.create(
      "faulty",
      `const { SQSClient, ListQueuesCommand } = require("@aws-sdk/client-sqs");
       const sqs = new SQSClient({});
       exports.handler = async () => { await sqs.send(new ListQueuesCommand({})); return { ok: true }; };`,
      { Role: aws.roleArn.replace("worker", "sender"), Timeout: 20 },
    );
    aws.cloud.faults.add({ kind: "killWorkerBefore", roleName: "sender", operation: "ListQueues" });
    const answer = await aws.invoke("faulty");
    expect(answer.value.errorType).to.equal("Runtime.ExitError");
    await expectsFreshEnvironment("faulty");
  });

  const endings: [title: string, trouble: string, error: Record<string, unknown>][] = [
    [
      "a thrown error",
      'throw new RangeError("too far");',
      { errorType: "RangeError", errorMessage: "too far" },
    ],
    ["a thrown string", 'throw "a string";', { errorType: "string", errorMessage: "a string" }],
    [
      "an unhandled rejection",
      'Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 5000));',
      { errorType: "Runtime.UnhandledPromiseRejection", errorMessage: "Error: lost" },
    ],
    [
      "an error outside the promise",
      'setTimeout(() => { throw new Error("later"); }); await new Promise((r) => setTimeout(r, 5000));',
      { errorType: "Error", errorMessage: "later" },
    ],
    [
      "a promise that can never settle",
      "await new Promise(() => {});",
      { errorType: "Runtime.NodeJsExit" },
    ],
    [
      "a circular response",
      "const loop = {}; loop.loop = loop; return loop;",
      {
        errorType: "Runtime.JSONStringifyError",
        errorMessage: "Unable to stringify response body",
      },
    ],
  ];
  endings.forEach(([title, trouble, error], index) => {
    it(`reports ${title} like AWS, and the next call works`, async () => {
      await aws.create(`ending-${index}`, troublesome(trouble), { Timeout: 10 });
      const answer = await aws.invoke(`ending-${index}`, { trouble: true });
      expect(answer.error).to.equal("Unhandled");
      expect(answer.value).to.include(error);
      expect(answer.value.trace).to.be.an("array");
      await expectsFreshEnvironment(`ending-${index}`);
    });
  });

  it("reports the exit status if its handler ends the process", async () => {
    await aws.create("leaving", troublesome("process.exit(event.trouble.status);"));
    const failed = await aws.invoke("leaving", { trouble: { status: 3 } }, { LogType: "Tail" });
    expect(failed.value.errorType).to.equal("Runtime.ExitError");
    expect(failed.value.errorMessage).to.match(/ Error: Runtime exited with error: exit status 3$/);
    expect(failed.log).to.contain("Runtime.ExitError\nEND RequestId");
    const quiet = await aws.invoke("leaving", { trouble: { status: 0 } });
    expect(quiet.value.errorMessage).to.match(/ Error: Runtime exited without providing a reason$/);
    await expectsFreshEnvironment("leaving");
  });

  const unloadable: [
    title: string,
    code: string,
    handler: string,
    type: string,
    message: RegExp,
  ][] = [
    [
      "a missing module",
      'require("nowhere");',
      "index.handler",
      "Runtime.ImportModuleError",
      /^Error: Cannot find module 'nowhere'/,
    ],
    [
      "a missing file",
      "",
      "other.handler",
      "Runtime.ImportModuleError",
      /^Error: Cannot find module 'other'/,
    ],
    [
      "a missing export",
      "",
      "index.handler",
      "Runtime.HandlerNotFound",
      /^index\.handler is undefined or not exported$/,
    ],
    [
      "an export that is no function",
      "exports.handler = 1;",
      "index.handler",
      "Runtime.HandlerNotFound",
      /^index\.handler is not a function$/,
    ],
    [
      "a syntax error",
      "const = 1;",
      "index.handler",
      "Runtime.UserCodeSyntaxError",
      /^SyntaxError: /,
    ],
    ["a malformed handler name", "", "index", "Runtime.MalformedHandlerName", /^Bad handler$/],
  ];
  unloadable.forEach(([title, code, handler, type, message], index) => {
    it(`reports ${title} as ${type}`, async () => {
      await aws.create(`unloadable-${index}`, code, { Handler: handler });
      const answer = await aws.invoke(`unloadable-${index}`);
      expect(answer.error).to.equal("Unhandled");
      expect(answer.value.errorType).to.equal(type);
      expect(answer.value.errorMessage).to.match(message);
    });
  });

  it("cannot be invoked when its role was deleted", async () => {
    const role = await aws.role("doomed", []);
    await aws.create("orphan", troublesome(""), { Role: role });
    const { DeleteRoleCommand } = await import("@aws-sdk/client-iam");
    await aws.iam.send(new DeleteRoleCommand({ RoleName: "doomed" }));
    const error = await errorOf(aws.invoke("orphan"));
    expect(error.message).to.equal(
      "The role defined for the function cannot be assumed by Lambda.",
    );
  });
});

function exists(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}
