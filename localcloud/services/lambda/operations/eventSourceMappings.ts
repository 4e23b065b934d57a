import { randomUUID } from "node:crypto";
import type {
  CreateEventSourceMappingRequest,
  DeleteEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  GetEventSourceMappingRequest,
  ListEventSourceMappingsRequest,
  ListEventSourceMappingsResponse,
  UpdateEventSourceMappingRequest,
} from "@aws-sdk/client-lambda";
import { changeChecked } from "../../../core/changeChecked";
import { checkRange } from "../../../core/constraint";
import { page } from "../../../core/page";
import type { AccessCheck, Operation } from "../../../core/service";
import { mappingArn } from "../model/access";
import { checkQueue } from "../model/checkQueue";
import { conflict, invalidParameter, notFound } from "../model/errors";
import { patternsOf } from "../model/eventFilter";
import { checkMappingOptions, checkSource, sizesOf } from "../model/eventSourceOptions";
import { functionArn, requestedArn } from "../model/functionReference";
import type { EventSourceMapping } from "../model/model";
import { findFunction, findVersion, type LambdaContext } from "../model/resolve";
import type { LambdaStore } from "../store";
import { checkMappingUpdate, updatedMapping } from "../model/mappingUpdate";
import { checkTags } from "./tags";

type MappingState = "Creating" | "Updating" | "Deleting" | "Enabled" | "Disabled";

export const createEventSourceMapping: Operation<
  LambdaStore,
  CreateEventSourceMappingRequest,
  EventSourceMappingConfiguration
> = {
  access: (input, context) => [
    {
      action: "lambda:CreateEventSourceMapping",
      resource: "*",
      context: { "lambda:FunctionArn": requestedArn(context, input) },
    },
    // https://docs.aws.amazon.com/lambda/latest/dg/tags-esm.html
    ...(Object.keys(input.Tags ?? {}).length > 0
      ? [{ action: "lambda:TagResource", resource: mappingArn(context, "*") }]
      : []),
  ],
  async run(input, context) {
    const { store } = context;
    const sourceArn = checkSource(input, context);
    checkMappingOptions(input, sourceArn);
    checkTags(input.Tags ?? {});
    const { target, qualifier, version } = findVersion(input, context);
    checkNotMapped(store, sourceArn, target.name, qualifier);
    await checkQueue(store, target.name, version.settings, sourceArn);
    checkNotMapped(store, sourceArn, target.name, qualifier);
    const mapping: EventSourceMapping = {
      uuid: randomUUID(),
      functionName: target.name,
      qualifier,
      sourceArn,
      enabled: input.Enabled ?? true,
      ...sizesOf(input),
      reportsItemFailures:
        input.FunctionResponseTypes?.includes("ReportBatchItemFailures") ?? false,
      maximumConcurrency: input.ScalingConfig?.MaximumConcurrency,
      filters: patternsOf(input.FilterCriteria),
      tagged: { tags: { ...input.Tags } },
      lastModified: context.clock.date(),
    };
    store.mappings.set(mapping.uuid, mapping);
    store.pollers.apply(mapping);
    return describe(mapping, context, "Creating");
  },
};

export const updateEventSourceMapping: Operation<
  LambdaStore,
  UpdateEventSourceMappingRequest,
  EventSourceMappingConfiguration
> = {
  access: onMapping("UpdateEventSourceMapping"),
  run(input, context) {
    return changeChecked(
      () => findMapping(input.UUID, context),
      (mapping) => checkMappingUpdate(mapping, input, context),
      (mapping) => {
        const changed = updatedMapping(mapping, input, context);
        replace(context.store, mapping, changed);
        return describe(changed, context, "Updating");
      },
    );
  },
};

export const getEventSourceMapping: Operation<
  LambdaStore,
  GetEventSourceMappingRequest,
  EventSourceMappingConfiguration
> = {
  access: onMapping("GetEventSourceMapping"),
  run(input, context) {
    return describe(findMapping(input.UUID, context), context);
  },
};

export const deleteEventSourceMapping: Operation<
  LambdaStore,
  DeleteEventSourceMappingRequest,
  EventSourceMappingConfiguration
