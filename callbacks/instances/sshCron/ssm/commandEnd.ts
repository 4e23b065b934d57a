import type { GetCommandInvocationCommandOutput } from "@aws-sdk/client-ssm";
import type { Executed } from "../job";

export const deploymentOnlyModule = true;

export type Invocation = Pick<
  GetCommandInvocationCommandOutput,
  | "ExecutionStartDateTime"
  | "ResponseCode"
  | "StandardErrorContent"
  | "StandardOutputContent"
  | "StatusDetails"
>;

/**
 * Returns how a command has ended on an instance; undefined while it has not.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
 */
export function commandEnd(invocation: Invocation): Executed | undefined {
  const { ResponseCode = -1, StandardErrorContent = "" } = invocation;
  // The documentation and the answers write them with and without spaces.
  const details = (invocation.StatusDetails ?? "").replaceAll(" ", "");
  switch (details) {
    case "Success":
    case "Failed":
      if (ResponseCode >= 0) return { kind: "exit", exit: ResponseCode };
      return refused("failed", `the agent could not run it: ${StandardErrorContent}`);
    case "ExecutionTimedOut":
      return { kind: "timeout" };
    case "DeliveryTimedOut":
      if (hasBegun(invocation))
        return {
          kind: "disconnected",
          reason: "the agent took the command and never reported its end",
        };
      return refused("unreachable", "the agent did not take the command in time");
    case "Undeliverable":
      return refused("unreachable", "the command could not be delivered to the instance");
    case "Cancelled":
    case "Canceled":
      return { kind: "disconnected", reason: "somebody has cancelled the command" };
    case "Pending":
    case "InProgress":
    case "Delayed":
    case "Cancelling":
      return undefined;
    default:
      return refused("failed", `Systems Manager did not run it: ${details}`);
  }
}

/** Checks whether an agent has begun the command, as far as is known. */
export function hasBegun({ ExecutionStartDateTime, StatusDetails }: Invocation): boolean {
  return Boolean(ExecutionStartDateTime) || StatusDetails === "InProgress";
}

function refused(state: "failed" | "unreachable", reason: string): Executed {
  return { kind: "refused", state, reason };
}
