// Leaves state in its process, or prints the state that it finds; the environment variable SCENE selects which.
import * as pulumi from "@pulumi/pulumi";
import { executionAsyncId } from "node:async_hooks";
import { queryObjects } from "node:v8";

interface Mess {
  leftGlobal?: string;
  leftByTimer?: string;
  kept?: readonly number[];
}

// Globals that a program adds have no type.
const globals = globalThis as unknown as Mess;
const text = String.prototype as unknown as { shout?: () => string };
const EVENTS = ["exit", "beforeExit", "unhandledRejection", "SIGUSR2"] as const;

class Own extends pulumi.CustomResource {}

const SCENES: Record<string, () => unknown> = {
  messes: () => {
    globals.leftGlobal = "left";
    text.shout = () => "left";
    process.env.LEFT = "left";
    process.chdir("/");
    process.argv.push("left");
    console.log = () => undefined;
    process.stdout.write = () => true;
    Math.random = () => 4;
    for (const event of EVENTS) process.on(event, () => console.error(`heard ${event}`));
    setInterval(() => (globals.leftByTimer = "left"), 1).unref();
    pulumi.runtime.registerResourceModule("own", "index", {
      version: "1.0.0",
      construct: (name: string) => new Own("own:index:Own", name),
    });
    process.exitCode = 0;
  },
  looks: async () => {
    // A timer of the previous run would have fired by then.
    await new Promise((resolve) => setTimeout(resolve, 20));
    return {
      found: [
        globals.leftGlobal,
        text.shout,
        process.env.LEFT,
        globals.leftByTimer,
        Math.random() === 4,
      ],
      directory: process.cwd(),
      arguments: process.argv.slice(2),
      listeners: EVENTS.map((event) => process.listenerCount(event)),
    };
  },
  // Node.js gives continuations after an await separate async ids only while async hooks are active.
  waits: async () => {
    await new Promise(setImmediate);
    return { followed: executionAsyncId() !== 0 };
  },
  loads: () => ({
    packageTree: Object.keys(require.cache).some((file) => /arborist.lib/.test(file)),
  }),
  fills: () => {
    // 192 MB: more than what programHost.cjs leaves to V8.
    globals.kept = new Array<number>(24 * 1024 ** 2).fill(0.5);
  },
  weighs: () => ({ used: process.memoryUsage().heapUsed }),
  counts: () => {
    new pulumi.ComponentResource("own:index:Group", "counted");
    return { resources: queryObjects(pulumi.Resource, { format: "count" }) };
  },
  compiled: () => {
    const kept: unknown = Reflect.get(globalThis, Symbol.for("aws-callbacks.kept"));
    const scripts = kept instanceof Map ? (kept.get("scripts") as ReadonlyMap<string, string>) : [];
    // Joined, so that this line does not find itself.
    const marked = [...scripts].filter(([, text]) =>
      text.includes(["SCENES", "marked ="].join(".")),
    );
    return { scripts: marked.map(([id]) => id) };
  },
  listens: async () => {
    const { createServer, connect } = await import("node:net");
    const server = createServer((accepted) => accepted.unref()).unref();
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    connect((server.address() as { port: number }).port, "127.0.0.1").unref();
    setInterval(() => undefined, 1).unref();
  },
  leaks: () => void new Own("own:index:Own", "never", { never: new Promise(() => undefined) }),
  rejects: () => void Promise.reject(new Error("nobody hears")),
  throws: () => {
    throw new Error("no luck today");
  },
  exits: () => process.exit(7),
  kills: () => process.kill(process.pid, "SIGKILL"),
  prints: () => void process.stdout.write("one\nwithout an end"),
  computes: () => {
    process.stdout.write("computing\n");
    for (;;);
  },
  debugs: () => pulumi.log.debug("my own text"),
  importsOwn: () => import("./own.mjs" as string),
  nothing: () => undefined,
};

export = async (): Promise<unknown> => {
  const outputs = await SCENES[process.env.SCENE ?? ""]();
  return { ...(outputs as object | undefined), process: process.pid };
};
