import type { LogGroupClass, MetricTransformation } from "@aws-sdk/client-cloudwatch-logs";
import type { ClockTimer } from "../../core/clock";
import type { Operation, StoreScope } from "../../core/service";

/** The log groups of one region, by name. */
export interface LogsStore {
  readonly scope: StoreScope;
  readonly groups: Map<string, LogGroup>;
  /** Id of the last event; ids number the events by arrival. */
  lastEventId: number;
  /** Bytes that arrived since the region's budget was last checked. */
  unchecked: number;
  /** Runs only while a group has a retention policy. */
  sweep?: ClockTimer;
}

export interface LogGroup {
  readonly name: string;
  /** `arn:aws:logs:<region>:<account>:log-group:<name>`, without `:*`. */
  readonly arn: string;
  readonly groupClass: LogGroupClass;
  readonly creationTime: number;
  kmsKeyId?: string;
  readonly tags: Map<string, string>;
  readonly streams: Map<string, LogStream>;
  readonly metricFilters: Map<string, MetricFilterRule>;
  retentionInDays?: number;
  /** True once it was reported that old events of the group were dropped. */
  toldOfCut?: boolean;
}

export interface LogStream {
  readonly name: string;
  readonly arn: string;
  readonly creationTime: number;
  /** Sorted by timestamp, then by arrival. */
  events: LogEvent[];
  /** Bytes of `events`, counted as PutLogEvents counts them. */
  storedBytes: number;
  lastIngestionTime?: number;
}

export interface LogEvent {
  readonly id: number;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
  readonly bytes: number;
}

export interface MetricFilterRule {
  readonly name: string;
  readonly pattern: string;
  readonly transformation: MetricTransformation;
  readonly creationTime: number;
}

/** An operation whose input and output have the SDK's shapes. */
export type LogsOperation<Input, Output> = Operation<LogsStore, Input, Omit<Output, "$metadata">>;

export function createLogsStore(scope: StoreScope): LogsStore {
  return { scope, groups: new Map(), lastEventId: 0, unchecked: 0 };
}

/** Returns the bytes of all events in the group. */
export function groupBytes(group: LogGroup): number {
  let bytes = 0;
  for (const stream of group.streams.values()) bytes += stream.storedBytes;
  return bytes;
}
