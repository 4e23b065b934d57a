import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { expect } from "chai";
import type { LambdaStore } from "../../../services/lambda/store";
import { errorOf, isAlive, LambdaCloud, scratchFolder, until } from "./lambdaCloud";

const COUNTING =
  "let calls = 0; exports.handler = async () => ({ pid: process.pid, calls: ++calls });";

/** Writes a marker file, then waits until the file `go` exists. */
const waiting = (folder: (name: string) => string): string => `
  const fs = require("fs");
  exports.handler = async (event) => {
    fs.writeFileSync(${JSON.stringify(folder("started-"))} + event.n, "");
    while (!fs.existsSync(${JSON.stringify(folder("go"))})) await new Promise((r) => setTimeout(r, 5));
    return process.pid;
  };`;

describe("Lambda: execution environments", () => {
  let aws: LambdaCloud;
  before(async () => (aws = await LambdaCloud.start("manual")));
  after(() => aws.stop());

  const reserve = (FunctionName: string, ReservedConcurrentExecutions: number) =>
    aws.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }),
    );

  it("are reused while warm", async () => {
    await aws.create("warm", COUNTING);
    const first = (await aws.invoke("warm")).value;
    const second = (await aws.invoke("warm")).value;
    expect(second).to.deep.equal({ pid: first.pid, calls: 2 });
  });

  it("end after 45 idle minutes of the cloud's time", async () => {
    await aws.create("idle", COUNTING);
    const { pid } = (await aws.invoke("idle")).value;
    await aws.cloud.clock.advance(44 * 60_000);
    expect((await aws.invoke("idle")).value).to.deep.equal({ pid, calls: 2 });
    await aws.cloud.clock.advance(45 * 60_000);
    await until(() => !isAlive(pid as number));
    expect((await aws.invoke("idle")).value.calls).to.equal(1);
  });

  it("end when the function's configuration changes", async () => {
    await aws.create("changed", COUNTING);
    const { pid } = (await aws.invoke("changed")).value;
    await aws.lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: "changed", Timeout: 4 }),
    );
    await until(() => !isAlive(pid as number));
    expect((await aws.invoke("changed")).value.calls).to.equal(1);
  });

  it("finish a request with the old configuration", async () => {
    const scratch = scratchFolder();
    await aws.create("draining", waiting(scratch.path), { Timeout: 30 });
    const running = aws.invoke("draining", { n: 1 });
    await until(() => existsSync(scratch.path("started-1")));
    await aws.lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: "draining", Description: "new" }),
    );
    writeFileSync(scratch.path("go"), "");
    const pid = (await running).value as unknown as number;
    await until(() => !isAlive(pid));
    scratch.remove();
  });

  it("are separate for simultaneous requests", async () => {
    const scratch = scratchFolder();
    await aws.create("parallel", waiting(scratch.path), { Timeout: 30 });
    const running = [1, 2, 3].map((n) => aws.invoke("parallel", { n }));
    await until(() => readdirSync(dirname(scratch.path("x"))).length === 3);
    writeFileSync(scratch.path("go"), "");
    const pids = (await Promise.all(running)).map(({ value }) => value);
    expect(new Set(pids).size).to.equal(3);
    scratch.remove();
  });

  it("are throttled only beyond the reserved concurrency", async () => {
    const scratch = scratchFolder();
    await aws.create("reserved", waiting(scratch.path), { Timeout: 30 });
    await reserve("reserved", 1);
    const running = aws.invoke("reserved", { n: 1 });
    await until(() => existsSync(scratch.path("started-1")));
    const error = await errorOf(aws.invoke("reserved", { n: 2 }));
    expect(error.name).to.equal("TooManyRequestsException");
    expect(error.$metadata?.httpStatusCode).to.equal(429);
    expect(error.Reason).to.equal("ReservedFunctionConcurrentInvocationLimitExceeded");
    writeFileSync(scratch.path("go"), "");
    await running;
    await aws.invoke("reserved", { n: 3 });
    scratch.remove();
  });

  it("do not run with a reservation of 0", async () => {
    await aws.create("off", COUNTING);
    await reserve("off", 0);
    expect((await errorOf(aws.invoke("off"))).name).to.equal("TooManyRequestsException");
    await aws.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: "off" }));
    expect((await aws.invoke("off")).value.calls).to.equal(1);
    const read = await aws.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: "off" }));
    expect(read.ReservedConcurrentExecutions).to.equal(undefined);
  });

  it("are throttled at the account's concurrency", async () => {
    const scratch = scratchFolder();
    const store = aws.cloud.registry.named("lambda")?.store("us-east-1", aws.cloud) as LambdaStore;
    await aws.create("account", waiting(scratch.path), { Timeout: 30 });
    const limit = store.accountConcurrency;
    store.accountConcurrency = limit - (await unreserved()) + 1;
    try {
      const running = aws.invoke("account", { n: 1 });
      await until(() => existsSync(scratch.path("started-1")));
      const error = await errorOf(aws.invoke("account", { n: 2 }));
      expect(error.Reason).to.equal("ConcurrentInvocationLimitExceeded");
      writeFileSync(scratch.path("go"), "");
      await running;
    } finally {
      store.accountConcurrency = limit;
      scratch.remove();
    }
  });

  it("keep 100 of the account's concurrency unreserved", async () => {
    await aws.create("hungry", COUNTING);
    const left = await unreserved();
    const error = await errorOf(reserve("hungry", left - 99));
    expect(error.name).to.equal("InvalidParameterValueException");
    expect(error.message).to.equal(
      "Specified ReservedConcurrentExecutions for function decreases account's " +
        "UnreservedConcurrentExecution below its minimum value of [100].",
    );
    await reserve("hungry", left - 100);
    await reserve("hungry", 5);
  });

  it("end, and their unpacked code is deleted, when the cloud closes", async () => {
    const scratch = scratchFolder();
    const own = await LambdaCloud.start();
    const report = `require("fs").writeFileSync(${JSON.stringify(scratch.path("busy"))}, JSON.stringify([process.pid, process.cwd()]));`;
    await own.create("busy", `exports.handler = async () => { ${report} for (;;); };`, {
      Timeout: 60,
    });
    await own.create("quiet", COUNTING);
    const { pid } = (await own.invoke("quiet")).value;
    const lost = errorOf(own.invoke("busy"));
    await until(
      () => existsSync(scratch.path("busy")) && readFileSync(scratch.path("busy"), "utf8") !== "",
    );
    const [busy, folder] = JSON.parse(readFileSync(scratch.path("busy"), "utf8")) as [
      number,
      string,
    ];
    await own.stop();
    await lost.catch(() => undefined);
    expect(isAlive(pid as number)).to.equal(false);
    expect(isAlive(busy)).to.equal(false);
    expect(existsSync(folder)).to.equal(false);
    scratch.remove();
  });

  async function unreserved(): Promise<number> {
    const { GetAccountSettingsCommand } = await import("@aws-sdk/client-lambda");
    const { AccountLimit } = await aws.lambda.send(new GetAccountSettingsCommand({}));
    return AccountLimit?.UnreservedConcurrentExecutions ?? 0;
  }
});
