import type { Target } from "@aws-sdk/client-ssm";
import { authorize } from "../../../access/authorize";
import { formatArn } from "../../../core/arn";
import { AwsError } from "../../../core/errors";
import type { Machine } from "../../../core/machines/machine";
import type { CallContext } from "../../../core/service";
import type { SsmStore } from "../store";

type Context = CallContext<SsmStore>;

/**
 * Returns the instances whose agent may call Systems Manager with the role of their instance profile.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
 */
export function managedMachines(context: Context): Machine[] {
  return context.cloud.machines.in(context.region).filter((one) => isManaged(one, context));
}

export function instanceArn(id: string, context: Context): string {
  return formatArn("ec2", context, `instance/${id}`);
}

/** @throws InvalidInstanceId for an instance that does not exist, is not managed or is not running */
export function machinesById(ids: readonly string[], context: Context): Machine[] {
  if (new Set(ids).size < ids.length)
    throw new AwsError(
      "DuplicateInstanceId",
      "You can't specify an instance ID in more than one association.",
    );
  const found = ids.map((id) => context.cloud.machines.at(id));
  const wrong = ids.filter((_id, index) => {
    const one = found[index];
    return one?.facts.region !== context.region || !one.isUp || !isManaged(one, context);
  });
  if (wrong.length > 0)
    throw new AwsError(
      "InvalidInstanceId",
      `Instances [[${wrong.join(", ")}]] not in a valid state for account ${context.accountId}`,
    );
  return found.filter((one) => one !== undefined);
}

/** Returns the instances that match all targets and whose agent is online. */
export function machinesByTargets(targets: readonly Target[], context: Context): Machine[] {
  return managedMachines(context).filter(
    (machine) => machine.isUp && targets.every((target) => isTarget(machine, target)),
  );
}

/** Checks whether `tag:..`, `tag-key` or `InstanceIds` selects an instance. */
export function isTarget({ id, facts }: Machine, { Key = "", Values = [] }: Target): boolean {
  if (Key === "InstanceIds") return Values.includes(id);
  if (Key === "tag-key") return Values.some((key) => facts.tags.has(key));
  if (!Key.startsWith("tag:"))
    throw new AwsError("NotImplemented", `The local cloud finds no instances by '${Key}'.`, {
      status: 501,
    });
  const value = facts.tags.get(Key.slice("tag:".length));
  return value !== undefined && Values.includes(value);
}

function isManaged(machine: Machine, context: Context): boolean {
  if (context.store.agents.get(machine.id) === "unregistered") return false;
  const session = machine.facts.session();
  if (!session) return false;
  const action = "ssm:UpdateInstanceInformation";
  const check = { action, resource: instanceArn(machine.id, context) };
  const request = { region: context.region, now: context.clock.date(), service: "ssm" };
  try {
    authorize(check, session.principal, context.cloud.identity, request);
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}
