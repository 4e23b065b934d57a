import * as path from "node:path";
import { InvokeCommand, LambdaClient, PutFunctionConcurrencyCommand } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import {
  deniedCalls,
  formatUnusedPermissions,
  type PermissionException,
  type RunningProgram,
  startProgram,
  unusedPermissions,
} from "../../localcloud/testing";

const HOUR_MS = 3_600_000;

/** Grants that AWS itself asks for, though nothing of ours uses them. */
const EXCEPTIONS: readonly PermissionException[] = [
  "CreateLogGroup",
  "DescribeLogGroups",
  "DescribeLogStreams",
  "FilterLogEvents",
  "GetLogEvents",
].map((action) => ({
  id: `api-account-${action}`,
  reason: "API Gateway refuses an account role without the actions of its own managed policy.",
  roleName: "api-account-role-*",
  action: `logs:${action}`,
}));

describe("stack dev: least privilege", function () {
  this.timeout(120_000);
  let program: RunningProgram;

  before(async () => {
    program = await startProgram({ directory: path.resolve(__dirname, "../..") });
    await useComments();
    await useTrace();
  });
  after(() => program.close());

  async function useComments(): Promise<void> {
    const url = String(program.outputs.commentsUrl);
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ pageId: "page", userName: "Ada", message: "Hello" });
    expect((await fetch(`${url}/comments`, { method: "POST", headers, body })).status).to.equal(
      200,
    );
    expect((await fetch(`${url}/comments/page`)).status).to.equal(200);
    // An error, so that the execution log is written too.
    expect((await fetch(`${url}/comments/page?limit=0`)).status).to.equal(400);
  }

  /** Once as it should be, and once without room to run, until the event is given up. */
  async function useTrace(): Promise<void> {
    const FunctionName = String(program.outputs.traceFunctionName);
    const lambda = program.client(LambdaClient);
    const { Payload } = await lambda.send(
      new InvokeCommand({ FunctionName, Payload: Buffer.from('{"hello":"world"}') }),
    );
    expect(JSON.parse(Buffer.from(Payload ?? []).toString())).to.deep.include({
      event: { hello: "world" },
    });
    await lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }),
    );
    await lambda.send(new InvokeCommand({ FunctionName, InvocationType: "Event" }));
    await program.cloud.clock.advance(7 * HOUR_MS);
  }

  it("denies nothing that the stack needs", () => {
    expect(deniedCalls(program.cloud)).to.deep.equal([]);
  });

  it("grants nothing that the stack does not use", async () => {
    const unused = await unusedPermissions(program.cloud, { exceptions: EXCEPTIONS });
    expect(unused, formatUnusedPermissions(unused)).to.deep.equal([]);
  });
});
