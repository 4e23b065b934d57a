import { parseArguments, UsageError } from "./commandLine/arguments";
import { exec } from "./exec";
import { HELP } from "./commandLine/help";
import { init } from "./init/init";
import { endWithOutput } from "./output/outputErrors";
import { askRunningCloud } from "./running";
import { start } from "./start";
import { up } from "./up/up";
import { version } from "./commandLine/version";

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
