#!/usr/bin/env node
import { CommandError } from "./commandError";
import { parseOptions, USAGE } from "./options";
import { runCommand } from "./runCommand";
import { createClients } from "./stagedApis";
import { processTerminal } from "./terminal";

async function main(): Promise<void> {
  // The SDK is this package's, and so is what versions of Node.js it runs on.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
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

/** The SDK says only `Invalid URL`. */
function checkEndpoint(endpoint = ""): void {
  if (endpoint !== "" && !URL.canParse(endpoint))
    throw new CommandError(
      `AWS_ENDPOINT_URL is to be a URL such as http://127.0.0.1:4566, not '${endpoint}'.`,
    );
}

main().catch((error: unknown) => {
  // What AWS answers is a sentence as well; only a mistake of ours needs its stack.
  const isExpected = error instanceof CommandError || (error as Error).name !== "TypeError";
  process.stderr.write(`${isExpected ? (error as Error).message : (error as Error).stack}\n`);
  process.exitCode = 1;
});
