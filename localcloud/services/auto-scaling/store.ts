import type {
  Activity,
  CreateAutoScalingGroupType,
  Instance,
  InstanceRefreshStatus,
  LaunchTemplateSpecification,
  LifecycleHook,
} from "@aws-sdk/client-auto-scaling";
import type { ClockTimer } from "../../core/clock";
import type { StoreScope } from "../../core/service";
import { Fleet } from "./fleet";
import { GroupLoad } from "./load";

/** Members of a group that a request sets and that responses return unchanged. */
export type Kept = Pick<
  CreateAutoScalingGroupType,
  | "CapacityRebalance"
  | "Context"
  | "DefaultInstanceWarmup"
  | "DesiredCapacityType"
  | "HealthCheckType"
  | "HealthCheckGracePeriod"
  | "InstanceLifecyclePolicy"
  | "MaxInstanceLifetime"
  | "PlacementGroup"
  | "TerminationPolicies"
>;

export interface GroupTag {
  readonly value: string;
  readonly propagates: boolean;
}

export interface Group {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  readonly tags: Map<string, GroupTag>;
  /** By instance id, oldest first. */
  readonly members: Map<string, Member>;
  readonly hooks: Map<string, LifecycleHook>;
  readonly suspended: Set<string>;
  /** Newest first. */
  readonly activities: Activity[];
  launchTemplate: LaunchTemplateSpecification;
  min: number;
  max: number;
  desired: number;
  cooldownSeconds: number;
  /** Subnets that instances start in, at least one. */
  subnets: readonly { readonly id: string; readonly zone: string }[];
  protectsNew: boolean;
  kept: Kept;
  /** Number of failed launches since the last successful one. */
  failedLaunches: number;
  /** After failed launches, no launch happens before this time (milliseconds), unless the group is changed. */
  launchesFrom: number;
  isDeleting: boolean;
  warmPool?: WarmPool;
  /** Newest first. */
  readonly refreshes: Refresh[];
  /** When its last scaling activity ended, milliseconds. */
  lastScaledAt?: number;
  /** Next evaluation; set only while something is to do. */
  wake?: ClockTimer;
}

export interface Member {
  readonly id: string;
  readonly type: string;
  readonly zone: string;
  readonly imageId?: string;
  readonly launchTemplate: LaunchTemplateSpecification;
  state: NonNullable<Instance["LifecycleState"]>;
  health: "Healthy" | "Unhealthy";
  isProtected: boolean;
  /** Current activity. */
  activity: Activity;
  /** Origin and destination, as events report them. */
  movement: Movement;
  /** Lifecycle actions that it waits for. */
  wait?: Wait;
  /** Timer of its next change of state, unless EC2 or a hook triggers it. */
  timer?: ClockTimer;
  /** When it came into service, or reached its final state in the warm pool, milliseconds. */
  arrivedAt?: number;
  /** True if EC2 has terminated it, even if it still waits for a hook here. */
  hasEnded?: boolean;
}

export interface WarmPool {
  minSize: number;
  /** Maximum number of instances in the group and its pool together; absent = the group's maximum. */
  maxPrepared?: number;
  state: "Stopped" | "Running";
  /** True if instances return to the pool when the group shrinks. */
  reuses: boolean;
  isDeleting: boolean;
}

export interface Refresh {
  readonly id: string;
  readonly startedAt: Date;
  readonly warmupMs: number;
  readonly minHealthyPercent: number;
  /** Ids of the instances that are still to be replaced; `total` is how many there were at the start. */
  readonly toReplace: Set<string>;
  readonly total: number;
  status: InstanceRefreshStatus;
  endedAt?: Date;
}

export type Place = "EC2" | "AutoScalingGroup" | "WarmPool";

export interface Movement {
  readonly Origin: Place;
  readonly Destination: Place;
}

export type Transition =
  "autoscaling:EC2_INSTANCE_LAUNCHING" | "autoscaling:EC2_INSTANCE_TERMINATING";

export type ActionResult = "CONTINUE" | "ABANDON";

/** The lifecycle actions that a member of a group waits for, and what it does after them. */
export interface Wait {
  readonly group: Group;
  readonly actions: Set<LifecycleAction>;
  readonly then: "launch" | "enterPool" | "terminate";
}

export interface LifecycleAction {
  /** The hook as it was when the action began. */
  readonly hook: LifecycleHook;
  readonly token: string;
  /** Heartbeats cannot extend the action beyond this time, milliseconds. */
  readonly endsAt: number;
  timer?: ClockTimer;
}

/** Auto Scaling's state in one region. */
export interface AutoScalingStore {
  readonly scope: StoreScope;
  /** By name. */
  readonly groups: Map<string, Group>;
  readonly fleet: Fleet;
  readonly load: GroupLoad;
}

export function createStore(scope: StoreScope): AutoScalingStore {
  const groups = new Map<string, Group>();
  return { scope, groups, fleet: new Fleet(scope, groups), load: new GroupLoad(scope, groups) };
}
