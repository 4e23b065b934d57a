import type { CreateEventSourceMappingRequest } from "@aws-sdk/client-lambda";
import { parseArn } from "../../../core/arn";
import { checkEnum, checkRange } from "../../../core/constraint";
import { invalidParameter, unsupported } from "./errors";
import { checkFilters } from "./eventFilter";
import type { EventSourceMapping } from "./model";
import type { LambdaContext } from "./resolve";

/** Options of other event sources, and SQS options that this cloud does not support; each is refused by name. */
const UNSUPPORTED: readonly (keyof CreateEventSourceMappingRequest)[] = [
  "KMSKeyArn",
  "MetricsConfig",
  "LoggingConfig",
  "ParallelizationFactor",
  "StartingPositionTimestamp",
  "MaximumRecordAgeInSeconds",
  "BisectBatchOnFunctionError",
  "MaximumRetryAttempts",
  "TumblingWindowInSeconds",
  "Topics",
  "Queues",
  "SourceAccessConfigurations",
  "SelfManagedEventSource",
  "AmazonManagedKafkaEventSourceConfig",
  "SelfManagedKafkaEventSourceConfig",
  "DocumentDBEventSourceConfig",
  "ProvisionedPollerConfig",
];

// Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
const STANDARD_BATCH = { min: 1, max: 10_000 };
const MAX_FIFO_BATCH = 10;
const DEFAULT_BATCH = 10;
const WINDOW_S = { min: 0, max: 300 };
const CONCURRENCY = { min: 2, max: 1000 };

/** Returns the ARN of the queue. Throws for event sources other than SQS. */
export function checkSource(
  input: CreateEventSourceMappingRequest,
  { region, accountId }: LambdaContext,
): string {
  const arn = parseArn(input.EventSourceArn ?? "");
  if (!input.EventSourceArn || !arn) throw invalidParameter("Unrecognized event source.");
  if (arn.service !== "sqs")
    throw unsupported(`event sources of the service '${arn.service}' (only SQS queues)`);
  if (arn.region !== region || arn.accountId !== accountId)
    throw invalidParameter("The event source and the function must be in the same region.");
  return input.EventSourceArn;
}

export function checkMappingOptions(
  input: Partial<CreateEventSourceMappingRequest>,
  sourceArn: string,
): void {
  if (input.StartingPosition !== undefined)
    throw invalidParameter("StartingPosition is not valid for SQS event sources.");
  checkFilters(input.FilterCriteria);
  if (input.DestinationConfig?.OnFailure?.Destination)
    throw invalidParameter(
      "Unsupported DestinationConfig parameter for given event source mapping type.",
    );
  for (const option of UNSUPPORTED)
    if (input[option] !== undefined) throw unsupported(`the option ${option}`);
  for (const type of input.FunctionResponseTypes ?? [])
    checkEnum(type, "functionResponseTypes", ["ReportBatchItemFailures"]);
  checkRange(input.BatchSize, "batchSize", STANDARD_BATCH);
  checkRange(input.MaximumBatchingWindowInSeconds, "maximumBatchingWindowInSeconds", WINDOW_S);
  checkRange(
    input.ScalingConfig?.MaximumConcurrency,
    "scalingConfig.maximumConcurrency",
    CONCURRENCY,
  );
  checkSizes(input, sourceArn.endsWith(".fifo"));
}

export function sizesOf(
  input: Partial<CreateEventSourceMappingRequest>,
): Pick<EventSourceMapping, "batchSize" | "batchingWindow"> {
  return {
    batchSize: input.BatchSize ?? DEFAULT_BATCH,
    batchingWindow: input.MaximumBatchingWindowInSeconds ?? 0,
  };
}

function checkSizes(input: Partial<CreateEventSourceMappingRequest>, isFifo: boolean): void {
  const { batchSize, batchingWindow } = sizesOf(input);
  if (isFifo && batchSize > MAX_FIFO_BATCH)
    throw invalidParameter(`Batch size ${batchSize} is not supported for FIFO queues.`);
  if (isFifo && batchingWindow > 0)
    throw invalidParameter("Batching window is not supported for FIFO queues.");
  if (batchSize > MAX_FIFO_BATCH && batchingWindow === 0)
    throw invalidParameter(
      "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
    );
}
