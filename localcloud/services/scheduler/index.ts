import { Retries } from "../../core/retries";
import { api } from "./api";
import { createSchedulerStore, groups } from "./groups";
import { schedules } from "./schedules";
import { resumeSchedules } from "./timers";

/**
 * Amazon EventBridge Scheduler. Not supported: universal targets, and templated ones except Lambda, SQS, SNS and
 * EventBridge.
 */
export const scheduler = api.service({
  createStore: createSchedulerStore,
  saving: { parts: [Retries], resume: resumeSchedules },
  entities: [schedules, groups],
});
