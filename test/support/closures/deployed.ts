import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

export interface Invocation {
  /** The handler's answer, after JSON. */
  result?: unknown;
  error?: { name: string; message: string };
}

/**
 * Runs bundled files like Lambda: in an empty folder, in a separate process that sees neither this repository nor this
 * environment. The events are sent one after another to the same process.
 */
export async function invokeDeployed(
  files: Record<string, string>,
  events: unknown[] = [{}],
  environment: Record<string, string> = {},
): Promise<Invocation[]> {
  const directory = mkdtempSync(path.join(tmpdir(), "deployed-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(path.join(directory, name), text);
    }
    return await run(directory, events, environment);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const RUNNER = `
(async () => {
  const { handler } = require("./index.js");
  const answers = [];
  for (const event of JSON.parse(process.argv[1])) {
    try {
      answers.push({ result: await handler(event, { awsRequestId: "request" }) });
    } catch ({ name, message }) {
      answers.push({ error: { name, message } });
    }
  }
  require("fs").writeSync(1, JSON.stringify(answers));
  process.exit(0);
})();
`;

function run(
  cwd: string,
  events: unknown[],
  environment: Record<string, string>,
): Promise<Invocation[]> {
  const env = { AWS_REGION: "eu-central-1", LAMBDA_TASK_ROOT: cwd, ...environment };
  const args = ["--no-warnings", "-e", RUNNER, JSON.stringify(events)];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd, env, timeout: 30_000 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`the deployed code did not load:\n${stderr}`));
      else resolve(JSON.parse(stdout) as Invocation[]);
    });
  });
}
