import type * as Sdk from "@aws-sdk/client-ec2";
import { refuseOptions } from "../../../core/errors";
import type { OperationOf } from "../../../entities/api";
import { ec2Error } from "../api";
import { instances, onInstances } from "./instances";
import { start, stop } from "./instanceStates";
import type { Ec2Store, StoredInstance } from "../store";

type Operation<Name> = OperationOf<typeof Sdk, Ec2Store, Name>;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html */
export const stopInstances: Operation<"StopInstances"> = {
  access: ({ InstanceIds }, context) => onInstances("StopInstances", InstanceIds, context),
  run(input, context) {
    refuseOptions(input, ["Hibernate"], "ec2:StopInstances");
    const found = input.InstanceIds.map((id) => instances.at(id, context));
    for (const one of found) check(one, ["running", "stopping", "stopped"], "stopped");
    const reason = `User initiated (${context.clock.date().toISOString()})`;
    return { StoppingInstances: found.map((one) => stop(one, context.store, reason)) };
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html */
export const startInstances: Operation<"StartInstances"> = {
  access: ({ InstanceIds }, context) => onInstances("StartInstances", InstanceIds, context),
  run(input, context) {
    const found = input.InstanceIds.map((id) => instances.at(id, context));
    for (const one of found) check(one, ["stopped", "pending", "running"], "started");
    return { StartingInstances: found.map((one) => start(one, context.store)) };
  },
};

/**
 * Checks that all instances can change before any does. Texts from
 * https://github.com/cloud-custodian/cloud-custodian/pull/6014 and
 * https://github.com/burstable-ai/burst/issues/42
 */
function check({ id, shape }: StoredInstance, from: readonly string[], done: string): void {
  if (from.includes(shape.State?.Name ?? "")) return;
  if (shape.State?.Name === "pending")
    throw ec2Error(
      "IncorrectInstanceState",
      `Instance '${id}' cannot be ${done} as it has never reached the 'running' state.`,
    );
  throw ec2Error(
    "IncorrectInstanceState",
    `The instance '${id}' is not in a state from which it can be ${done}.`,
  );
}
