export { startCloud, Cloud, type CloudOptions } from "./core/cloud";
export { Session, awsEnvironment, ROOT_CREDENTIALS, type SessionOptions } from "./session";
export { DeploymentError } from "./engine/events";
export { ProjectError } from "./engine/project";
export type { RunResult } from "./engine/run";
export type { FaultKind, FaultRule } from "./core/faults";
export type { CallFilter, RecordedCall, Usage } from "./core/recorder";
export type { Clock, ClockMode } from "./core/clock";
export { main } from "./cli/main";
