/** The public API, listed name by name. */

/**
 * Tells Pulumi to copy only the members of this module that a callback uses (a helper, say), wherever the package is
 * installed; without it the callback's zip would contain the whole library, Pulumi included.
 */
export const deploymentOnlyModule = true;

export {
  type Callback,
  type CallbackFactory,
  CallbackFunction,
  type CallbackFunctionArgs,
  type StreamingCallback,
} from "./function/callbackFunction";
export type {
  AlarmName,
  AsynchronousOptions,
  CallbackOptions,
  CallbackVpc,
  LogLevel,
  Runtime,
} from "./function/callbackOptions";
export {
  FunctionAlarms,
  type FunctionAlarm,
  type FunctionAlarmsArgs,
} from "./function/functionAlarms/functionAlarms";
export {
  alarmState,
  type AlarmRule,
  type AlarmState,
} from "../callbacks/function/functionAlarms/alarmState";
export type { Conditions, Statement } from "./iam/statement";
export { ApiAccount } from "./api/account";
export type { Authorization } from "./api/authorization";
export type { Throttling } from "./api/stage";
export {
  CommentsDynamoProxy,
  type CommentsDynamoProxyArgs,
} from "./api/dynamoProxy/commentsDynamoProxy";
export type { Cors } from "./api/cors";
export { DynamoProxy } from "./api/dynamoProxy/dynamoProxy";
export type {
  DeleteRoute,
  DynamoIndex,
  DynamoProxyArgs,
  DynamoProxyOptions,
  DynamoRoute,
  GeneratedValue,
  GetRoute,
  PutRoute,
  QueryRoute,
} from "./api/dynamoProxy/args";
export type { AttributeSchema, ItemSchema } from "./api/dynamoProxy/itemSchema";
export {
  packCallback,
  type PackedCallback,
  type PackOptions,
} from "./function/packing/packCallback";
export type { PolicyException } from "./iam/policyException";
export type { StagedContext } from "../callbacks/api/stagedApi/dispatch";
export type { GateTools } from "../callbacks/api/stagedApi/gate";
export type {
  CanaryDecision,
  CanaryState,
  DecideCanary,
  VersionCalls,
  WatchedAlarm,
} from "../callbacks/api/stagedApi/canary/decideCanary";
export type { ApiGateTools } from "../callbacks/api/stagedApi/release";
export { StagedApi } from "./api/stagedApi/stagedApi";
export type {
  CanaryOptions,
  StagedApiArgs,
  StagedApiStage,
  StagedRoute,
} from "./api/stagedApi/args";
export type { BoundsSchedule, DecideTasks, ScalingState } from "../callbacks/ecs/scaling/model";
export { EcsClusterScaler } from "./ecs/ecsClusterScaler/ecsClusterScaler";
export type { EcsClusterScalerArgs } from "./ecs/ecsClusterScaler/args";
export { EcsTaskScaler } from "./ecs/ecsTaskScaler/ecsTaskScaler";
export type { EcsTaskScalerArgs, MetricArgs, ScalingMetric } from "./ecs/ecsTaskScaler/args";
export type { CloudWatchMetric, ScaleIn, ScaleOut, ScalingStep } from "./ecs/scaling/args";
export { SpotFleetScaler } from "./ecs/spotFleetScaler/spotFleetScaler";
export type { FleetMetric, SpotFleetScalerArgs } from "./ecs/spotFleetScaler/args";
export { pinnedDesiredCount, type PinnedDesiredCountArgs } from "./ecs/pinnedDesiredCount";
export { pinnedImage, type PinnedImageArgs } from "./ecs/pinnedImage";
export { ZipToLambdaPipeline } from "./delivery/zipToLambdaPipeline/zipToLambdaPipeline";
export type { AppSettings, ZipToLambdaPipelineArgs } from "./delivery/zipToLambdaPipeline/args";
export type { Verify, VerifyTools } from "../callbacks/delivery/zipToLambdaPipeline/verifier";
export { EniLifecycleHook } from "./instances/eniLifecycleHook/eniLifecycleHook";
export type {
  AttachOptions,
  EniLifecycleHookArgs,
  InstanceInterface,
} from "./instances/eniLifecycleHook/args";
export {
  interfacesUserData,
  type InterfacesUserDataArgs,
} from "./instances/eniLifecycleHook/interfacesUserData";
export { LifecycleAction } from "./instances/lifecycleAction/lifecycleAction";
export type { LifecycleActionArgs } from "./instances/lifecycleAction/args";
export type {
  InstanceAction,
  LifecycleInstance,
} from "../callbacks/instances/lifecycleAction/actionHandler";
export type { GroupFacts, LaunchLoop, LifecycleHookArgs } from "./instances/lifecycleHooks/args";
export { SshCron } from "./instances/sshCron/sshCron";
export type {
  SshBackground,
  SshBatch,
  SshCronArgs,
  SshHostKeys,
  SshJumpHost,
  SshKey,
  SshLogs,
  SshNetwork,
  SshTarget,
} from "./instances/sshCron/args";
export { shellQuote } from "../callbacks/instances/sshCron/commandLine";
export type { SshHost } from "../callbacks/instances/sshCron/model";
export type { DueOccurrence, LastRuns } from "../callbacks/instances/sshCron/settings";
export type { QueueSource } from "./function/triggers/queueSource";
export { WebhookRedeployer } from "./ecs/webhookRedeployer/webhookRedeployer";
export type { RedeploySender, WebhookRedeployerArgs } from "./ecs/webhookRedeployer/args";
export type { WorkQueue } from "./queues/workQueue";
export type { TagPolicy } from "../callbacks/ecs/webhookRedeployer/images/tagPolicy";
