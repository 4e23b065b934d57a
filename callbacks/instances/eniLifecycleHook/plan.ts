import type { FoundInstance, FoundInterface, InterfaceSpec } from "./model";

export const deploymentOnlyModule = true;

/** What is to be done next for one interface. */
export type Step =
  | { readonly do: "create"; readonly spec: InterfaceSpec; readonly subnetId: string }
  | { readonly do: "wait"; readonly what: string }
  | { readonly do: "setSourceDestCheck"; readonly id: string; readonly value: boolean }
  | {
      readonly do: "attach";
      readonly id: string;
      readonly spec: InterfaceSpec;
      /** What is set first, unless it is so already. */
      readonly sourceDestCheck?: boolean;
    }
  | { readonly do: "deleteOnTermination"; readonly id: string; readonly attachmentId: string };

/** What is known of a launch: everything follows from it, so that it does not matter who asks, or how often. */
export interface LaunchLook {
  readonly specs: readonly InterfaceSpec[];
  readonly instance: FoundInstance;
  readonly found: readonly FoundInterface[];
}

/** Nothing can be right for this instance any more; undefined when everything can. */
export function launchProblem({ specs, instance }: LaunchLook): string | undefined {
  const { id, zone, state } = instance;
  if (/^(shutting-down|terminated)$/.test(state)) return `the instance ${id} is ${state}`;
  const without = specs.find(({ subnets }) => subnets[zone] === undefined);
  if (!without) return undefined;
  const zones = Object.keys(without.subnets).sort().join(", ");
  return `interface ${without.deviceIndex} has no subnet in the zone ${zone} of ${id}; it has subnets in ${zones}`;
}

/** The steps that can be taken now, of every interface that is not ready; none when all are. */
export function nextSteps(look: LaunchLook): Step[] {
  return look.specs.flatMap((spec) => nextStep(spec, look) ?? []);
}

function nextStep(spec: InterfaceSpec, { instance, found }: LaunchLook): Step | undefined {
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
  // Time that is there anyway.
  if (!checks) return { do: "setSourceDestCheck", id, value: sourceDestCheck };
  return wait(`${instance.id} is ${instance.state}`);
}

/** How the interfaces of an instance that ends, or that never comes up, go with it. */
export type Release =
  | { readonly do: "delete"; readonly id: string }
  | { readonly do: "deleteOnTermination"; readonly id: string; readonly attachmentId: string };

/** Detaching takes long: AWS deletes what is attached with the instance, and only the rest is deleted here. */
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
