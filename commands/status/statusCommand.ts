import { AutoScalingClient, type AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { paginateGetParametersByPath, SSMClient } from "@aws-sdk/client-ssm";
import { systemDeps } from "../../callbacks/deps";
import { type Coverage, coverageOf } from "../../callbacks/instances/eniLifecycleHook/coverage";
import {
  HOOK_RECORDS,
  type HookRecord,
} from "../../callbacks/instances/eniLifecycleHook/hookRecord";
import { findInterfaces } from "../../callbacks/instances/eniLifecycleHook/interfaces";
import { findGroups, withHook } from "../../callbacks/instances/lifecycleHooks/waiting";
import { CommandError } from "../commandError";
import type { StatusOptions } from "./statusOptions";

export interface StatusClients {
  readonly autoScaling: AutoScalingClient;
  readonly ec2: EC2Client;
  readonly ssm: SSMClient;
}

export interface StatusContext {
  readonly clients: StatusClients;
  print(line: string): void;
}

/** Creates clients for the account, region and endpoint of the environment. */
export function createStatusClients(settings: object = {}): StatusClients {
  return {
    autoScaling: new AutoScalingClient(settings),
    ec2: new EC2Client(settings),
    ssm: new SSMClient(settings),
  };
}

/** Milliseconds for which a throttled call is retried. */
const RETRY_TIME = 30_000;

/**
 * Runs `status`.
 *
 * @throws CommandError with a message for the user.
 */
export async function statusCommand(
  options: StatusOptions,
  { clients, print }: StatusContext,
): Promise<void> {
  const {
    hookId,
    launchHook,
    functionName,
    interfaces: specs,
  } = await findHook(clients.ssm, options);
  const retry = { deps: systemDeps, until: Date.now() + RETRY_TIME };
  const [all, interfaces] = await Promise.all([
    findGroups(clients.autoScaling, retry),
    findInterfaces({ ec2: clients.ec2, retry }, hookId),
  ]);
  const groups = await withHook(clients.autoScaling, retry, all, launchHook);
  const coverage = coverageOf(groups, interfaces, specs);
  if (options.json) return print(JSON.stringify(coverage, null, 2));
  for (const line of statusLines(options.hook, coverage, specs.length)) print(line);
  for (const line of groups.flatMap((group) => stoppedLines(group, functionName))) print(line);
}

/** Returns what to do about a group whose launches are suspended, by the hook or manually. */
export function stoppedLines(group: AutoScalingGroup, functionName: string): string[] {
  const { AutoScalingGroupName: name, SuspendedProcesses = [] } = group;
  if (!SuspendedProcesses.some(({ ProcessName }) => ProcessName === "Launch")) return [];
  return [
    "",
    `Launch of ${name} is suspended. To see why launches failed, and to resume them:`,
    `aws logs tail /aws/lambda/${functionName} --since 1d --filter-pattern abandoned`,
    `aws autoscaling resume-processes --auto-scaling-group-name ${name} --scaling-processes Launch`,
  ];
}

/** Returns a line for each instance, and one with what to do. */
export function statusLines(hook: string, coverage: readonly Coverage[], count: number): string[] {
  if (coverage.length === 0) return [`No instance is in a group of ${hook}.`];
  const lines = coverage.map(({ groupName, instanceId, state, attached, isCurrent }) =>
    [groupName, instanceId, state, `${attached}/${count}`, isCurrent ? "" : "needs a refresh"]
      .join("  ")
      .trimEnd(),
  );
  const old = coverage.filter(
    ({ isCurrent, state }) => !isCurrent && !/Pending|Terminating/.test(state),
  );
  const groups = [...new Set(old.map(({ groupName }) => groupName))];
  const advice = groups.map(
    (name) => `aws autoscaling start-instance-refresh --auto-scaling-group-name ${name}`,
  );
  return old.length === 0
    ? [...lines, "Every instance that is in service has the interfaces of the program."]
    : [...lines, "", "Hooks apply only to new instances. To replace the others:", ...advice];
}

async function findHook(
  ssm: SSMClient,
  { hook, project, stack }: StatusOptions,
): Promise<HookRecord> {
  const found = new Map<string, HookRecord>();
  for await (const page of paginateGetParametersByPath(
    { client: ssm },
    { Path: HOOK_RECORDS, Recursive: true },
  ))
    for (const { Name = "", Value = "" } of page.Parameters ?? []) {
      const [ofProject, ofStack, name] = Name.slice(HOOK_RECORDS.length + 1).split("/");
      const isWanted =
        name === hook &&
        (project === undefined || project === ofProject) &&
        (stack === undefined || stack === ofStack);
      if (isWanted) found.set(`${ofProject}/${ofStack}`, JSON.parse(Value) as HookRecord);
    }
  const [first, ...others] = found;
  if (!first)
    throw new CommandError(
      `status: no EniLifecycleHook '${hook}' is deployed in this account and region.`,
    );
  if (others.length > 0)
    throw new CommandError(
      `status: several have a hook '${hook}': ${[...found.keys()].join(", ")}; give --project and --stack.`,
    );
  return first[1];
}
