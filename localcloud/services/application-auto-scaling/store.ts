import type {
  PutScalingPolicyCommandInput,
  SuspendedState,
} from "@aws-sdk/client-application-auto-scaling";
import type { CallContext, Operation, StoreScope } from "../../core/service";

/** Name of a scalable target: the three members by which every request names it. */
export interface TargetName {
  readonly ServiceNamespace: "ecs" | "ec2";
  /** `service/<cluster>/<service>` or `spot-fleet-request/<id>` */
  readonly ResourceId: string;
  readonly ScalableDimension: "ecs:service:DesiredCount" | "ec2:spot-fleet-request:TargetCapacity";
}

export interface Target {
  readonly name: TargetName;
  readonly arn: string;
  readonly createdAt: Date;
  readonly tags: Map<string, string>;
  minCapacity: number;
  maxCapacity: number;
  suspended: Required<SuspendedState>;
  /** By name. */
  readonly policies: Map<string, Policy>;
}

export type PolicySettings = Pick<
  PutScalingPolicyCommandInput,
  | "StepScalingPolicyConfiguration"
  | "TargetTrackingScalingPolicyConfiguration"
  | "PredictiveScalingPolicyConfiguration"
> & { readonly PolicyType: NonNullable<PutScalingPolicyCommandInput["PolicyType"]> };

export interface Policy {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  settings: PolicySettings;
}

/** Registered targets of a region. */
export interface ApplicationAutoScalingStore {
  readonly scope: StoreScope;
  /** By resource id; each service and fleet has only one dimension. */
  readonly targets: Map<string, Target>;
}

export type Context = CallContext<ApplicationAutoScalingStore>;

/** An operation whose input and output have the SDK's shapes. */
export type ScalingOperation<Input, Output> = Operation<
  ApplicationAutoScalingStore,
  Input,
  Omit<Output, "$metadata">
>;

export function createStore(scope: StoreScope): ApplicationAutoScalingStore {
  return { scope, targets: new Map() };
}
