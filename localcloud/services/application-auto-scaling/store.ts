import type {
  PutScalingPolicyCommandInput,
  SuspendedState,
} from "@aws-sdk/client-application-auto-scaling";
import type { CallContext, Operation, StoreScope } from "../../core/service";

/** What may be scaled: the three members that every request names it by. */
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

/** What is registered in a region. */
export interface ApplicationAutoScalingStore {
  readonly scope: StoreScope;
  /** By resource id: each service and fleet has one dimension. */
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
