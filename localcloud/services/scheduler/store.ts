import type * as sdk from "@aws-sdk/client-scheduler";
import type { ScheduleGroupState } from "@aws-sdk/client-scheduler";
import type { ClockTimer } from "../../core/clock";
import type { StoreScope } from "../../core/service";
import type { InputOf } from "../../entities/api";
import type { Retries } from "../../core/retries";
import type { Tags } from "../../entities/tags";
import type { InvocationRetry } from "./invoke";

type Sdk = typeof sdk;

/** The request of a schedule, and when it was created and changed. */
export interface Schedule extends InputOf<Sdk, "CreateSchedule"> {
  readonly GroupName: string;
  readonly Arn: string;
  readonly CreationDate: Date;
  readonly LastModificationDate: Date;
  /** Its next invocation: the scheduled time in milliseconds, and the timer, which may be later in a flexible window. */
  next?: { readonly due: number; readonly timer: ClockTimer };
}

export interface ScheduleGroup {
  readonly Arn: string;
  readonly Name: string;
  readonly State: ScheduleGroupState;
  readonly CreationDate: Date;
  readonly LastModificationDate: Date;
  readonly tags: Tags;
}

export interface SchedulerStore {
  readonly scope: StoreScope;
  /** By group and name. */
  readonly schedules: Map<string, Schedule>;
  readonly groups: Map<string, ScheduleGroup>;
  /** Requests that created them, by their ARN. */
  readonly creations: Map<string, string>;
  /** Requests that deleted them last, by their ARN. */
  readonly deletions: Map<string, string>;
  readonly retries: Retries<InvocationRetry>;
}

/**
 * Remembers the request that creates a schedule or group. Returns true if that was done before by the same request
 * with the same token, as SDKs repeat one whose answer was lost.
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
 */
export function isRepeated(
  arn: string,
  exists: boolean,
  input: { readonly ClientToken?: string },
  { creations }: SchedulerStore,
): boolean {
  const request = JSON.stringify(input);
  if (exists) return input.ClientToken !== undefined && creations.get(arn) === request;
  creations.set(arn, request);
  return false;
}

/**
 * Deletes a schedule or group, and remembers the request. The same request with the same token has no further effect.
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/API_DeleteSchedule.html
 *
 * @param remove throws if it does not exist.
 */
export function deleteOnce(
  arn: string,
  input: { readonly ClientToken?: string },
  { deletions }: SchedulerStore,
  remove: () => void,
): void {
  const request = JSON.stringify(input);
  if (input.ClientToken !== undefined && deletions.get(arn) === request) return;
  remove();
  deletions.set(arn, request);
}
