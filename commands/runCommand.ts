import type { Move } from "../callbacks/api/stagedApi/history/history";
import { readCanary } from "./canary";
import { changeTable, historyTable } from "./changeTable";
import { CommandError } from "./commandError";
import { agreed } from "./consent";
import { moveProd, planFinish, planMove, pruneAfter } from "./moveProd";
import type { Options } from "./options";
import { runCanary } from "./runCanary";
import { type Clients, type DeployedApi, findApi, readHistory } from "./stagedApis";
import type { Terminal } from "./terminal";
import { uninterrupted } from "./uninterrupted";

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
  const api = await findApi(around.clients, options);
  if (command === "history") return history(api, around);
  const { canary } = options;
  if (canary && canary.kind !== "finish") return runCanary(canary, api, options, around);
  // What a rollback takes back first is what was done last.
  if (command === "rollback" && (await readCanary(around.clients, api)))
    return runCanary({ kind: "abort" }, api, options, around);
  await move(command, api, options, around);
}

async function history(api: DeployedApi, { clients, terminal }: Surroundings): Promise<void> {
  const entries = await readHistory(clients, api);
  terminal.print(entries.length > 0 ? historyTable(entries) : "prod has not moved yet.");
  const canary = await readCanary(clients, api);
  if (canary)
    terminal.print(
      `Under way: version ${canary.to.version} gets ${canary.percent} % until ${canary.until}.`,
    );
}

async function move(
  action: Move["action"],
  api: DeployedApi,
  options: Options,
  around: Surroundings,
): Promise<void> {
  const { clients, terminal } = around;
  const plan = options.canary
    ? await planFinish(clients, api, around.now())
    : await planMove(clients, api, action, around.now());
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
  await uninterrupted(terminal, () => moveProd(clients, api, plan, around.now()));
  terminal.print(
    `prod of '${api.name}' serves version ${to.version} and deployment ${to.deploymentId}.`,
  );
  const pruned = await pruneAfter(clients, api, plan);
  if (pruned.length > 0)
    terminal.print(`Deleted, because nothing needs them: ${pruned.join(", ")}.`);
  if (plan.resumed && plan.move.action !== action)
    throw new CommandError(`That was a ${plan.move.action} left over; now run ${action} again.`);
}

/** The three levels in order: unit tests; the gate, on the function; the apiGate, over HTTP. */
async function deliver(options: Options, around: Surroundings): Promise<void> {
  const { terminal } = around;
  await passLevel("1. unit tests", options.test, around);
  const title = "2. gate and 3. apiGate, in the update";
  // `localcloud exec` sets it when it has deployed the program, with the gates.
  const isDeployed = around.environment.LOCALCLOUD_OUTPUTS !== undefined;
  if (isDeployed && options.deploy === undefined)
    terminal.print(`${title}: passed when localcloud exec deployed the program`);
  else await passLevel(title, options.deploy ?? updateOf(options), around);
  const api = await findApi(around.clients, options);
  const canary = await readCanary(around.clients, api);
  if (canary) {
    terminal.print(`Delivered to stage; a canary tries version ${canary.to.version} on prod.`);
    return;
  }
  const plan = await planMove(around.clients, api, "promote", around.now());
  terminal.print(
    plan
      ? `Delivered to stage. What promote would change:\n${changeTable(plan.move)}`
      : "Delivered to stage; prod already serves it.",
  );
}

function updateOf({ stack }: Options): string {
  return stack === undefined ? "pulumi up --yes" : `pulumi up --yes --stack ${stack}`;
}

async function passLevel(
  title: string,
  commandLine: string,
  { terminal }: Surroundings,
): Promise<void> {
  terminal.print(`${title}: ${commandLine}`);
  const code = await terminal.run(commandLine);
  if (code !== 0) throw new CommandError(`${title} failed (exit code ${code}); prod is as it was.`);
}
