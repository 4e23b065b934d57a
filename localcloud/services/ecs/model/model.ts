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
  /** By id; stopped ones as long as ECS shows them. */
  readonly tasks: Map<string, Task>;
  /** By id. */
  readonly instances: Map<string, ContainerInstance>;
  /** Once an instance has registered, EC2 tasks need one that has room; before, they run somewhere. */
  hasInstances: boolean;
}

/** What a task takes of an instance. */
export interface TaskSize {
  /** Units: 1024 are a vCPU. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  /** Ports of the host, such as `80/tcp`. */
  readonly ports: readonly string[];
  /** Network interfaces of its own. */
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
  /** What it came with. */
  readonly registered: TaskSize;
  readonly tags: Tags;
  status: "ACTIVE" | "DRAINING" | "INACTIVE";
  agentConnected: boolean;
  version: number;
}

/** A revision as DescribeTaskDefinition shows it, and its tags. */
export interface TaskDefinitionRevision {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  definition: TaskDefinition;
  readonly tags: Tags;
}

/** What CreateService and UpdateService set. */
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
  /** The first one is PRIMARY; the others still have tasks or wait for it to complete. */
  deployments: Deployment[];
  /** Where a failed deployment rolls back to. */
  lastCompleted?: Deployment;
  /** Every deployment that there was, newest first. */
  readonly rollouts: Rollout[];
  /** Newest first, at most 100. */
  readonly events: ServiceEvent[];
  /** False from a change until the tasks are as desired. */
  steady: boolean;
  /** The next look of the scheduler; set only while something changes. */
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
  /** True once EventBridge heard that it is in progress. */
  announced: boolean;
  /** Failures since a task last reached RUNNING. */
  failedTasks: number;
  /** Instants with failures since a task last ran; decides how long the next start waits. */
  failedRounds: number;
  lastFailureAt: number;
  /** No task starts before this instant, milliseconds. */
  startAfter: number;
  /** Digest of each image, found when its first task started: the software version consistency. */
  readonly digests: Map<string, string>;
  /** The deployment in the trace of what made it. */
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
  /** Its images end at once with exit code 1. */
  readonly crashes: boolean;
  readonly size: TaskSize;
  /** What it runs on; Fargate has none, nor has a cluster where none ever registered. */
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
  /** The next change of state. */
  timer?: ClockTimer;
}

export function tagList(tags: Tags): Tag[] {
  return [...tags].map(([key, value]) => ({ key, value }));
}
