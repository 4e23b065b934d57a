/** One grammar for components, policies and callbacks: these decide by it in Lambda. */
export {
  nextRun,
  parseSchedule,
  previousRun,
  type Schedule,
  scheduleProblem,
} from "../../../callbacks/schedule/schedule";
