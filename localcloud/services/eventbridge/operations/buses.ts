import type {
  CreateEventBusRequest,
  CreateEventBusResponse,
  DeleteEventBusRequest,
  DescribeEventBusRequest,
  DescribeEventBusResponse,
  EventBus,
  ListEventBusesRequest,
  ListEventBusesResponse,
  UpdateEventBusRequest,
  UpdateEventBusResponse,
} from "@aws-sdk/client-eventbridge";
import { AwsError } from "../../../core/errors";
import type { Operation } from "../../../core/service";
import { busCheck, requestTags } from "../model/access";
import { limitExceeded, unsupported, validation } from "../model/errors";
import { listPage } from "../model/listPage";
import { busName, type Bus, type EventBridgeStore } from "../store";
import { checkTags } from "./tags";

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_BUSES = 100;

export const createEventBus: Operation<
  EventBridgeStore,
  CreateEventBusRequest,
  CreateEventBusResponse
> = {
  access: (input, context) => [
    busCheck("CreateEventBus", input.Name, context, requestTags(input.Tags)),
  ],
  run(input, { store }) {
    const name = input.Name ?? "";
    if (input.EventSourceName !== undefined) throw unsupported("partner event sources");
    refuseOptions(input);
    if (!/^[.\-_A-Za-z0-9]{1,256}$/.test(name))
      throw validation("Event bus name starting with 'aws.' or containing '/' is not valid.");
    if (store.buses.has(name))
      throw new AwsError("ResourceAlreadyExistsException", `Event bus ${name} already exists.`);
    if (store.buses.size >= MAX_BUSES) throw limitExceeded();
    const tags = checkTags(input.Tags);
    const { arn } = store.addBus(name, { description: input.Description, tags });
    return { EventBusArn: arn, Description: input.Description };
  },
};

export const updateEventBus: Operation<
  EventBridgeStore,
  UpdateEventBusRequest,
  UpdateEventBusResponse
> = {
  access: ({ Name }, context) => [busCheck("UpdateEventBus", Name, context)],
  run(input, { store, clock }) {
    refuseOptions(input);
    const bus = store.bus(input.Name);
    bus.description = input.Description ?? bus.description;
    bus.modifiedAt = clock.date();
    return { Arn: bus.arn, Name: bus.name, Description: bus.description };
  },
};

export const deleteEventBus: Operation<EventBridgeStore, DeleteEventBusRequest, object> = {
  access: ({ Name }, context) => [busCheck("DeleteEventBus", Name, context)],
  run({ Name }, { store }) {
    const name = busName(Name);
    if (name === "default") throw validation("Cannot delete event bus default.");
    if (store.buses.get(name)?.rules.size)
      throw validation(`Cannot delete event bus ${name} because it has rules.`);
    // Deleting a bus that does not exist succeeds.
    store.buses.delete(name);
    return {};
  },
};

export const describeEventBus: Operation<
  EventBridgeStore,
  DescribeEventBusRequest,
  DescribeEventBusResponse
> = {
  access: ({ Name }, context) => [busCheck("DescribeEventBus", Name, context)],
  run: ({ Name }, { store }) => describe(store.bus(Name)),
};

export const listEventBuses: Operation<
  EventBridgeStore,
  ListEventBusesRequest,
  ListEventBusesResponse
> = {
  run(input, { store }) {
    const buses = [...store.buses.values()].filter(({ name }) =>
      name.startsWith(input.NamePrefix ?? ""),
    );
    const { items, nextToken } = listPage(buses, input, ({ name }) => name);
    return { EventBuses: items.map(describe), NextToken: nextToken };
  },
};

function describe({ name, arn, description, policy, createdAt, modifiedAt }: Bus): EventBus {
  return {
    Name: name,
    Arn: arn,
    Description: description,
    ...(policy && { Policy: JSON.stringify(policy) }),
    CreationTime: createdAt,
    LastModifiedTime: modifiedAt,
  };
}

function refuseOptions(input: CreateEventBusRequest | UpdateEventBusRequest): void {
  if (input.KmsKeyIdentifier) throw unsupported("the bus option KmsKeyIdentifier");
  if (input.DeadLetterConfig?.Arn) throw unsupported("the bus option DeadLetterConfig");
  if (input.LogConfig && input.LogConfig.Level !== "OFF")
    throw unsupported("the bus option LogConfig");
}
