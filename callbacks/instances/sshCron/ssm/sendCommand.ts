import {
  ListCommandInvocationsCommand,
  SendCommandCommand,
  type SendCommandCommandInput,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import type { Deps } from "../../../deps";
import { isThrottled, isTransient, nameOf, reasonOf, retrying } from "../../../retry";
import type { Executed, Work } from "../job";

export const deploymentOnlyModule = true;

/**
 * Sends a command to an instance, at most once. The API has no idempotency token: after a lost answer the command is
 * searched by its comment, and never sent again.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
 *
 * @param input with a comment that no other command has.
 * @returns the command's id, or the end of a command that was not sent, or may not have been
 */
export async function sendCommand(
  ssm: SSMClient,
  input: SendCommandCommandInput & { readonly Comment: string; readonly InstanceIds: string[] },
  work: Pick<Work, "attempts" | "limits" | "note" | "now" | "sleep">,
  random: Deps["random"],
): Promise<string | Executed> {
  const deps = { now: work.now, sleep: work.sleep, random };
  const retry = { deps, until: work.limits.until, repeatable: false };
  const since = work.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { Command } = await retrying(retry, () => ssm.send(new SendCommandCommand(input)));
      return Command?.CommandId ?? "";
    } catch (error) {
      if (isTransient(error)) return findSent(ssm, input, since, { work, error });
      const refused = refusalOf(error);
      const wait = 1000 * 2 ** (attempt - 1);
      const again = refused.state === "unreachable" && attempt < work.attempts;
      if (!again || work.now() + wait >= work.limits.until) return refused;
      work.note(`try ${attempt}: ${refused.reason}`);
      await work.sleep(wait);
    }
  }
}

type Refused = Extract<Executed, { kind: "refused" }>;

/** Returns the end for an error that means that the command was not sent. */
function refusalOf(error: unknown): Refused {
  const kind = "refused";
  if (nameOf(error) === "InvalidInstanceId") {
    const reason =
      "Systems Manager does not know the instance: it needs the agent, a role for it, and a way to the service";
    return { kind, state: "unreachable", reason };
  }
  if (isThrottled(error))
    return { kind, state: "unreachable", reason: "Systems Manager is asked too often" };
  const isDenied = /^AccessDenied/.test(nameOf(error));
  const reason = `Systems Manager refuses the command: ${reasonOf(error)}`;
  return { kind, state: isDenied ? "authFailed" : "failed", reason };
}

/** Number of searches for a command that may have been sent. */
const SEARCHES = 4;
/** Milliseconds by which the clocks of Lambda and of the service may differ. */
const CLOCKS_DIFFER = 60_000;

async function findSent(
  ssm: SSMClient,
  {
    Comment,
    InstanceIds: [InstanceId],
  }: { readonly Comment: string; readonly InstanceIds: string[] },
  since: number,
  { work, error }: { readonly work: Pick<Work, "now" | "sleep">; readonly error: unknown },
): Promise<string | Executed> {
  const value = new Date(since - CLOCKS_DIFFER).toISOString();
  const input = { InstanceId, Filters: [{ key: "InvokedAfter" as const, value }] };
  for (let look = 0; look < SEARCHES; look += 1) {
    // It becomes visible a moment after it was sent: https://github.com/aws/aws-sdk/issues/190
    await work.sleep(500 * 2 ** look);
    const { CommandInvocations = [] } = await ssm
      .send(new ListCommandInvocationsCommand(input))
      .catch(() => ({ CommandInvocations: [] }));
    const found = CommandInvocations.find((one) => one.Comment === Comment)?.CommandId;
    if (found !== undefined) return found;
  }
  const reason = `Systems Manager did not tell whether it has sent the command: ${reasonOf(error)}`;
  return { kind: "disconnected", reason };
}
