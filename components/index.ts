/** The public names, one by one. */

/**
 * Pulumi then copies only the members that a callback uses of this module (a helper, say), wherever the package
 * is installed; without it the callback would take the whole library, Pulumi included, into its zip.
 */
export const deploymentOnlyModule = true;

export {
  type Callback,
  type CallbackFactory,
  CallbackFunction,
  type CallbackFunctionArgs,
} from "./callbackFunction";
export type {
  AlarmName,
  AsynchronousOptions,
  CallbackOptions,
  CallbackVpc,
  LogLevel,
  Runtime,
} from "./callbackOptions";
export type { Conditions, Statement } from "./iamPolicy";
export { ApiAccount } from "./apiAccount";
export type { Authorization } from "./apiAuthorization";
export type { Throttling } from "./apiStage";
export { CommentsDynamoProxy, type CommentsDynamoProxyArgs } from "./commentsDynamoProxy";
export type { Cors } from "./cors";
export { DynamoProxy } from "./dynamoProxy";
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
} from "./dynamoProxyArgs";
export type { AttributeSchema, ItemSchema } from "./itemSchema";
export { packCallback, type PackedCallback, type PackOptions } from "./packing/packCallback";
export type { PolicyException } from "./policyException";
export type { StagedContext } from "../callbacks/stagedApi/dispatch";
export type { GateTools } from "../callbacks/stagedApi/gate";
export type {
  CanaryDecision,
  CanaryState,
  DecideCanary,
  VersionCalls,
  WatchedAlarm,
} from "../callbacks/stagedApi/decideCanary";
export type { ApiGateTools } from "../callbacks/stagedApi/release";
export { StagedApi } from "./stagedApi";
export type { CanaryOptions, StagedApiArgs, StagedApiStage, StagedRoute } from "./stagedApiArgs";
export type { BoundsSchedule, DecideTasks, ScalingState } from "../callbacks/ecs/scaling/model";
export { EcsTaskScaler } from "./ecs/ecsTaskScaler/ecsTaskScaler";
export type {
  CloudWatchMetric,
  EcsTaskScalerArgs,
  MetricArgs,
  ScaleIn,
  ScaleOut,
  ScalingMetric,
  ScalingStep,
} from "./ecs/ecsTaskScaler/ecsTaskScalerArgs";
export {
  pinnedDesiredCount,
  type PinnedDesiredCountArgs,
} from "./ecs/ecsTaskScaler/pinnedDesiredCount";
export { pinnedImage, type PinnedImageArgs } from "./pinnedImage";
export type { QueueSource } from "./queueSource";
export { WebhookRedeployer } from "./webhookRedeployer";
export type { RedeploySender, WebhookRedeployerArgs } from "./webhookRedeployerArgs";
export type { WorkQueue } from "./workQueue";
export type { TagPolicy } from "../callbacks/redeploy/tagPolicy";
