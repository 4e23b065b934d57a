import { appCommand } from "../../../commands/deployZip/appCommand";
import { type AppCommand, parseApp } from "../../../commands/deployZip/options";
import { createAppClients } from "../../../commands/deployZip/pipelines";
import type { PipelineProgram } from "../../support/programs/pipelineProgram";

/**
 * Runs a command line about the pipeline `apps`, and returns its output, or its error.
 *
 * @param answer typed answer to its question on the terminal.
 * @param credentials of the user that runs it. Default: the account's root.
 */
export async function runAppCommand(
  { cloud, program }: PipelineProgram,
  line: string,
  {
    answer,
    credentials = program.access().credentials,
  }: {
    readonly answer?: boolean;
    readonly credentials?: ReturnType<typeof program.access>["credentials"];
  } = {},
): Promise<string> {
  const [command, ...args] = line.split(" ");
  const printed: string[] = [];
  const { endpoint, region } = program.access();
  const options = parseApp(command as AppCommand, [...args, "--pipeline", "apps"]);
  if (!options) throw new Error("It asked for help.");
  try {
    await appCommand(options, {
      clients: createAppClients({ endpoint, region, credentials }),
      terminal: { confirm: async () => answer },
      print: (text) => void printed.push(text),
      now: () => cloud.clock.now(),
      sleep: (ms) => cloud.clock.advance(ms),
    });
  } catch (error) {
    printed.push((error as Error).message);
  }
  return printed.join("\n");
}
