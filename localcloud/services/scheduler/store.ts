import type * as sdk from "@aws-sdk/client-scheduler";
import type { ScheduleGroupState } from "@aws-sdk/client-scheduler";
import type { ClockTimer } from "../../core/clock";
import type { StoreScope } from "../../core/service";
import type { InputOf } from "../../entities/api";
import type { Tags } from "../../entities/tags";

type Sdk = typeof sdk;

/** The request of a schedule, and when it was created and changed. */
export interface Schedule extends InputOf<Sdk, "CreateSchedule"> {
  readonly GroupName: string;
  readonly Arn: string;
  readonly CreationDate: Date;
  readonly LastModificationDate: Date;
  /** Timer of its next invocation. */
  timer?: ClockTimer;
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
}
