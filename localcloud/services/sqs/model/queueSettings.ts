import { AwsError } from "../../../core/errors";
import { validatePolicyDocument } from "../../../access/validate";
import { unknownAttribute } from "./errors";

/** The attributes of a queue that a client can set; values are strings, as in SQS. */
export type SettingName = keyof typeof SETTINGS;

interface Setting {
  /** Value of a queue that was created without the attribute; absent = not reported until it is set. */
  readonly initial?: string;
  readonly fifoOnly?: boolean;
  isValid(value: string): boolean;
}

const range = (min: number, max: number, initial?: string): Setting => ({
  initial,
  isValid: (value) => /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max,
});

const flag = (initial: string, fifoOnly = false): Setting => ({
  initial,
  fifoOnly,
  isValid: (value) => /^(true|false)$/i.test(value),
});

const choice = (initial: string, other: string): Setting => ({
  initial,
  fifoOnly: true,
  isValid: (value) => value === initial || value === other,
});

/** A JSON object; an empty string removes the setting. */
const json: Setting = { isValid: (value) => value === "" || isJsonObject(value) };

/**
 * Limits and defaults.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
const SETTINGS = {
  DelaySeconds: range(0, 900, "0"),
  MaximumMessageSize: range(1024, 1_048_576, "1048576"),
  MessageRetentionPeriod: range(60, 1_209_600, "345600"),
  ReceiveMessageWaitTimeSeconds: range(0, 20, "0"),
  VisibilityTimeout: range(0, 43_200, "30"),
  Policy: { isValid: (value) => value === "" || isPolicy(value) } as Setting,
  RedrivePolicy: json,
  RedriveAllowPolicy: json,
  KmsMasterKeyId: { isValid: () => true } as Setting,
  KmsDataKeyReusePeriodSeconds: range(60, 86_400),
  SqsManagedSseEnabled: flag("true"),
  FifoQueue: { fifoOnly: true, isValid: (value: string) => value === "true" } as Setting,
  ContentBasedDeduplication: flag("false", true),
  DeduplicationScope: choice("queue", "messageGroup"),
  FifoThroughputLimit: choice("perQueue", "perMessageGroupId"),
} satisfies Record<string, Setting>;

export class QueueSettings {
  private values: ReadonlyMap<string, string>;

  /** Throws InvalidAttributeName or InvalidAttributeValue. */
  constructor(given: Readonly<Record<string, string>>) {
    this.values = new Map([...initialSettings(given.FifoQueue === "true")]);
    this.update(given);
  }

  get fifo(): boolean {
    return this.values.get("FifoQueue") === "true";
  }

  get deduplicatesByGroup(): boolean {
    return this.values.get("DeduplicationScope") === "messageGroup";
  }

  get deduplicatesContent(): boolean {
    return this.values.get("ContentBasedDeduplication") === "true";
  }

  get(name: SettingName): string | undefined {
    return this.values.get(name);
  }

  number(name: SettingName): number {
    return Number(this.values.get(name) ?? 0);
  }

  /** Returns all settings that have a value. */
  entries(): Iterable<[string, string]> {
    return this.values;
  }

  /** Returns the name of the first given attribute whose value differs from the queue's. */
  difference(given: Readonly<Record<string, string>>): string | undefined {
    return Object.keys(given).find(
      (name) => (this.values.get(name) ?? "") !== normalized(name, given[name]),
    );
  }

  /** Returns the settings with the given changes. Throws as `update` does. */
  with(given: Readonly<Record<string, string>>): QueueSettings {
    const copy = new QueueSettings({});
    copy.values = this.values;
    copy.update(given);
    return copy;
  }

  /** Changes all given attributes, or none if one of them is invalid. */
  update(given: Readonly<Record<string, string>>): void {
    const next = new Map(this.values);
    const fifo = this.fifo || given.FifoQueue === "true";
    for (const [name, value] of Object.entries(given)) {
      check(name, value, fifo);
      if (value === "") next.delete(name);
      else next.set(name, normalized(name, value));
    }
    settleEncryption(next, given);
    checkThroughput(next);
    this.values = next;
  }
}

function initialSettings(fifo: boolean): [string, string][] {
  return Object.entries<Setting>(SETTINGS).flatMap(([name, { initial, fifoOnly }]) =>
    initial === undefined || (fifoOnly && !fifo) ? [] : [[name, initial]],
  );
}

function check(name: string, value: string, fifo: boolean): void {
  const setting: Setting | undefined = Object.hasOwn(SETTINGS, name)
    ? SETTINGS[name as SettingName]
    : undefined;
  if (!setting || (setting.fifoOnly && !fifo)) throw unknownAttribute(name);
  // SQS accepts FifoQueue only as `true`; a standard queue omits the attribute.
  if (name === "FifoQueue" && value !== "true") throw unknownAttribute(name);
  if (!setting.isValid(value)) throw invalidAttributeValue(name);
}

function invalidAttributeValue(name: string): AwsError {
  return new AwsError("InvalidAttributeValue", `Invalid value for the parameter ${name}.`);
}

/** Keeps one type of encryption: setting a KMS key turns SSE-SQS off, removing the key turns it on again. */
function settleEncryption(
  next: Map<string, string>,
  given: Readonly<Record<string, string>>,
): void {
  if (given.KmsMasterKeyId && given.SqsManagedSseEnabled?.toLowerCase() === "true") {
    throw new AwsError(
      "InvalidAttributeValue",
      "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    );
  }
  if (given.KmsMasterKeyId) next.set("SqsManagedSseEnabled", "false");
  else if (given.SqsManagedSseEnabled?.toLowerCase() === "true") next.delete("KmsMasterKeyId");
}

/** Checks that high throughput per group is combined with deduplication per group. */
function checkThroughput(next: ReadonlyMap<string, string>): void {
  if (
    next.get("FifoThroughputLimit") === "perMessageGroupId" &&
    next.get("DeduplicationScope") !== "messageGroup"
  )
    throw invalidAttributeValue("FifoThroughputLimit");
}

function normalized(name: string, value: string): string {
  return /^(true|false)$/i.test(value) && name !== "KmsMasterKeyId" ? value.toLowerCase() : value;
}

/** Checks a policy. SQS reports only that a policy is invalid, not why. */
function isPolicy(text: string): boolean {
  try {
    validatePolicyDocument(text, "resource");
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
