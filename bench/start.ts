// Time of `npm start`: stack dev, from the command to its line "ready", per resource; first with nothing transpiled,
// then warm.
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { copyDevProgram } from "./devProgram";
import type { Row } from "./packing";

const COMMAND = path.join(__dirname, "../localcloud/bin/localcloud.js");

/** Time per resource when there were 162, on 2 quiet cores; reported, and not enforced as limits: machines differ. */
const AIM_MS = { first: 48, warm: 30 };
const AIM_FIRST_LINE_MS = 1_000;

interface Start {
  readonly firstLineMs: number;
  readonly readyMs: number;
  readonly resources: number;
}

export async function run(): Promise<{ title: string; rows: Row[] }> {
  const directory = copyDevProgram("start");
  try {
    const first = await start(directory);
    const warm = await start(directory);
    return {
      title: `npm start with stack dev, ${first.resources} resources`,
      rows: [
        row("first: ms to the first line", first.firstLineMs, AIM_FIRST_LINE_MS),
        row("first: ms for each resource", first.readyMs / first.resources, AIM_MS.first),
        row("warm: ms to the first line", warm.firstLineMs, AIM_FIRST_LINE_MS),
        row("warm: ms for each resource", warm.readyMs / warm.resources, AIM_MS.warm),
      ],
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function start(directory: string): Promise<Start> {
  const started = performance.now();
  const options = ["--cwd", directory, "--port", "0", "--no-watch", "--no-follow"];
  const child = spawn(process.execPath, [COMMAND, "up", ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let firstLineMs: number | undefined;
  const onData = (): void => void (firstLineMs ??= performance.now() - started);
  child.stderr.on("data", onData).pipe(process.stderr, { end: false });
  child.stdout.once("data", onData);
  const ended = new Promise((resolve) => child.once("close", resolve));
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const [, resources] = /^ready: .*?(\d+) created/.exec(line) ?? [];
      if (resources !== undefined && firstLineMs !== undefined)
        return { firstLineMs, readyMs: performance.now() - started, resources: Number(resources) };
    }
    throw new Error("localcloud up ended before it was ready.");
  } finally {
    child.kill("SIGINT");
    await ended;
  }
}

function row(figure: string, ms: number, aim: number): Row {
  return {
    figure,
    ours: ms.toFixed(0),
    theirs: String(aim),
    ratio: ms / aim,
    bar: `aim ${aim}`,
  };
}
