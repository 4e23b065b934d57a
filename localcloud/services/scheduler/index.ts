import { api } from "./api";
import { createSchedulerStore, groups } from "./groups";
import { schedules } from "./schedules";

/**
 * Amazon EventBridge Scheduler. Not supported: universal targets, and templated ones except Lambda, SQS, SNS and
 * EventBridge.
 */
export const scheduler = api.service({
  createStore: createSchedulerStore,
  entities: [schedules, groups],
});
