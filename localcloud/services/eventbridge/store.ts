import { randomUUID } from "node:crypto";
import type { RuleState, Tag, Target } from "@aws-sdk/client-eventbridge";
import { formatArn, parseArn } from "../../core/arn";
import type { ClockTimer } from "../../core/clock";
import type { PolicyDocument } from "../../core/policyDocument";
import { Retries } from "../../core/retries";
import type { CallContext, StoreScope } from "../../core/service";
import type { DeliveryRetry } from "./delivery/deliver";
import { busNotFound, ruleNotFound } from "./model/errors";
import type { RulePattern, RuleSchedule } from "./model/ruleTexts";

/** An event as rules match it and as targets receive it. */
export interface Event {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  /** With seconds as the smallest unit. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

export type Tags = Map<string, string>;

export interface Bus {
  readonly name: string;
  readonly arn: string;
  readonly rules: Map<string, Rule>;
  readonly tags: Tags;
  readonly createdAt: Date;
  modifiedAt: Date;
  description?: string;
  policy?: PolicyDocument;
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly bus: Bus;
  readonly tags: Tags;
  readonly createdBy: string;
  settings: RuleSettings;
  /** By id. */
  readonly targets: Map<string, Target>;
  /** Start of the schedule, from which rates count, milliseconds. */
  anchor: number;
  /** Timer of the next occurrence; only while the rule is enabled and has targets. */
  timer?: ClockTimer;
}

/** Settings of PutRule. */
export interface RuleSettings {
  readonly eventPattern?: RulePattern;
  readonly schedule?: RuleSchedule;
  readonly state: RuleState;
  readonly description?: string;
  readonly roleArn?: string;
}

export type EventBridgeContext = CallContext<EventBridgeStore>;

/** The event buses of one region; the default bus always exists. */
export class EventBridgeStore {
  readonly buses = new Map<string, Bus>();
  readonly retries: Retries<DeliveryRetry>;

  constructor(readonly scope: StoreScope) {
    this.retries = new Retries(scope.clock);
    this.addBus("default");
  }

  addBus(name: string, options: { description?: string; tags?: Tags } = {}): Bus {
    const now = this.scope.clock.date();
    const bus: Bus = {
      name,
      arn: formatArn("events", this.scope, `event-bus/${name}`),
      rules: new Map(),
      tags: options.tags ?? new Map<string, string>(),
      createdAt: now,
      modifiedAt: now,
      description: options.description,
    };
    this.buses.set(name, bus);
    return bus;
  }

  /** @throws ResourceNotFoundException */
  bus(reference: string | undefined): Bus {
    const bus = this.buses.get(busName(reference));
    if (!bus) throw busNotFound(busName(reference));
    return bus;
  }

  /** @throws ResourceNotFoundException */
  rule(name: string | undefined, busReference: string | undefined): Rule {
    const bus = this.bus(busReference);
    const rule = bus.rules.get(name ?? "");
    if (!rule) throw ruleNotFound(name ?? "", bus.name);
    return rule;
  }

  newEvent(
    event: Pick<Event, "detail-type" | "source" | "detail" | "resources"> & { time: Date },
  ): Event {
    return {
      version: "0",
      id: randomUUID(),
      "detail-type": event["detail-type"],
      source: event.source,
      account: this.scope.accountId,
      time: event.time.toISOString().replace(/\.\d+Z$/, "Z"),
      region: this.scope.region,
      resources: event.resources,
      detail: event.detail,
    };
  }
}

/** Returns the name of a bus given by name or ARN, default `default`. */
export function busName(reference: string | undefined): string {
  return parseArn(reference ?? "")?.resource.replace(/^event-bus\//, "") ?? reference ?? "default";
}

/** Returns the end of the rule's ARN: `rule/<name>` on the default bus, `rule/<bus>/<name>` on others. */
export function ruleArn(
  place: { region: string; accountId: string },
  name: string,
  busReference: string | undefined,
): string {
  const bus = busName(busReference);
  return formatArn("events", place, bus === "default" ? `rule/${name}` : `rule/${bus}/${name}`);
}

export function tagList(tags: Tags): Tag[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}
