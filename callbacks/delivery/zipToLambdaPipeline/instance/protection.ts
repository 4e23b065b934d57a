import { type AutoScalingClient, SetInstanceProtectionCommand } from "@aws-sdk/client-auto-scaling";
import { nameOf } from "../../../retry";
import type { InstanceConfig } from "./instanceConfig";

export const deploymentOnlyModule = true;

/** Scale-in protection of this instance. */
export interface Protection {
  /** Undefined until the group was asked: the process may have restarted. */
  isOn(): boolean | undefined;
  /**
   * Returns whether the protection is now as requested: Auto Scaling refuses it for an instance that is starting or
   * terminating.
   */
  set(isOn: boolean): Promise<boolean>;
}

/**
 * Creates the protection with which an instance is never chosen for scale-in while it works.
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

/**
 * The reference only names "ValidationError":
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceProtection.html
 */
function isOutOfService(error: unknown): boolean {
  return (
    nameOf(error) === "ValidationError" &&
    /not in InService|not found|not part of/i.test((error as Error).message)
  );
}
