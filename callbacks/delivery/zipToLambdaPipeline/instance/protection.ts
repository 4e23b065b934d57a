import { type AutoScalingClient, SetInstanceProtectionCommand } from "@aws-sdk/client-auto-scaling";
import { nameOf } from "../../../retry";
import type { InstanceConfig } from "./instanceConfig";

export const deploymentOnlyModule = true;

/** Whether the group may end this instance when it needs fewer. */
export interface Protection {
  /** Undefined until the group was asked: the process may have begun anew. */
  isOn(): boolean | undefined;
  /** Answers whether it is as wanted now: an instance that boots or ends takes no orders. */
  set(isOn: boolean): Promise<boolean>;
}

/**
 * An instance protects itself, and so is never chosen while it works.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html
 */
export function protectionOf(
  autoScaling: AutoScalingClient,
  { groupName, instanceId }: Pick<InstanceConfig, "groupName" | "instanceId">,
): Protection {
  let current: boolean | undefined;
  return {
    isOn: () => current,
    async set(isOn) {
      try {
        await autoScaling.send(
          new SetInstanceProtectionCommand({
            AutoScalingGroupName: groupName,
            InstanceIds: [instanceId],
            ProtectedFromScaleIn: isOn,
          }),
        );
        current = isOn;
        return true;
      } catch (error) {
        current = undefined;
        if (!isOutOfService(error)) throw error;
        return false;
      }
    },
  };
}

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceProtection.html says no more than "ValidationError". */
function isOutOfService(error: unknown): boolean {
  return (
    nameOf(error) === "ValidationError" &&
    /not in InService|not found|not part of/i.test((error as Error).message)
  );
}