> = {
  access: onMapping("DeleteEventSourceMapping"),
  run(input, context) {
    const { store } = context;
    const mapping = findMapping(input.UUID, context);
    store.mappings.delete(mapping.uuid);
    mapping.enabled = false;
    store.pollers.apply(mapping);
    return describe(mapping, context, "Deleting");
  },
};

export const listEventSourceMappings: Operation<
  LambdaStore,
  ListEventSourceMappingsRequest,
  ListEventSourceMappingsResponse
> = {
  run(input, context) {
    checkRange(input.MaxItems, "maxItems", { min: 1, max: 10_000 });
    const wanted = input.FunctionName ? findFunction(input, context) : undefined;
    const mappings = [...context.store.mappings.values()].filter(
      ({ sourceArn, functionName, qualifier }) =>
        (!input.EventSourceArn || sourceArn === input.EventSourceArn) &&
        (!wanted || (functionName === wanted.target.name && qualifier === wanted.qualifier)),
    );
    const { items, nextToken } = page(mappings, {
      key: ({ uuid }) => uuid,
      size: Math.min(input.MaxItems ?? 100, 100),
      token: input.Marker,
      invalidToken: () => invalidParameter("Invalid Marker."),
    });
    return {
      EventSourceMappings: items.map((mapping) => describe(mapping, context)),
      NextMarker: nextToken,
    };
  },
};

function onMapping(action: string) {
  return (input: { UUID?: string }, context: LambdaContext): readonly AccessCheck[] => {
    const mapping = context.store.mappings.get(input.UUID ?? "");
    return [
      {
        action: `lambda:${action}`,
        resource: mappingArn(context, input.UUID ?? ""),
        ...(mapping && {
          context: {
            "lambda:FunctionArn": functionArn(context, mapping.functionName, mapping.qualifier),
          },
        }),
      },
    ];
  };
}

function findMapping(uuid: string | undefined, { store }: LambdaContext): EventSourceMapping {
  const mapping = store.mappings.get(uuid ?? "");
  if (!mapping) throw notFound("The resource you requested does not exist.");
  return mapping;
}

function checkNotMapped(
  store: LambdaStore,
  sourceArn: string,
  functionName: string,
  qualifier: string | undefined,
): void {
  for (const mapping of store.mappings.values())
    if (
      mapping.sourceArn === sourceArn &&
      mapping.functionName === functionName &&
      mapping.qualifier === qualifier
    )
      throw conflict(
        `The event source arn (" ${sourceArn} ") and function (" ${functionName} ") provided mapping ` +
          `already exists. Please update or delete the existing mapping with UUID ${mapping.uuid}`,
      );
}

/** Starts the new mapping's poller before the old one stops, so that no message is missed in between. */
function replace(store: LambdaStore, old: EventSourceMapping, changed: EventSourceMapping): void {
  store.mappings.set(changed.uuid, changed);
  store.pollers.apply(changed);
  old.enabled = false;
  store.pollers.apply(old);
}

function describe(
  mapping: EventSourceMapping,
  context: LambdaContext,
  state: MappingState = mapping.enabled ? "Enabled" : "Disabled",
): EventSourceMappingConfiguration {
  return {
    UUID: mapping.uuid,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.batchingWindow,
    EventSourceArn: mapping.sourceArn,
    FunctionArn: functionArn(context, mapping.functionName, mapping.qualifier),
    LastModified: mapping.lastModified,
    LastProcessingResult: mapping.lastResult,
    State: state,
    StateTransitionReason: "USER_INITIATED",
    FunctionResponseTypes: mapping.reportsItemFailures ? ["ReportBatchItemFailures"] : [],
    ...(mapping.maximumConcurrency !== undefined && {
      ScalingConfig: { MaximumConcurrency: mapping.maximumConcurrency },
    }),
    ...(mapping.filters.length > 0 && {
      FilterCriteria: { Filters: mapping.filters.map((Pattern) => ({ Pattern })) },
    }),
    EventSourceMappingArn: mappingArn(context, mapping.uuid),
  };
}
