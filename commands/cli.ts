import { CommandError } from "./commandError";
import { APP_USAGE, type AppCommand, isAppCommand, parseApp } from "./deployZip/options";
import { parseOptions, USAGE } from "./options";
import { parseScale, SCALE_USAGE } from "./scale/scaleOptions";
import { CRON_COMMANDS, CRON_USAGE, type CronCommand, parseCron } from "./sshCron/cronOptions";
import { parseStatus, STATUS_USAGE } from "./status/statusOptions";
import { processTerminal } from "./terminal";

// Each command is loaded when it runs: most of the time of a short one would otherwise go to the SDK clients of others.

async function main(): Promise<void> {
  // The SDK belongs to this package, and so does the choice of Node.js versions.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  process.stdout.on("error", reportLostOutput);
  const args = spelledOut(process.argv.slice(2));
  const [command, ...rest] = args;
  if (command === "check-zip") {
    const { checkZipCommand } = await import("./checkZip/checkZip");
    process.exitCode = await checkZipCommand(rest, processTerminal.print, complain);
    return;
  }
  if (command === "simulate") {
    const { simulateCommand } = await import("./simulate/simulateCommand");
    return simulateCommand(rest, processTerminal.print);
  }
  if (command === "scale") return scale(rest);
  if (command === "status") return status(rest);
  const cron = CRON_COMMANDS.find((name) => name === command);
  if (cron) return runCron(cron, rest);
  if (isAppCommand(command)) return app(command, rest);
  await stagedApi(args);
}

let isReported = false;

/**
 * The reader may close the pipe early, as `head` does, or the disk may be full. The command continues to its end, so
 * that it leaves nothing half done.
 */
function reportLostOutput({ code, message }: NodeJS.ErrnoException): void {
  if (code === "EPIPE" || isReported) return;
  isReported = true;
  complain(`The output cannot be written: ${message}`);
  process.once("exit", () => (process.exitCode ||= 1));
}

/** `help` and `help scale` mean `--help` and `scale --help`. */
function spelledOut([first, ...others]: readonly string[]): string[] {
  if (first === undefined) return [];
  return first === "help" ? [...others, "--help"] : [first, ...others];
}

async function stagedApi(args: string[]): Promise<void> {
  const options = parseOptions(args);
  if (!options) return processTerminal.print(USAGE);
  checkEndpoint(process.env.AWS_ENDPOINT_URL);
  const { createClients } = await import("./stagedApis");
  const { runCommand } = await import("./runCommand");
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
  const { createScaleClients, scaleCommand } = await import("./scale/scaleCommand");
  const { print } = processTerminal;
  await scaleCommand(options, { clients: createScaleClients(), print, now: () => Date.now() });
}

async function status(args: readonly string[]): Promise<void> {
  const options = parseStatus(args);
  if (!options) return processTerminal.print(STATUS_USAGE);
  checkEndpoint(process.env.AWS_ENDPOINT_URL);
  const { createStatusClients, statusCommand } = await import("./status/statusCommand");
  await statusCommand(options, { clients: createStatusClients(), print: processTerminal.print });
}

async function runCron(command: CronCommand, args: readonly string[]): Promise<void> {
  const options = parseCron(command, args);
  if (!options) return processTerminal.print(CRON_USAGE);
  checkEndpoint(process.env.AWS_ENDPOINT_URL);
  const { createCronClients, cronCommand } = await import("./sshCron/cronCommand");
  const { print } = processTerminal;
  process.exitCode = await cronCommand(options, { clients: createCronClients(), print });
}

async function app(command: AppCommand, args: readonly string[]): Promise<void> {
  const options = parseApp(command, args);
  if (!options) return processTerminal.print(APP_USAGE);
  checkEndpoint(process.env.AWS_ENDPOINT_URL);
  const { createAppClients } = await import("./deployZip/pipelines");
  const { appCommand } = await import("./deployZip/appCommand");
  await appCommand(options, {
    clients: createAppClients(),
    terminal: processTerminal,
    print: processTerminal.print,
    now: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Checks the endpoint, because the SDK's error says only `Invalid URL`. */
function checkEndpoint(endpoint = ""): void {
  if (endpoint !== "" && !URL.canParse(endpoint))
    throw new CommandError(
      `AWS_ENDPOINT_URL must be a URL, such as http://127.0.0.1:4566, not '${endpoint}'.`,
    );
}

/** What to do about errors of the SDK that do not say it. */
const ADVICE: readonly (readonly [error: RegExp, advice: string])[] = [
  [
    /^Region is missing$/,
    'No AWS region is set: set AWS_REGION to that of the stack, or run `eval "$(npx localcloud env)"` first for a running local cloud.',
  ],
  [
    /^Could not load credentials/,
    'No AWS credentials were found: log in to the account of the stack, or run `eval "$(npx localcloud env)"` first for a running local cloud.',
  ],
  [
    /ECONNREFUSED/,
    "AWS_ENDPOINT_URL does not answer: start the local cloud with `npx localcloud up`, or unset the variable to use AWS.",
  ],
];

main().catch((error: unknown) => {
  // Errors of AWS have a readable message too; only a bug in this package needs its stack.
  const { name, message, stack } = error as Error;
  const isExpected = error instanceof CommandError || name !== "TypeError";
  process.stderr.write(`${isExpected ? withAdvice(message) : stack}\n`);
  process.exitCode = 1;
});

/** Without AWS_ENDPOINT_URL a refused connection is not that of a local cloud. */
function withAdvice(message: string): string {
  if (/ECONNREFUSED/.test(message) && !process.env.AWS_ENDPOINT_URL) return message;
  const [, advice] = ADVICE.find(([error]) => error.test(message)) ?? [];
  return advice === undefined ? message : `${advice} (${message})`;
}
