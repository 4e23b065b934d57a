import type {
  CapacityProviderStrategyItem,
  ClusterConfiguration,
  ClusterSetting,
  Container,
  CreateServiceRequest,
  ServiceEvent,
  Tag,
  Task as TaskDescription,
  TaskDefinition,
  TaskOverride,
  TaskStopCode,
} from "@aws-sdk/client-ecs";
import type { ClockTimer } from "../../../core/clock";
import type { Span } from "../../../core/trace";

export type Tags = Map<string, string>;

export interface Cluster {
  readonly name: string;
  readonly arn: string;
  status: "ACTIVE" | "INACTIVE";
  settings: ClusterSetting[];
  configuration?: ClusterConfiguration;
  capacityProviders: string[];
  defaultCapacityProviderStrategy: CapacityProviderStrategyItem[];
  tags: Tags;
  /** By name. */
  readonly services: Map<string, Service>;
  /** By id; stopped tasks stay as long as ECS shows them. */
  readonly tasks: Map<string, Task>;
  /** By id. */
  readonly instances: Map<string, ContainerInstance>;
  /**
   * True once an instance has registered: then EC2 tasks need an instance with room. Before that they run without
   * one.
   */
  hasInstances: boolean;
}

/** Resources that a task uses on an instance. */
export interface TaskSize {
  /** CPU units; 1024 units are one vCPU. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  /** Ports of the host, such as `80/tcp`. */
  readonly ports: readonly string[];
  /** Number of network interfaces of the task. */
  readonly interfaces: number;
}

export interface ContainerInstance {
  readonly id: string;
  readonly arn: string;
  readonly cluster: Cluster;
  readonly ec2InstanceId: string;
  readonly type: string;
  readonly zone: string;
  readonly registeredAt: Date;
  /** Resources at the registration. */
  readonly registered: TaskSize;
  readonly tags: Tags;
  status: "ACTIVE" | "DRAINING" | "INACTIVE";
  agentConnected: boolean;
  version: number;
}

/** A revision as DescribeTaskDefinition shows it, with its tags. */
export interface TaskDefinitionRevision {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  definition: TaskDefinition;
  readonly tags: Tags;
}

/** Settings that CreateService and UpdateService set. */
export type ServiceSettings = Omit<
  CreateServiceRequest,
  "serviceName" | "cluster" | "tags" | "clientToken" | "taskDefinition" | "desiredCount"
> & {
  /** ARN of the revision; undefined under the EXTERNAL controller. */
  readonly taskDefinition?: string;
  readonly desiredCount: number;
};

export interface Service {
  readonly name: string;
  readonly arn: string;
  readonly cluster: Cluster;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly clientToken?: string;
  readonly tags: Tags;
  status: "ACTIVE" | "DRAINING" | "INACTIVE";
  settings: ServiceSettings;
  /** The first one is PRIMARY. The others still have tasks, or wait until it completes. */
  deployments: Deployment[];
  /** Deployment to which a failed one rolls back. */
  lastCompleted?: Deployment;
  /** All deployments so far, newest first. */
  readonly rollouts: Rollout[];
  /** Newest first, at most 100. */
  readonly events: ServiceEvent[];
  /** False from a change until the service has its desired tasks. */
  steady: boolean;
  /** Next evaluation by the scheduler; set only while something changes. */
  wake?: ClockTimer;
}

export interface Deployment {
  /** `ecs-svc/<digits>` */
  readonly id: string;
  readonly revisionArn: string;
  readonly settings: ServiceSettings & { readonly taskDefinition: string };
  readonly createdAt: Date;
  updatedAt: Date;
  rolloutState: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  rolloutStateReason: string;
  /** True once EventBridge received the event that the deployment is in progress. */
  announced: boolean;
  /** Failures since a task last reached RUNNING. */
  failedTasks: number;
  /** Number of instants with failures since a task last ran; it determines how long the next start waits. */
  failedRounds: number;
  lastFailureAt: number;
  /** No task starts before this instant, milliseconds. */
  startAfter: number;
  /** Digest of each image, resolved when the deployment's first task started (ECS's software version consistency). */
  readonly digests: Map<string, string>;
  /** The deployment's span in the trace of what caused it. */
  readonly span?: Span;
  /** Tasks that are not stopped. */
  readonly tasks: Set<Task>;
}

/** A service deployment (ListServiceDeployments). */
export interface Rollout {
  readonly arn: string;
  readonly deployment: Deployment;
  readonly source?: Deployment;
  readonly createdAt: Date;
  finishedAt?: Date;
  status: "IN_PROGRESS" | "SUCCESSFUL" | "STOPPED" | "ROLLBACK_IN_PROGRESS" | "ROLLBACK_SUCCESSFUL";
  statusReason?: string;
  rollback?: { readonly reason: string; readonly startedAt: Date; readonly target: Deployment };
  failedTasks: number;
}

export interface Task {
  readonly id: string;
  readonly arn: string;
  readonly cluster: Cluster;
  readonly revision: TaskDefinitionRevision;
  readonly launchType: "EC2" | "FARGATE" | "EXTERNAL";
  readonly createdAt: Date;
  readonly group: string;
  readonly startedBy?: string;
  readonly overrides: TaskOverride;
  readonly platformVersion?: string;
  readonly attachments: NonNullable<TaskDescription["attachments"]>;
  readonly tags: Tags;
  readonly containers: Container[];
  readonly deployment?: Deployment;
  readonly service?: Service;
  /** True if its images exit immediately with exit code 1. */
  readonly crashes: boolean;
  readonly size: TaskSize;
  /** Instance that it runs on; undefined on Fargate, and in a cluster without registered instances. */
  readonly instance?: ContainerInstance;
  desiredStatus: "RUNNING" | "STOPPED";
  lastStatus:
    "PROVISIONING" | "PENDING" | "RUNNING" | "DEACTIVATING" | "DEPROVISIONING" | "STOPPED";
  version: number;
  startedAt?: Date;
  stoppingAt?: Date;
  stoppedAt?: Date;
  stopCode?: TaskStopCode;
  stoppedReason?: string;
  /** Until when its service's scheduler does not stop it. */
  protectedUntil?: Date;
  /** Timer of the next change of state. */
  timer?: ClockTimer;
}

/** Returns whether scaling in and deployments must leave the task. */
export function isProtected({ protectedUntil }: Task, now: number): boolean {
  return protectedUntil !== undefined && protectedUntil.getTime() > now;
}

export function tagList(tags: Tags): Tag[] {
  return [...tags].map(([key, value]) => ({ key, value }));
}
