import { reasonOf } from "../../retry";
import { deleteInterface, deleteOnTermination, type Ec2Calls, findInterfaces } from "./interfaces";
import type { FoundInterface } from "./model";
import { releaseSteps } from "./plan";

export const deploymentOnlyModule = true;

/**
 * Releases the interfaces of an instance: AWS deletes attached ones at its termination, the others are deleted here.
 *
 * @throws after every one was tried.
 */
export async function releaseInterfaces(
  calls: Ec2Calls,
  hookId: string,
  instanceId: string,
): Promise<void> {
  await release(calls, await findInterfaces(calls, hookId, instanceId));
}

/** @throws the first error, after every interface was tried. */
export async function release(calls: Ec2Calls, found: readonly FoundInterface[]): Promise<void> {
  const settled = await Promise.allSettled(
    releaseSteps(found).map((step) =>
      step.do === "delete"
        ? deleteInterface(calls, step.id)
        : deleteOnTermination(calls, step.id, step.attachmentId),
    ),
  );
  for (const one of settled)
    if (one.status === "rejected") {
      console.error("not released", { reason: reasonOf(one.reason) });
      throw one.reason;
    }
}
