import { writeSync } from "node:fs";
import { parseArguments, UsageError } from "./arguments";
import { exec } from "./exec";
import { HELP } from "./help";
import { init } from "./init/init";
import { askRunningCloud } from "./running";
import { start } from "./start";
import { up } from "./up";
import { version } from "./version";

/** Runs one command and resolves with the exit code: 0 success, 1 failure, 2 wrong usage. */
export async function main(argv: readonly string[]): Promise<number> {
  process.stdout.on("error", endWithOutput);
  process.stderr.on("error", endWithOutput);
  try {
    const request = parseArguments(argv);
    switch (request.command) {
      case "help":
        process.stdout.write(HELP[request.topic ?? "localcloud"]);
        return 0;
      case "version":
        process.stdout.write(`${version()}\n`);
        return 0;
      case "up":
        return await up(request);
      case "start":
        return await start(request);
      case "exec":
        return await exec(request);
      case "init":
        return init(request);
      default:
        return await askRunningCloud(request);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`localcloud: ${error.message}\nTry 'localcloud --help'.\n`);
    return 2;
  }
}

/**
 * Ends the process when the reader of its output has closed the pipe (`localcloud up | head`), like when a terminal
 * closes; and at once when its output cannot be written, for example to a full disk.
 */
function endWithOutput(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") return void process.kill(process.pid, "SIGHUP");
  tryToSay(`localcloud: cannot write the output: ${error.message}\n`);
  process.exit(1);
}

/** Writes to stderr, unless that is what cannot be written. */
function tryToSay(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // There is nowhere left to report it.
  }
}
