import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
  ListTagsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import type { EventSourceMappingArgs } from "@pulumi/aws/lambda/eventSourceMapping";
import { client } from "../../clients";
import {
  defineResource,
  ignoreGone,
  tagOutputs,
  unlessGone,
  untilConsistent,
  type Args,
} from "../../define";
import { GONE, sameFunction } from "./keys";
import { setLambdaTags } from "./tags";

export const eventSourceMapping = defineResource<Args<EventSourceMappingArgs>>({
  token: "aws:lambda/eventSourceMapping:EventSourceMapping",
  inputs: [
    "batchSize",
    "enabled",
    "eventSourceArn",
    "filterCriteria",
    "functionName",
    "functionResponseTypes",
    "maximumBatchingWindowInSeconds",
    "scalingConfig",
    "tags",
  ],
  computed: ["batchSize"],
  volatileOutputs: ["lastModified", "state"],
  required: ["functionName"],
  defaults: { enabled: true },
  replaceOn: ["eventSourceArn"],
  async create(inputs, context) {
    const { UUID = "" } = await untilConsistent(
      (error) => /role does not have permissions|cannot be assumed/.test(error.message),
      () =>
        client(LambdaClient, context).send(
          new CreateEventSourceMappingCommand({
            ...mappingSettings(inputs),
            EventSourceArn: inputs.eventSourceArn,
            Tags: inputs.tags,
          }),
        ),
    );
    return UUID;
  },
  read(UUID, inputs, context) {
    return unlessGone(GONE, async () => {
      const lambda = client(LambdaClient, context);
      const found = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
      const Resource = found.EventSourceMappingArn;
      const { Tags } = await lambda.send(new ListTagsCommand({ Resource }));
      return {
        uuid: found.UUID,
        arn: found.EventSourceMappingArn,
        functionArn: found.FunctionArn,
        state: found.State,
        lastModified: found.LastModified?.toISOString(),
        eventSourceArn: found.EventSourceArn,
        functionName: sameFunction(inputs.functionName, found.FunctionArn),
        batchSize: found.BatchSize,
        maximumBatchingWindowInSeconds: found.MaximumBatchingWindowInSeconds,
        functionResponseTypes: found.FunctionResponseTypes,
        scalingConfig: found.ScalingConfig?.MaximumConcurrency
          ? { maximumConcurrency: found.ScalingConfig.MaximumConcurrency }
          : undefined,
        filterCriteria: found.FilterCriteria?.Filters?.length
          ? { filters: found.FilterCriteria.Filters.map(({ Pattern }) => ({ pattern: Pattern })) }
          : undefined,
        ...tagOutputs(Tags),
        enabled: found.State !== "Disabled" && found.State !== "Disabling",
      };
    });
  },
  async update(UUID, news, olds, context) {
    const lambda = client(LambdaClient, context);
    const changed = await lambda.send(
      new UpdateEventSourceMappingCommand({ ...mappingSettings(news), UUID }),
    );
    await setLambdaTags(changed.EventSourceMappingArn, news.tags, olds.tags, lambda);
  },
  async delete(UUID, _state, context) {
    await ignoreGone(GONE, () =>
      client(LambdaClient, context).send(new DeleteEventSourceMappingCommand({ UUID })),
    );
  },
});

function mappingSettings(
  inputs: Args<EventSourceMappingArgs>,
): ConstructorParameters<typeof CreateEventSourceMappingCommand>[0] {
  const { maximumConcurrency } = inputs.scalingConfig ?? {};
  return {
    FunctionName: inputs.functionName,
    BatchSize: inputs.batchSize,
    Enabled: inputs.enabled,
    MaximumBatchingWindowInSeconds: inputs.maximumBatchingWindowInSeconds,
    FunctionResponseTypes: (inputs.functionResponseTypes ?? []) as "ReportBatchItemFailures"[],
    // Empty blocks remove the settings.
    ScalingConfig:
      maximumConcurrency === undefined ? {} : { MaximumConcurrency: maximumConcurrency },
    FilterCriteria: {
      Filters: inputs.filterCriteria?.filters?.map(({ pattern }) => ({ Pattern: pattern })),
    },
  };
}
