// Time of `npm start`: stack dev, from the command to its line "ready", per resource; first with nothing transpiled,
// then warm. BASE=<checkout>, with its packages installed, compares with that checkout and its own stack dev.
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { copyDevProgram } from "./devProgram";
import type { Row } from "./packing";

const CHECKOUT = path.join(__dirname, "..");
/** The best of this many rounds counts: other load on the computer can only add time. */
const ROUNDS = 3;

/** Time per resource when there were 162, on 2 quiet cores; reported, and not enforced as limits: machines differ. */
const AIM_MS = { first: 48, warm: 30 };
const AIM_FIRST_LINE_MS = 1_000;

interface Start {
  readonly firstLineMs: number;
  readonly readyMs: number;
  readonly resources: number;
}

interface Starts {
  readonly first: Start[];
  readonly warm: Start[];
}

export async function run(): Promise<{ title: string; rows: Row[] }> {
  const base = process.env.BASE;
  const ours: Starts = { first: [], warm: [] };
  const theirs: Starts = { first: [], warm: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    await startTwice(CHECKOUT, ours);
    if (base) await startTwice(path.resolve(base), theirs);
  }
  const title = `npm start with stack dev, ${ours.warm[0].resources} resources, best of ${ROUNDS} rounds`;
  const rows = (["first", "warm"] as const).flatMap((kind) => [
    row(`${kind}: ms to the first line`, fastest(ours[kind], firstLine), AIM_FIRST_LINE_MS),
    row(`${kind}: ms for each resource`, fastest(ours[kind], perResource), AIM_MS[kind]),
    ...(base ? [compared(kind, ours[kind], theirs[kind])] : []),
  ]);
  return {
    title: base ? `${title}; base = ${base}, ${theirs.warm[0].resources} resources` : title,
    rows,
  };
}

/** Starts a new copy of a checkout's stack dev, and the same copy once more. */
async function startTwice(checkout: string, { first, warm }: Starts): Promise<void> {
  const directory = copyDevProgram("start", checkout);
  try {
    first.push(await start(checkout, directory));
    warm.push(await start(checkout, directory));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function start(checkout: string, directory: string): Promise<Start> {
  const started = performance.now();
  const command = path.join(checkout, "localcloud/bin/localcloud.js");
  const options = ["--cwd", directory, "--port", "0", "--no-watch"];
  const child = spawn(process.execPath, [command, "up", ...options], {
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

function firstLine({ firstLineMs }: Start): number {
  return firstLineMs;
}

function perResource({ readyMs, resources }: Start): number {
  return readyMs / resources;
}

function fastest(starts: readonly Start[], figure: (start: Start) => number): number {
  return Math.min(...starts.map(figure));
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

function compared(kind: string, ours: readonly Start[], theirs: readonly Start[]): Row {
  const [here, there] = [fastest(ours, perResource), fastest(theirs, perResource)];
  return {
    figure: `${kind}: ms for each resource, and the base's`,
    ours: here.toFixed(0),
    theirs: there.toFixed(0),
    ratio: here / there,
    bar: "<= 1",
    holds: here <= there,
  };
}
