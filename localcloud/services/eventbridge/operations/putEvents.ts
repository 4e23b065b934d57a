import type {
  PutEventsRequest,
  PutEventsRequestEntry,
  PutEventsResponse,
  PutEventsResultEntry,
  TestEventPatternRequest,
  TestEventPatternResponse,
} from "@aws-sdk/client-eventbridge";
import { checkLength } from "../../../core/constraint";
import type { Operation } from "../../../core/service";
import { busCheck } from "../model/access";
import { receive } from "../delivery/deliver";
import { validation } from "../model/errors";
import { matchesPattern, parseEventPattern } from "../pattern/eventPattern";
import { isFields } from "../pattern/parseTest";
import { busName, type Event, type EventBridgeContext, type EventBridgeStore } from "../store";

/** Input of PutEvents from a rule whose target is a bus; `forwarded` never comes from a client. */
export interface ForwardingRequest extends PutEventsRequest {
  readonly forwarded?: Event;
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const MAX_ENTRIES = 10;
/**
 * 1 MB since January 2026, before that 256 KB.
 * https://aws.amazon.com/blogs/compute/more-room-to-build-serverless-services-now-support-payloads-up-to-1-mb
 */
const MAX_BYTES = 1_048_576;

export const putEvents: Operation<EventBridgeStore, ForwardingRequest, PutEventsResponse> = {
  access({ Entries = [] }, context) {
    // AWS services report their own events; the account's policies do not apply to that.
    if (context.principal.type === "service") return [];
    const buses = new Set(Entries.map(({ EventBusName }) => busName(EventBusName)));
    return [...buses].map((name) => {
      const entries = Entries.filter((entry) => busName(entry.EventBusName) === name);
      const check = busCheck("PutEvents", name, context, {
        "events:source": entries.map(({ Source = "" }) => Source),
        "events:detail-type": entries.map(({ DetailType = "" }) => DetailType),
      });
      return { ...check, resourcePolicy: context.store.buses.get(name)?.policy };
    });
  },
  async run({ Entries = [], EndpointId, forwarded }, context) {
    if (EndpointId !== undefined)
      throw validation("Parameter EndpointId is not valid. Reason: the endpoint does not exist.");
    checkLength(Entries, "entries", { min: 1, max: MAX_ENTRIES });
    if (Entries.reduce((sum, entry) => sum + bytesOf(entry), 0) > MAX_BYTES)
      throw validation("Total size of the entries in the request is over the limit.");
    const results: PutEventsResultEntry[] = [];
    const deliveries: Promise<void>[] = [];
    for (const entry of Entries) {
      const event = forwarded ?? eventOf(entry, context);
      if ("ErrorCode" in event) {
        results.push(event);
        continue;
      }
      results.push({ EventId: event.id });
      // An event for a bus that does not exist is accepted but lost.
      const bus = context.store.buses.get(busName(entry.EventBusName));
      if (bus)
        deliveries.push(receive(bus, event, context.store, { forwarded: forwarded !== undefined }));
    }
    await Promise.all(deliveries);
    const FailedEntryCount = results.filter(({ ErrorCode }) => ErrorCode !== undefined).length;
    return { FailedEntryCount, Entries: results };
  },
};

/**
 * Required fields of an event. `resources` is not required, as recorded below
 * https://github.com/localstack/localstack/tree/master/tests/aws/services/events/event_pattern_templates
 */
const REQUIRED_FIELDS = ["id", "account", "source", "time", "region", "detail-type"];

export const testEventPattern: Operation<
  EventBridgeStore,
  TestEventPatternRequest,
  TestEventPatternResponse
> = {
  run({ EventPattern = "", Event: text = "" }) {
    const pattern = parseEventPattern(EventPattern);
    const event = parseObject(text);
    if (!event) throw validation("Parameter Event is not valid.");
    const missing = REQUIRED_FIELDS.find((name) => event[name] === undefined);
    if (missing !== undefined)
      throw validation(`Parameter Event is not valid. Reason: the field ${missing} is required.`);
    return { Result: matchesPattern(pattern, event) };
  },
};

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
function bytesOf({ Time, Source, DetailType, Detail, Resources }: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...(Resources ?? [])];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), Time ? 14 : 0);
}

function eventOf(
  entry: PutEventsRequestEntry,
  { store, clock, principal }: EventBridgeContext,
): Event | Required<Pick<PutEventsResultEntry, "ErrorCode" | "ErrorMessage">> {
  const { Source, DetailType, Detail, Resources, Time } = entry;
  for (const [name, value] of Object.entries({ Source, DetailType, Detail }))
    if (!value)
      return {
        ErrorCode: "InvalidArgument",
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
  if (/^aws\./.test(Source ?? "") && principal.type !== "service")
    return {
      ErrorCode: "NotAuthorizedForSourceException",
      ErrorMessage: "Not authorized for the source.",
    };
  const detail = parseObject(Detail ?? "");
  if (!detail) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  return store.newEvent({
    "detail-type": DetailType ?? "",
    source: Source ?? "",
    resources: Resources ?? [],
    detail,
    time: Time ?? clock.date(),
  });
}

/** Maximum nesting: the default of Jackson, the JSON parser that AWS's event-ruler uses. */
const MAX_DEPTH = 1000;

/** Returns the levels of arrays and objects in a JSON text. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[\]}]/gs)) {
    if (token === "[" || token === "{") deepest = Math.max(deepest, (depth += 1));
    else if (token === "]" || token === "}") depth -= 1;
  }
  return deepest;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (depthOf(text) > MAX_DEPTH) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
