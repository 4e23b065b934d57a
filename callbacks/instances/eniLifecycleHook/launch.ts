import { isThrottled, isTransient, nameOf, reasonOf } from "../../retry";
import { type HookWork, namedError, type Verdict } from "../lifecycleHooks/hookWork";
import {
  attachInterface,
  createInterface,
  deleteOnTermination,
  type Ec2Calls,
  findInstances,
  findInterfaces,
  setSourceDestCheck,
} from "./interfaces";
import type { FoundInstance, InterfaceSpec } from "./model";
import { launchProblem, nextSteps, type Step } from "./plan";

export const deploymentOnlyModule = true;

export interface Launching {
  readonly calls: Ec2Calls;
  readonly hookId: string;
  readonly specs: readonly InterfaceSpec[];
  /** That of the program's arguments, whatever a group's metadata makes of them. */
  readonly generation: string;
  readonly now: () => number;
}

/** Milliseconds between two looks, and until what was just made must be seen. */
const LOOK = 2_000;
const SEEN_WITHIN = 60_000;

/** What this call remembers between its looks; a later call does without. */
interface Memory {
  readonly startedAt: number;
  /** When interfaces were made that no look has shown yet, by device index. */
  readonly made: Map<number, { readonly id: string; readonly at: number }>;
  /** Why attaching failed, by interface. */
  readonly refused: Map<string, unknown>;
}

/** Looks at what is there and takes the next steps, until every interface is ready. */
export async function attachAll(launching: Launching, work: HookWork): Promise<Verdict> {
  const { calls, hookId, specs, now } = launching;
  const { instanceId } = work.message;
  const memory: Memory = { startedAt: now(), made: new Map(), refused: new Map() };
  for (;;) {
    const [[instance], found] = await Promise.all([
      findInstances(calls, [instanceId]),
      findInterfaces(calls, hookId, instanceId),
    ]);
    if (instance) {
      const look = { specs, instance, found };
      const problem = launchProblem(look);
      if (problem !== undefined) return { result: "ABANDON", reason: problem };
      const steps = nextSteps(look);
      if (steps.length === 0) return { result: "CONTINUE" };
      for (const { deviceIndex } of found) memory.made.delete(deviceIndex);
      const taken = await Promise.all(steps.map((step) => take(launching, memory, instance, step)));
      // The answer of a step that needs no time is looked at without waiting.
      if (!taken.includes("wait")) continue;
    } else if (now() - memory.startedAt > SEEN_WITHIN)
      return { result: "ABANDON", reason: `EC2 does not know the instance ${instanceId}` };
    await work.pause(LOOK);
  }
}

async function take(
  launching: Launching,
  memory: Memory,
  instance: FoundInstance,
  step: Step,
): Promise<"look" | "wait"> {
  const { calls } = launching;
  switch (step.do) {
    case "wait":
      return "wait";
    case "create":
      return create(launching, memory, instance, step);
    case "setSourceDestCheck":
      await setSourceDestCheck(calls, step.id, step.value);
      return "look";
    case "deleteOnTermination":
      await deleteOnTermination(calls, step.id, step.attachmentId);
      return "look";
    case "attach":
      return attach(launching, memory, instance, step);
  }
}

/** A token outlives its interface: one that was deleted in an earlier try never shows up again. */
async function create(
  { calls, hookId, generation, now }: Launching,
  { made }: Memory,
  instance: FoundInstance,
  step: Extract<Step, { do: "create" }>,
): Promise<"wait"> {
  const { deviceIndex } = step.spec;
  const earlier = made.get(deviceIndex);
  if (!earlier) {
    const owner = { hookId, generation, instanceId: instance.id };
    made.set(deviceIndex, { id: await createInterface(calls, owner, step), at: now() });
  } else if (now() - earlier.at > SEEN_WITHIN)
    throw namedError(
      "InterfaceGone",
      `EC2 answers ${earlier.id} for interface ${deviceIndex}, which an earlier try has deleted`,
    );
  return "wait";
}

/** After a refusal it counts what the next look shows: an earlier try may have come through. */
async function attach(
  { calls }: Launching,
  { refused }: Memory,
  instance: FoundInstance,
  { id, spec, sourceDestCheck }: Extract<Step, { do: "attach" }>,
): Promise<"wait"> {
  const before = refused.get(id);
  if (before !== undefined && !passes(before))
    throw namedError(
      nameOf(before),
      `${id} is not attached to ${instance.id}: ${reasonOf(before)}`,
    );
  if (sourceDestCheck !== undefined) await setSourceDestCheck(calls, id, sourceDestCheck);
  try {
    const attachmentId = await attachInterface(calls, id, instance.id, spec);
    await deleteOnTermination(calls, id, attachmentId);
  } catch (error) {
    refused.set(id, error);
  }
  return "wait";
}

/** Refusals that are none a moment later. */
function passes(error: unknown): boolean {
  return (
    isThrottled(error) ||
    isTransient(error) ||
    /^(IncorrectState|IncorrectInstanceState|Invalid\w+I[dD]\.NotFound)$/.test(nameOf(error))
  );
}
