import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";

interface Ready {
  readonly outputs: Readonly<Record<string, string>>;
  readonly endpoint: string;
}

/** A server in a separate process whose CPU time and memory can be read. */
export class MeasuredServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly outputs: Ready["outputs"],
    readonly endpoint: string,
  ) {}

  /** Starts the local cloud of a checkout with a program deployed on it. Rejects if it fails; stderr says why. */
  static cloud(checkout: string, program: string): Promise<MeasuredServer> {
    return MeasuredServer.start("cloudProcess.js", [path.resolve(checkout), program], checkout);
  }

  /** Starts a Node server that only answers this JSON. */
  static bare(body: string): Promise<MeasuredServer> {
    return MeasuredServer.start("bareServer.js", [body], __dirname);
  }

  private static async start(
    script: string,
    parameters: readonly string[],
    cwd: string,
  ): Promise<MeasuredServer> {
    const child = fork(path.join(__dirname, script), parameters, {
      cwd,
      execArgv: ["--expose-gc"],
    });
    const [ready] = (await Promise.race([
      once(child, "message"),
      once(child, "exit").then(() => {
        throw new Error(`${script} ${parameters.join(" ")} did not start.`);
      }),
    ])) as [Ready];
    return new MeasuredServer(child, ready.outputs, ready.endpoint);
  }

  /** CPU time so far, in microseconds. */
  async cpu(): Promise<number> {
    return (await this.ask("cpu")) as number;
  }

  /** Memory after a garbage collection. */
  async memory(): Promise<NodeJS.MemoryUsage> {
    return (await this.ask("memory")) as NodeJS.MemoryUsage;
  }

  async close(): Promise<void> {
    this.child.send("close");
    await once(this.child, "exit");
  }

  private async ask(question: string): Promise<unknown> {
    this.child.send(question);
    const [answer] = (await once(this.child, "message")) as [unknown];
    return answer;
  }
}
