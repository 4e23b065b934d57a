import type { Move } from "../callbacks/api/stagedApi/history/history";
import { readCanary } from "./canary";
import { changeTable, historyTable } from "./changeTable";
import { CommandError } from "./commandError";
import { confirmAction } from "./consent";
import { moveProd, planFinish, planMove, pruneAfter } from "./moveProd";
import type { Options } from "./options";
import { runCanary } from "./runCanary";
import { type Clients, type DeployedApi, findApi, readHistory } from "./stagedApis";
import type { Terminal } from "./terminal";
import { uninterrupted } from "./uninterrupted";

/** Environment of a command; tests pass their own. */
export interface CommandContext {
  readonly clients: Clients;
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  now(): Date;
}

/**
 * Runs one command.
 *
 * @throws CommandError with a message for the user.
 */
export async function runCommand(options: Options, context: CommandContext): Promise<void> {
  const { command } = options;
  if (command === "deliver") return deliver(options, context);
  const api = await findApi(context.clients, options);
  if (command === "history") return history(api, context);
  const { canary } = options;
  if (canary && canary.kind !== "finish") return runCanary(canary, api, options, context);
  // A rollback first undoes the last change, which is the canary.
  if (command === "rollback" && (await readCanary(context.clients, api)))
    return runCanary({ kind: "abort" }, api, options, context);
  await move(command, api, options, context);
}

async function history(api: DeployedApi, { clients, terminal }: CommandContext): Promise<void> {
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
  context: CommandContext,
): Promise<void> {
  const { clients, terminal } = context;
  const plan = options.canary
    ? await planFinish(clients, api, context.now())
    : await planMove(clients, api, action, context.now());
  if (!plan) {
    terminal.print(`prod of '${api.name}' already serves what stage does: nothing to ${action}.`);
    return;
  }
  const { to } = plan.move;
  const title = `${plan.move.action} ${api.name} (stack ${api.stack})`;
  terminal.print(plan.resumed ? `${title} (unfinished)` : title);
  terminal.print(changeTable(plan.move));
  if (options.dryRun) return;
  if (!options.yes && !(await confirmAction(plan.move.action, context))) {
    terminal.print("Nothing was changed.");
    return;
  }
  await uninterrupted(terminal, () => moveProd(clients, api, plan, context.now()));
  terminal.print(
    `prod of '${api.name}' serves version ${to.version} and deployment ${to.deploymentId}.`,
  );
  const pruned = await pruneAfter(clients, api, plan);
  if (pruned.length > 0)
    terminal.print(`Deleted, because they are no longer needed: ${pruned.join(", ")}.`);
  if (plan.resumed && plan.move.action !== action)
    throw new CommandError(`That was a ${plan.move.action} left over; now run ${action} again.`);
}

/** Runs the three levels in order: unit tests; the gate, on the function; the apiGate, over HTTP. */
async function deliver(options: Options, context: CommandContext): Promise<void> {
  const { terminal } = context;
  await passLevel("1. unit tests", options.test, context);
  const title = "2. gate and 3. apiGate, in the update";
  // `localcloud exec` sets it when it has deployed the program, which includes the gates.
  const isDeployed = context.environment.LOCALCLOUD_OUTPUTS !== undefined;
  if (isDeployed && options.deploy === undefined)
    terminal.print(`${title}: passed when localcloud exec deployed the program`);
  else await passLevel(title, options.deploy ?? updateOf(options), context);
  const api = await findApi(context.clients, options);
  const canary = await readCanary(context.clients, api);
  if (canary) {
    terminal.print(`Delivered to stage; a canary tries version ${canary.to.version} on prod.`);
    return;
  }
  const plan = await planMove(context.clients, api, "promote", context.now());
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
  { terminal }: CommandContext,
): Promise<void> {
  terminal.print(`${title}: ${commandLine}`);
  const code = await terminal.run(commandLine);
  if (code !== 0) throw new CommandError(`${title} failed (exit code ${code}); prod is as it was.`);
}
