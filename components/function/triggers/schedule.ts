/** One grammar for components, policies and callbacks, which evaluate schedules in Lambda. */
export {
  nextRun,
  parseSchedule,
  previousRun,
  type Schedule,
  scheduleProblem,
} from "../../../callbacks/schedule/schedule";
