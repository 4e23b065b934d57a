import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { expect } from "chai";

const ROOT = path.join(__dirname, "../../..");

describe("A command with its output piped to `head`", function () {
  this.timeout(60_000);

  it("ends without an error when the reader closes the pipe", async () => {
    // It writes a chart next to the trace.
    const folder = mkdtempSync(path.join(tmpdir(), "trace-"));
    copyFileSync(path.join(ROOT, "examples/ecs-task-scaler/traces/wave.csv"), `${folder}/wave.csv`);
    const command = [path.join(ROOT, "commands/bin.js"), "simulate", `${folder}/wave.csv`];
    const child = spawn(process.execPath, command);
    child.stdout.destroy();
    const [complaints, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    rmSync(folder, { recursive: true });
    expect({ complaints, code: code as unknown }).to.deep.equal({ complaints: "", code: 0 });
  });

  it("ends with one line and exit code 1 when its output cannot be written", async function () {
    if (!existsSync("/dev/full")) this.skip();
    const line = `'${process.execPath}' '${path.join(ROOT, "commands/bin.js")}' --help`;
    const run = promisify(execFile)("sh", ["-c", `${line} 2>&1 >/dev/full; echo $?`]);
    expect((await run).stdout).to.match(/^The output cannot be written: ENOSPC: .*\n1\n$/);
  });
});
