import { isThrottled, isTransient, nameOf, reasonOf } from "../../retry";
import { type HookWork, namedError, type HookDecision } from "../lifecycleHooks/hookWork";
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
  /** Generation of the program's interfaces, also when a group's metadata changes them. */
  readonly generation: string;
  readonly now: () => number;
}

/** Milliseconds between two checks, and until a new interface must be visible. */
const POLL_MS = 2_000;
const SEEN_WITHIN = 60_000;

/** What one call remembers between its checks; a later call does not need it. */
interface Memory {
  readonly startedAt: number;
  /** Interfaces that were created and are not visible yet, with the time of their creation, by device index. */
  readonly made: Map<number, { readonly id: string; readonly at: number }>;
  /** Why attaching failed, by interface id. */
  readonly refused: Map<string, unknown>;
}

/** Reads the present state and takes the next steps, until every interface is ready. */
export async function attachAll(launching: Launching, work: HookWork): Promise<HookDecision> {
  const { calls, hookId, specs, now } = launching;
  const { instanceId } = work.message;
  const memory: Memory = { startedAt: now(), made: new Map(), refused: new Map() };
  for (;;) {
    const [[instance], found] = await Promise.all([
      findInstances(calls, [instanceId]),
      findInterfaces(calls, hookId, instanceId),
    ]);
    if (instance) {
      const seen = { specs, instance, found };
      const problem = launchProblem(seen);
      if (problem !== undefined) return { result: "ABANDON", reason: problem };
      const steps = nextSteps(seen);
      if (steps.length === 0) return { result: "CONTINUE" };
      for (const { deviceIndex } of found) memory.made.delete(deviceIndex);
      const taken = await Promise.all(steps.map((step) => take(launching, memory, instance, step)));
      // Steps that take effect immediately are checked without waiting.
      if (!taken.includes("wait")) continue;
    } else if (now() - memory.startedAt > SEEN_WITHIN)
      return { result: "ABANDON", reason: `EC2 does not know the instance ${instanceId}` };
    await work.pause(POLL_MS);
  }
}

async function take(
  launching: Launching,
  memory: Memory,
  instance: FoundInstance,
  step: Step,
): Promise<"check" | "wait"> {
  const { calls } = launching;
  switch (step.do) {
    case "wait":
      return "wait";
    case "create":
      return create(launching, memory, instance, step);
    case "setSourceDestCheck":
      await setSourceDestCheck(calls, step.id, step.value);
      return "check";
    case "deleteOnTermination":
      await deleteOnTermination(calls, step.id, step.attachmentId);
      return "check";
    case "attach":
      return attach(launching, memory, instance, step);
  }
}

/** Creates an interface. A token outlives its interface: one that an earlier try deleted never becomes visible. */
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

/** Attaches an interface. After an error the next check decides: an earlier try may have succeeded. */
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

/** Checks for temporary refusals. */
function passes(error: unknown): boolean {
  return (
    isThrottled(error) ||
    isTransient(error) ||
    /^(IncorrectState|IncorrectInstanceState|Invalid\w+I[dD]\.NotFound)$/.test(nameOf(error))
  );
}
