import { changeCanary, type CanaryPlan, planAbort, planCanary } from "./canary";
import type { CanaryRequest } from "./canaryOptions";
import { canaryTable } from "./changeTable";
import { agreed } from "./consent";
import type { Options } from "./options";
import type { Surroundings } from "./runCommand";
import type { DeployedApi } from "./stagedApis";

/** Starts, changes or aborts a canary: shows what would change, asks, and does it. */
export async function runCanary(
  request: Exclude<CanaryRequest, { kind: "finish" }>,
  api: DeployedApi,
  options: Options,
  around: Surroundings,
): Promise<void> {
  const { clients, terminal } = around;
  const plan =
    request.kind === "abort"
      ? await planAbort(clients, api)
      : await planCanary(clients, api, request, around.now());
  if (!plan) {
    terminal.print(`prod of '${api.name}' already serves what stage does: nothing to try.`);
    return;
  }
  const title = plan.after ? "canary of" : "end the canary of";
  terminal.print(`${title} ${api.name} (stack ${api.stack})`);
  terminal.print(canaryTable(plan));
  if (options.dryRun) return;
  const action = plan.after ? "try it" : "end it";
  if (!options.yes && !(await agreed(action, around))) {
    terminal.print("Nothing was changed.");
    return;
  }
  await changeCanary(clients, api, plan, around.now());
  terminal.print(result(api, plan));
}

function result({ name }: DeployedApi, { prod, after }: CanaryPlan): string {
  if (!after) return `prod of '${name}' serves version ${prod.version} alone.`;
  return (
    `Version ${after.to.version} gets ${after.percent} % of the requests of prod of '${name}' until ${after.until}; ` +
    `then it goes back, unless 'promote ${name} --finish' comes first.`
  );
}
