import { expect } from "chai";
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

const COMMAND = path.join(__dirname, "../../../commands/bin.js");

/** Without the settings and credentials of whoever runs the test. */
const NOTHING = {
  PATH: process.env.PATH,
  HOME: path.join(tmpdir(), "nobody"),
  AWS_EC2_METADATA_DISABLED: "true",
};
const CREDENTIALS = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret" };

describe("A command of `aws-callbacks` that cannot use AWS", function () {
  this.timeout(60_000);

  /** Returns the errors that `runs hello` prints with these variables; it must fail. */
  async function errorOf(variables: NodeJS.ProcessEnv): Promise<string> {
    const env = { ...NOTHING, ...variables };
    const run = promisify(execFile)(process.execPath, [COMMAND, "runs", "hello"], { env });
    return run.then(
      () => "it did not fail",
      ({ code, stderr }: { code: number; stderr: string }) => `${code} ${stderr}`,
    );
  }

  it("says in one line that the region is not set", async () => {
    expect(await errorOf(CREDENTIALS)).to.match(/^1 No AWS region is set: set AWS_REGION .*\n$/);
  });

  it("says in one line that there are no credentials", async () => {
    const says = await errorOf({ AWS_REGION: "us-east-1" });
    expect(says).to.match(/^1 No AWS credentials were found: log in .*\n$/);
  });

  it("says in one line that the local cloud does not run", async () => {
    const closed = await freePort();
    const says = await errorOf({
      ...{ AWS_REGION: "us-east-1", ...CREDENTIALS },
      AWS_ENDPOINT_URL: `http://127.0.0.1:${closed}`,
    });
    expect(says).to.match(/^1 AWS_ENDPOINT_URL does not answer: start .*ECONNREFUSED.*\n$/);
  });
});

/** Returns a port at which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
