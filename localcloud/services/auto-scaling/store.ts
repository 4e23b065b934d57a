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

/** Members of a group that a request sets and that are told as they were given. */
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
  /** Launches that came to nothing since the last one that succeeded. */
  failedLaunches: number;
  /** After failed launches it starts none before then, milliseconds, unless somebody changes it. */
  launchesFrom: number;
  isDeleting: boolean;
  warmPool?: WarmPool;
  /** Newest first. */
  readonly refreshes: Refresh[];
  /** When its last activity of scaling ended, milliseconds. */
  lastScaledAt?: number;
  /** The next look at it; set only while something is to do. */
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
  /** What goes on with it. */
  activity: Activity;
  /** Where it comes from and where it goes, as events tell it. */
  passage: Passage;
  /** What holds it up. */
  wait?: Wait;
  /** Its next change of state, other than what EC2 or a hook decides. */
  timer?: ClockTimer;
  /** When it came into service or to rest in the warm pool, milliseconds. */
  arrivedAt?: number;
  /** EC2 has ended it, whatever still holds it up here. */
  hasEnded?: boolean;
}

export interface WarmPool {
  minSize: number;
  /** Instances of the group and its pool together; absent = the group's maximum. */
  maxPrepared?: number;
  state: "Stopped" | "Running";
  /** Whether instances come back to it when the group shrinks. */
  reuses: boolean;
  isDeleting: boolean;
}

export interface Refresh {
  readonly id: string;
  readonly startedAt: Date;
  readonly warmupMs: number;
  readonly minHealthyPercent: number;
  /** Ids of the instances that are still to go, and how many they were. */
  readonly toReplace: Set<string>;
  readonly total: number;
  status: InstanceRefreshStatus;
  endedAt?: Date;
}

export type Place = "EC2" | "AutoScalingGroup" | "WarmPool";

export interface Passage {
  readonly Origin: Place;
  readonly Destination: Place;
}

export type Transition =
  "autoscaling:EC2_INSTANCE_LAUNCHING" | "autoscaling:EC2_INSTANCE_TERMINATING";

export type ActionResult = "CONTINUE" | "ABANDON";

/** The lifecycle actions that a member waits for. */
export interface Wait {
  readonly actions: Set<LifecycleAction>;
  /** `why` tells what ended the last of them. */
  readonly done: (result: ActionResult, why: string) => void | Promise<void>;
}

export interface LifecycleAction {
  /** As it was when the action began. */
  readonly hook: LifecycleHook;
  readonly token: string;
  /** No heartbeat goes on after it, milliseconds. */
  readonly endsAt: number;
  timer?: ClockTimer;
}

/** Auto Scaling of one region. */
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
