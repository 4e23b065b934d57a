/** The public names of the test kit: `import { startProgram } from "aws-callbacks-localcloud/testing"`. */

export { startCloud, type Cloud, type CloudOptions } from "../cloud/cloud";
export type { Clock, ClockMode } from "../core/clock";
export {
  BadControlRequest,
  type ClusterCapacity,
  type GroupLoad,
  type ServiceLoad,
} from "../core/load";
export type { FaultKind, FaultRule } from "../cloud/faults";
export type { CallFilter, RecordedCall, Usage } from "../core/recorder";
export { DeploymentError } from "../engine/deployment/events";
export { ProjectError } from "../engine/project/projectError";
export type { ResourceState } from "../engine/state/state";

export {
  RunningProgram,
  startProgram,
  type ClientSettings,
  type StartProgramOptions,
} from "./program";
export { roleAccess, rootAccess, type CloudAccess } from "./access";
export {
  asDeployed,
  type AsDeployedOptions,
  type DeployedFunction,
  type DeployedResult,
  type InvocationContext,
} from "./deployedFunction";
export { callsOf, deniedCalls, roleOf, type CallsOfFilter } from "./calls";
export { advanceUntilQuiet, type QuietOptions } from "./quiet";
export {
  formatUnusedPermissions,
  StaleException,
  unusedPermissions,
  type PermissionException,
  type UnusedPermission,
  type UnusedPermissionsOptions,
} from "./leastPrivilege/unusedPermissions";
export { MATRIX_FAULTS, type FaultCase, type MatrixFault } from "./faults/faultCase";
export { faultMatrix, type FaultMatrixOptions } from "./faults/faultMatrix";
export {
  FaultMatrixError,
  formatFaultMatrix,
  type FaultCaseResult,
  type FaultMatrixReport,
} from "./faults/report";

export {
  sqsEvent,
  type SqsEvent,
  type SqsMessageAttribute,
  type SqsRecord,
  type SqsRecordOverrides,
} from "./events/sqsEvent";
export { snsEvent, type SnsEvent, type SnsNotification, type SnsRecord } from "./events/snsEvent";
export {
  alarmEvent,
  type AlarmConfiguration,
  type AlarmEvent,
  type AlarmEventOverrides,
  type AlarmEventState,
  type AlarmMetric,
  type AlarmStateValue,
} from "./events/alarmEvent";
export { alarmMessage, type AlarmMessage, type AlarmTrigger } from "./events/alarmMessage";
export { scheduledEvent, type ScheduledEvent } from "./events/scheduledEvent";
export {
  s3Event,
  s3TestEvent,
  type S3Event,
  type S3ObjectDescription,
  type S3Record,
  type S3RecordOverrides,
  type S3TestEvent,
} from "./events/s3Event";
export {
  apiGatewayProxyEvent,
  type ApiGatewayIdentity,
  type ApiGatewayProxyEvent,
  type ApiGatewayProxyOverrides,
  type ApiGatewayRequestContext,
} from "./events/apiGatewayProxyEvent";
export {
  lifecycleMessage,
  lifecycleTestNotification,
  lifecycleText,
  type LifecycleMessage,
  type LifecycleTestNotification,
  type LifecycleTransition,
} from "./events/lifecycleMessage";
export {
  dockerHubPush,
  type DockerHubPush,
  type DockerHubPushData,
  type DockerHubPushOverrides,
  type DockerHubRepository,
} from "./events/dockerHubPush";
