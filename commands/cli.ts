import { checkZipCommand } from "./checkZip/checkZip";
import { CommandError } from "./commandError";
import { appCommand } from "./deployZip/appCommand";
import { APP_USAGE, type AppCommand, isAppCommand, parseApp } from "./deployZip/options";
import { createAppClients } from "./deployZip/pipelines";
import { parseOptions, USAGE } from "./options";
import { runCommand } from "./runCommand";
import { createScaleClients, scaleCommand } from "./scale/scaleCommand";
import { parseScale, SCALE_USAGE } from "./scale/scaleOptions";
import { CRON_COMMANDS, CRON_USAGE, type CronCommand, parseCron } from "./sshCron/cronOptions";
import { createCronClients, cronCommand } from "./sshCron/cronCommand";
import { simulateCommand } from "./simulate/simulateCommand";
import { createClients } from "./stagedApis";
import { createStatusClients, statusCommand } from "./status/statusCommand";
import { parseStatus, STATUS_USAGE } from "./status/statusOptions";
import { processTerminal } from "./terminal";

async function main(): Promise<void> {
  // The SDK belongs to this package, and so does the choice of Node.js versions.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  // The reader may close the pipe early, as `head` does: the command continues to its end.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  const [command, ...rest] = process.argv.slice(2);
  if (command === "check-zip") {
    process.exitCode = await checkZipCommand(rest, processTerminal.print);
    return;
  }
  if (command === "simulate") return simulateCommand(rest, processTerminal.print);
  if (command === "scale") return scale(rest);
  if (command === "status") return status(rest);
  const cron = CRON_COMMANDS.find((name) => name === command);
  if (cron) return runCron(cron, rest);
  if (isAppCommand(command)) return app(command, rest);
  const options = parseOptions(process.argv.slice(2));
  if (!options) return processTerminal.print(USAGE);
  checkEndpoint(process.env.AWS_ENDPOINT_URL);
  await runCommand(options, {
    clients: createClients(),
    terminal: processTerminal,
    environment: process.env,
    now: () => new Date(),
  });
}

async function scale(args: readonly string[]): Promise<void> {
  const options = parseScale(args);
  if (!options) return processTerminal.print(SCALE_USAGE);
  checkEndpoint(process.env.AWS_ENDPOINT_URL);
  const { print } = processTerminal;
  await scaleCommand(options, { clients: createScaleClients(), print, now: () => Date.now() });
}

async function status(args: readonly string[]): Promise<void> {
  const options = parseStatus(args);
  if (!options) return processTerminal.print(STATUS_USAGE);
  checkEndpoint(process.env.AWS_ENDPOINT_URL);
  await statusCommand(options, { clients: createStatusClients(), print: processTerminal.print });
}

async function runCron(command: CronCommand, args: readonly string[]): Promise<void> {
  const options = parseCron(command, args);
  if (!options) return processTerminal.print(CRON_USAGE);
  checkEndpoint(process.env.AWS_ENDPOINT_URL);
  const { print } = processTerminal;
  process.exitCode = await cronCommand(options, { clients: createCronClients(), print });
}

async function app(command: AppCommand, args: readonly string[]): Promise<void> {
  const options = parseApp(command, args);
  if (!options) return processTerminal.print(APP_USAGE);
  checkEndpoint(process.env.AWS_ENDPOINT_URL);
  await appCommand(options, {
    clients: createAppClients(),
    terminal: processTerminal,
    print: processTerminal.print,
    now: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
}

/** Checks the endpoint, because the SDK's error says only `Invalid URL`. */
function checkEndpoint(endpoint = ""): void {
  if (endpoint !== "" && !URL.canParse(endpoint))
    throw new CommandError(
      `AWS_ENDPOINT_URL must be a URL, such as http://127.0.0.1:4566, not '${endpoint}'.`,
    );
}

main().catch((error: unknown) => {
  // Errors of AWS have a readable message too; only a bug in this package needs its stack.
  const isExpected = error instanceof CommandError || (error as Error).name !== "TypeError";
  process.stderr.write(`${isExpected ? (error as Error).message : (error as Error).stack}\n`);
  process.exitCode = 1;
});
