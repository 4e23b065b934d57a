import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { SANDBOX_SCRIPT } from "../../../../../callbacks/delivery/zipToLambdaPipeline/build/sandboxScript";
import { CAPABILITIES } from "../../../../../components/delivery/zipToLambdaPipeline/instances/userData";
import { expectNothingLeft, LIMITS, needsIsolation } from "./sandboxRuns";

/** Starts a sandbox with the capabilities that systemd leaves to a worker on an instance. */
function startSandbox(command: string) {
  const rights = CAPABILITIES.split(" ").map((one) => one.replace("CAP_", "+").toLowerCase());
  const namespaces = ["--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child"];
  const numbers = [LIMITS.diskBytes, LIMITS.files, LIMITS.memoryBytes, LIMITS.processes];
  const script = ["bash", "--norc", "-c", SANDBOX_SCRIPT, "sandbox", ...numbers.map(String)];
  const sandbox = spawn(
    "setpriv",
    [
      `--bounding-set=-all,${rights.join(",")}`,
      "--no-new-privs",
      "unshare",
      ...namespaces,
      ...script,
      process.execPath,
      command,
    ],
    { stdio: ["pipe", "pipe", "pipe", "pipe"] },
  );
  const [stdin, stdout, stderr, words] = sandbox.stdio as unknown as [
    Writable,
    Readable,
    Readable,
    Readable,
  ];
  stdin.write("go\n");
  return { stdin, stdout, printed: text(stdout), complaints: text(stderr), said: text(words) };
}

describe("a worker of an instance (root on Linux)", function () {
  before(needsIsolation);
  afterEach("leaves no process", expectNothingLeft);

  it("creates sandboxes with the few capabilities that systemd leaves to it", async () => {
    const { printed, complaints, said } = startSandbox(
      "touch made && id -u && grep CapBnd /proc/self/status",
    );
    expect(await printed).to.equal("63999\nCapBnd:\t0000000000000000\n");
    expect(await said).to.equal("ready\n0\n");
    expect(await complaints).to.equal("");
  });

  it("takes its sandbox with it when it dies", async () => {
    const { stdin, stdout, printed, said } = startSandbox(
      "echo up; setsid sleep 1000 & sleep 1000",
    );
    await new Promise((resolve) => stdout.once("data", resolve));
    // The pipes of a killed process end.
    stdin.end();
    await printed;
    expect(await said).to.equal("ready\n");
  });
});
