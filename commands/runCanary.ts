import type { Canary } from "../callbacks/api/stagedApi/canary/canary";
import { changeCanary, type CanaryPlan, planAbort, planCanary } from "./canary";
import type { CanaryRequest } from "./canaryOptions";
import { canaryTable } from "./changeTable";
import { confirmAction } from "./consent";
import type { Options } from "./options";
import type { CommandContext } from "./runCommand";
import type { DeployedApi } from "./stagedApis";
import { uninterrupted } from "./uninterrupted";

/** Starts, changes or aborts a canary: shows what would change, asks, and does it. */
export async function runCanary(
  request: Exclude<CanaryRequest, { kind: "finish" }>,
  api: DeployedApi,
  options: Options,
  context: CommandContext,
): Promise<void> {
  const { clients, terminal } = context;
  const plan =
    request.kind === "abort"
      ? await planAbort(clients, api)
      : await planCanary(clients, api, request, context.now());
  if (!plan) {
    terminal.print(`prod of '${api.name}' already serves what stage does: nothing to try.`);
    return;
  }
  const title = plan.after ? "canary of" : "end the canary of";
  terminal.print(`${title} ${api.name} (stack ${api.stack})`);
  terminal.print(canaryTable(plan));
  if (options.dryRun) return;
  const action = plan.after ? "try it" : "end it";
  if (!options.yes && !(await confirmAction(action, context))) {
    terminal.print("Nothing was changed.");
    return;
  }
  const now = context.now();
  const agreedPlan = { ...plan, after: plan.after && begunAt(now, plan.after) };
  await uninterrupted(terminal, () => changeCanary(clients, api, agreedPlan, now));
  terminal.print(result(api, agreedPlan));
}

/** Restarts the canary's duration at the confirmation, so that the time spent waiting for it does not count. */
function begunAt(now: Date, canary: Canary): Canary {
  const milliseconds = Date.parse(canary.until) - Date.parse(canary.at);
  const until = new Date(now.getTime() + milliseconds).toISOString();
  return { ...canary, at: now.toISOString(), until };
}

function result({ name }: DeployedApi, { prod, after }: CanaryPlan): string {
  if (!after) return `prod of '${name}' serves version ${prod.version} alone.`;
  return (
    `Version ${after.to.version} gets ${after.percent} % of the requests of prod of '${name}' until ${after.until}; ` +
    `then the weight is removed, unless you run 'promote ${name} --finish' before.`
  );
}
