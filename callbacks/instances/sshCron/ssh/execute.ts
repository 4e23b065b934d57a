import type { Client, ClientCallback } from "ssh2";
import type { Executed, ExecuteOptions } from "../job";

export const deploymentOnlyModule = true;

/** Runs one command until its end or its timeout: ssh2 itself would wait for ever. */
export function execute(
  client: Client,
  line: string,
  { milliseconds, pty = false, stdin = "", hear }: ExecuteOptions,
): Promise<Executed> {
  return new Promise((resolve) => {
    let ended: Executed | undefined;
    let kill = (): void => undefined;
    const timer = setTimeout(() => {
      const exit = ended?.kind === "exit" ? ended.exit : undefined;
      done({ kind: "timeout", ...(exit === undefined ? {} : { exit }) });
      kill();
    }, milliseconds);
    // Functions, because they call each other: Pulumi's own serializer finds constants only below their declaration.
    function lost(): void {
      done({ kind: "disconnected", reason: "the connection was lost" });
    }
    function done(result: Executed): void {
      clearTimeout(timer);
      client.off("close", lost);
      resolve(result);
    }
    client.on("close", lost);
    const begin: ClientCallback = (error, stream) => {
      if (error) {
        const reason = `the host runs no commands: ${error.message}`;
        return done({ kind: "refused", state: "failed", reason });
      }
      kill = () => {
        // Not every server supports the signal; closing the channel ends a process that reads from it.
        stream.signal("KILL");
        stream.close();
      };
      stream.on("data", hear);
      stream.stderr.on("data", hear);
      stream.on("exit", (code: number | null, signal?: string) => {
        ended =
          code === null
            ? { kind: "signal", signal: String(signal) }
            : { kind: "exit", exit: Number(code) };
      });
      stream.on("error", () => undefined);
      // Without an exit status the connection was lost, or the server has closed the channel.
      stream.on("close", () =>
        done(ended ?? { kind: "disconnected", reason: "the command ended without an exit status" }),
      );
      stream.end(stdin);
    };
    try {
      client.exec(line, { pty }, begin);
    } catch {
      // ssh2 throws synchronously when the connection was lost before.
      lost();
    }
  });
}
