import type { FoundInstance, FoundInterface, InterfaceSpec } from "./model";

export const deploymentOnlyModule = true;

/** The next step for one interface. */
export type Step =
  | { readonly do: "create"; readonly spec: InterfaceSpec; readonly subnetId: string }
  | { readonly do: "wait"; readonly what: string }
  | { readonly do: "setSourceDestCheck"; readonly id: string; readonly value: boolean }
  | {
      readonly do: "attach";
      readonly id: string;
      readonly spec: InterfaceSpec;
      /** Set before attaching, unless it already has this value. */
      readonly sourceDestCheck?: boolean;
    }
  | { readonly do: "deleteOnTermination"; readonly id: string; readonly attachmentId: string };

/** State of a launch. All steps follow from it, so it does not matter which call decides, or how often. */
export interface LaunchState {
  readonly specs: readonly InterfaceSpec[];
  readonly instance: FoundInstance;
  readonly found: readonly FoundInterface[];
}

/** Returns why the instance can never get its interfaces; undefined when it can. */
export function launchProblem({ specs, instance }: LaunchState): string | undefined {
  const { id, zone, state } = instance;
  if (/^(shutting-down|terminated)$/.test(state)) return `the instance ${id} is ${state}`;
  const without = specs.find(({ subnets }) => subnets[zone] === undefined);
  if (!without) return undefined;
  const zones = Object.keys(without.subnets).sort().join(", ");
  return `interface ${without.deviceIndex} has no subnet in the zone ${zone} of ${id}; it has subnets in ${zones}`;
}

/** Returns the steps that are possible now, for every interface that is not ready; empty when all are. */
export function nextSteps(state: LaunchState): Step[] {
  return state.specs.flatMap((spec) => nextStep(spec, state) ?? []);
}

function nextStep(spec: InterfaceSpec, { instance, found }: LaunchState): Step | undefined {
  const one = found.find(({ deviceIndex }) => deviceIndex === spec.deviceIndex);
  if (!one) return { do: "create", spec, subnetId: spec.subnets[instance.zone] ?? "" };
  const { id, status, attachment } = one;
  const { sourceDestCheck } = spec;
  const checks = sourceDestCheck === undefined || sourceDestCheck === one.sourceDestCheck;
  if (attachment) {
    if (attachment.status === "detaching") return wait(`${id} is being detached`);
    if (!attachment.deleteOnTermination)
      return { do: "deleteOnTermination", id, attachmentId: attachment.id };
    if (!checks) return { do: "setSourceDestCheck", id, value: sourceDestCheck };
    return attachment.status === "attached" ? undefined : wait(`${id} is being attached`);
  }
  if (status !== "available") return wait(`${id} is ${status}`);
  if (/^(running|stopped)$/.test(instance.state))
    return { do: "attach", id, spec, ...(checks ? {} : { sourceDestCheck }) };
  // Uses time that passes anyway.
  if (!checks) return { do: "setSourceDestCheck", id, value: sourceDestCheck };
  return wait(`${instance.id} is ${instance.state}`);
}

/** How to release the interfaces of an instance that terminates, or that never starts. */
export type Release =
  | { readonly do: "delete"; readonly id: string }
  | { readonly do: "deleteOnTermination"; readonly id: string; readonly attachmentId: string };

/**
 * Returns how to release interfaces. Detaching is slow: AWS deletes attached interfaces with the instance, and only the
 * others are deleted here.
 */
export function releaseSteps(found: readonly FoundInterface[]): Release[] {
  return found.flatMap(({ id, attachment }): Release[] => {
    if (!attachment || attachment.status === "detached") return [{ do: "delete", id }];
    if (attachment.deleteOnTermination) return [];
    return [{ do: "deleteOnTermination", id, attachmentId: attachment.id }];
  });
}

function wait(what: string): Step {
  return { do: "wait", what };
}
