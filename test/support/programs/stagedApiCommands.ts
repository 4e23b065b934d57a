import { parseOptions } from "../../../commands/options";
import { runCommand } from "../../../commands/runCommand";
import { type Clients, createClients } from "../../../commands/stagedApis";
import { awsEnvironment, ROOT_CREDENTIALS, type Session } from "../../../localcloud/engine/session";

/** Output of a command, and why it failed. */
export interface Ran {
  readonly output: string;
  readonly error: string | undefined;
}

/** The commands for package users, in this process, with a session's cloud. */
export class CommandLine {
  readonly clients: Clients;
  private readonly environment: Record<string, string | undefined>;
  /** Command lines that `deliver` ran, and their exit codes. */
  readonly ran: string[] = [];
  exitCodes: Record<string, number> = {};
  now = (): Date => new Date();

  constructor({ cloud }: Session) {
    this.environment = awsEnvironment(cloud);
    this.clients = createClients({
      endpoint: cloud.endpoint,
      region: cloud.defaultRegion,
      credentials: ROOT_CREDENTIALS,
    });
  }

  /**
   * Runs a command such as `promote greeting`. `answer` is the reply of a person at a terminal; undefined = no
   * terminal.
   */
  async run(line: string, answer?: boolean, environment = this.environment): Promise<Ran> {
    const lines: string[] = [];
    const options = parseOptions(line.split(" "));
    if (!options) return { output: "help", error: undefined };
    const terminal = {
      print: (text: string) => void lines.push(text),
      confirm: () => Promise.resolve(answer),
      run: (commandLine: string) => {
        this.ran.push(commandLine);
        return Promise.resolve(this.exitCodes[commandLine] ?? 0);
      },
    };
    const context = { clients: this.clients, terminal, environment, now: this.now };
    const error = await runCommand(options, context).then(
      () => undefined,
      (reason: Error) => reason.message,
    );
    return { output: lines.join("\n"), error };
  }

  close(): void {
    for (const client of Object.values(this.clients)) (client as { destroy(): void }).destroy();
  }
}
