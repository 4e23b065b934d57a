import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
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
});
