import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { PinnedTarget } from "../images/pinnedTargets";
import { type ContainerMatch, isSameImage, matchContainers } from "../rollout/taskDefinition";

export const deploymentOnlyModule = true;

/** State of a service that the plan needs, small enough for a message. */
export interface ServiceState {
  readonly cluster: string;
  readonly service: string;
  readonly arn: string;
  readonly taskDefinition: string;
  readonly status: string;
  readonly controller: string;
  /** Time of the PRIMARY deployment, milliseconds since the epoch. */
  readonly deployedAt: number;
  readonly rolloutState?: string;
  /** Ids of deployments other than PRIMARY that still have tasks. */
  readonly oldDeployments: readonly string[];
}

/** What happens to one service. */
export interface ServicePlan {
  readonly state: ServiceState;
  /** `already`: the service runs exactly this, or is being moved to it. */
  readonly action: "update" | "force" | "already" | "skip";
  readonly reason?: string;
}

/** What happens to one family of task definitions. */
export interface FamilyPlan {
  readonly family: string;
  /** `none`: nothing to do, for `reason`. `keep`: its latest revision already has the tag. */
  readonly action: "register" | "keep" | "none";
  readonly reason?: string;
  readonly containers: readonly ContainerMatch[];
  readonly services: readonly ServicePlan[];
  /** Targets that keep starting an older revision; absent when there are none. */
  readonly notMoved?: readonly PinnedTarget[];
}

/** The tag to deploy. */
export interface Change {
  readonly repository: string;
  readonly tag: string;
  /** Milliseconds since the epoch: a deployment that began after this has pulled this image, or a newer one. */
  readonly acceptedAt: number;
}

/**
 * Decides what a push changes, from the latest revision of a family and its services.
 *
 * @param pinnedTargets targets of EventBridge with a fixed revision of the family.
 */
export function planFamily(
  definition: TaskDefinition,
  services: readonly ServiceState[],
  change: Change,
  pinnedTargets: readonly PinnedTarget[] = [],
): FamilyPlan {
  const family = definition.family ?? "";
  const containers = matchContainers(definition, change);
  const movable = containers.filter(({ to }) => to !== undefined);
  const none = (reason: string): FamilyPlan => ({
    family,
    action: "none",
    reason,
    containers,
    services: [],
  });
  if (containers.length === 0) return none("no container runs an image of the repository");
  if (movable.length === 0) return none("its images are bound to digests");
  const isNew = movable.some(({ from, to = "" }) => !isSameImage(from, to));
  const plans = services.map((state) =>
    planService(state, isNew ? undefined : definition.taskDefinitionArn, change),
  );
  if (plans.length > 0 && plans.every(({ action }) => action === "skip")) {
    return { ...none("each of its services is skipped"), services: plans };
  }
  const notMoved = pinnedTargets.filter(
    ({ revision }) => isNew || revision !== definition.revision,
  );
  return {
    family,
    action: isNew ? "register" : "keep",
    containers: movable,
    services: plans,
    ...(notMoved.length > 0 ? { notMoved } : {}),
  };
}

/** @param current the revision that already has the tag; undefined when one must be registered. */
function planService(
  state: ServiceState,
  current: string | undefined,
  change: Change,
): ServicePlan {
  if (state.controller !== "ECS") {
    return { state, action: "skip", reason: `${state.controller} deploys it` };
  }
  if (state.status !== "ACTIVE") return { state, action: "skip", reason: `it is ${state.status}` };
  if (state.taskDefinition !== current) return { state, action: "update" };
  const hasPulled = state.deployedAt >= change.acceptedAt;
  return { state, action: hasPulled ? "already" : "force" };
}
