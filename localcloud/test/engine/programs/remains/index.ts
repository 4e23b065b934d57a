// Leaves something behind in its process, or tells what it finds there; the environment variable SCENE chooses it.
import * as pulumi from "@pulumi/pulumi";

interface Mess {
  leftGlobal?: string;
  leftByTimer?: string;
}

// What a program adds to globals has no type there.
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
    // A timer of the run before would have fired by then.
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
