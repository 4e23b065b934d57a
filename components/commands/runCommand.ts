import type { Move } from "../../callbacks/stagedApi/history";
import { changeTable, historyTable } from "./changeTable";
import { CommandError } from "./commandError";
import { moveProd, planMove, pruneAfter } from "./moveProd";
import type { Options } from "./options";
import { type Clients, type DeployedApi, findApi, readHistory } from "./stagedApis";
import type { Terminal } from "./terminal";

/** What a command stands on; tests bring their own. */
export interface Surroundings {
  readonly clients: Clients;
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  now(): Date;
}

/**
 * Runs one command.
 *
 * @throws CommandError with a sentence for its user.
 */
export async function runCommand(options: Options, around: Surroundings): Promise<void> {
  const { command } = options;
  if (command === "deliver") return deliver(options, around);
  const api = await findApi(around.clients, options.api, options.stack);
  if (command === "history") {
    const history = await readHistory(around.clients, api);
    around.terminal.print(history.length > 0 ? historyTable(history) : "prod has not moved yet.");
    return;
  }
  await move(command, api, options, around);
}

async function move(
  action: Move["action"],
  api: DeployedApi,
  options: Options,
  around: Surroundings,
): Promise<void> {
  const { clients, terminal } = around;
  const plan = await planMove(clients, api, action, around.now());
  if (!plan) {
    terminal.print(`prod of '${api.name}' already serves what stage does: nothing to ${action}.`);
    return;
  }
  const { to } = plan.move;
  const title = `${plan.move.action} ${api.name} (stack ${api.stack})`;
  terminal.print(plan.resumed ? `${title}, which was begun and not ended` : title);
  terminal.print(changeTable(plan.move));
  if (options.dryRun) return;
  if (!options.yes && !(await agreed(plan.move.action, around))) {
    terminal.print("Nothing was changed.");
    return;
  }
  await moveProd(clients, api, plan);
  terminal.print(
    `prod of '${api.name}' serves version ${to.version} and deployment ${to.deploymentId}.`,
  );
  const pruned = await pruneAfter(clients, api, plan);
  if (pruned.length > 0)
    terminal.print(`Deleted, because nothing needs them: ${pruned.join(", ")}.`);
  if (plan.resumed && plan.move.action !== action)
    throw new CommandError(`That was a ${plan.move.action} left over; now run ${action} again.`);
}

async function agreed(action: string, { terminal, environment }: Surroundings): Promise<boolean> {
  const answer = await terminal.confirm(`Really ${action}?`);
  if (answer !== undefined) return answer;
  // Nobody to ask, and nothing to lose on an emulator of this machine.
  if (isLoopback(environment.AWS_ENDPOINT_URL)) return true;
  throw new CommandError(
    `Nothing was changed: without a terminal to ask, give --yes to ${action}.`,
  );
}

export function isLoopback(endpoint: string | undefined): boolean {
  if (endpoint === undefined || !URL.canParse(endpoint)) return false;
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(endpoint).hostname);
}

/** The three levels in order: unit tests; the gate, on the function; the apiGate, over HTTP. */
async function deliver(options: Options, around: Surroundings): Promise<void> {
  const { terminal } = around;
  const steps = [
    ["1. unit tests", options.test],
    ["2. gate and 3. apiGate, in the update", options.deploy],
  ] as const;
  for (const [title, commandLine] of steps) {
    terminal.print(`${title}: ${commandLine}`);
    const code = await terminal.run(commandLine);
    if (code !== 0)
      throw new CommandError(`${title} failed (exit code ${code}); prod is as it was.`);
  }
  const api = await findApi(around.clients, options.api, options.stack);
  const plan = await planMove(around.clients, api, "promote", around.now());
  terminal.print(
    plan
      ? `Delivered to stage. What promote would change:\n${changeTable(plan.move)}`
      : "Delivered to stage; prod already serves it.",
  );
}
