import type { UpdateEventSourceMappingRequest } from "@aws-sdk/client-lambda";
import { checkQueue } from "./checkQueue";
import { patternsOf } from "./eventFilter";
import { checkMappingOptions, sizesOf } from "./eventSourceOptions";
import type { EventSourceMapping } from "./model";
import { findVersion, type LambdaContext } from "./resolve";

/** Refuses an update that AWS refuses. */
export async function checkMappingUpdate(
  mapping: EventSourceMapping,
  input: UpdateEventSourceMappingRequest,
  context: LambdaContext,
): Promise<void> {
  checkMappingOptions({ ...input, ...mergedSizes(mapping, input) }, mapping.sourceArn);
  const { target, version } = updatedTarget(mapping, input, context);
  await checkQueue(context.store, target.name, version.settings, mapping.sourceArn);
}

/** Returns the mapping after the update. */
export function updatedMapping(
  mapping: EventSourceMapping,
  input: UpdateEventSourceMappingRequest,
  context: LambdaContext,
): EventSourceMapping {
  const { target, qualifier } = updatedTarget(mapping, input, context);
  return {
    ...mapping,
    functionName: target.name,
    qualifier,
    enabled: input.Enabled ?? mapping.enabled,
    ...sizesOf(mergedSizes(mapping, input)),
    reportsItemFailures:
      input.FunctionResponseTypes?.includes("ReportBatchItemFailures") ??
      mapping.reportsItemFailures,
    maximumConcurrency: input.ScalingConfig
      ? input.ScalingConfig.MaximumConcurrency
      : mapping.maximumConcurrency,
    filters: input.FilterCriteria ? patternsOf(input.FilterCriteria) : mapping.filters,
    lastModified: context.clock.date(),
  };
}

function mergedSizes(mapping: EventSourceMapping, input: UpdateEventSourceMappingRequest) {
  return {
    BatchSize: input.BatchSize ?? mapping.batchSize,
    MaximumBatchingWindowInSeconds: input.MaximumBatchingWindowInSeconds ?? mapping.batchingWindow,
  };
}

function updatedTarget(
  mapping: EventSourceMapping,
  { FunctionName: name }: UpdateEventSourceMappingRequest,
  context: LambdaContext,
): ReturnType<typeof findVersion> {
  return findVersion(
    {
      FunctionName: name ?? mapping.functionName,
      Qualifier: name ? undefined : mapping.qualifier,
    },
    context,
  );
}
