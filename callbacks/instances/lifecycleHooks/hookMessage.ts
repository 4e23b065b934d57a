export const deploymentOnlyModule = true;

/** Notification of Auto Scaling about a waiting instance, from any kind of event. */
export interface HookMessage {
  readonly groupName: string;
  readonly hookName: string;
  readonly instanceId: string;
  readonly transition: "launching" | "terminating";
  /** Identifies the lifecycle action. Absent in a sweep: Auto Scaling then uses the instance's id. */
  readonly token?: string;
  /** Notification metadata of the hook. */
  readonly metadata?: string;
  /** Where the instance comes from: `EC2`, `AutoScalingGroup` or `WarmPool`. */
  readonly origin?: string;
  readonly destination?: string;
}

export type ReadMessage =
  | { readonly kind: "hook"; readonly message: HookMessage }
  /** Auto Scaling's test notification when a hook is created. */
  | { readonly kind: "test" }
  /** A message for which no instance waits; `why` is for the log. */
  | { readonly kind: "ignored"; readonly why: string };

type Fields = Readonly<Record<string, unknown>>;

/**
 * Parses the messages of an event from SNS, EventBridge or SQS. Never throws: an unreadable message is reported, so
 * that it is not delivered again for hours.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/prepare-for-lifecycle-notifications.html
 */
export function readEvent(event: unknown): ReadMessage[] {
  if (typeof event !== "object" || event === null) return [ignored("the event is not an object")];
  const { Records: records, detail } = event as { Records?: unknown; detail?: unknown };
  if (Array.isArray(records)) return records.map((record: unknown) => readMessage(textOf(record)));
  return [readFields((detail ?? event) as Fields)];
}

/** SNS and SQS wrap the message in a record. */
function textOf(record: unknown): unknown {
  const { Sns, body } = Object(record) as { Sns?: { Message?: unknown }; body?: unknown };
  return Sns?.Message ?? body;
}

/** Parses one message: JSON, or a key and its value on each line, as the API reference describes for SNS. */
export function readMessage(text: unknown): ReadMessage {
  if (typeof text !== "string") return ignored("the record has no message");
  const json = jsonObject(text);
  if (json) return readFields(json);
  const fields = keyValues(text);
  return typeof fields === "string" ? ignored(fields) : readFields(fields);
}

function readFields(fields: Fields): ReadMessage {
  // A message from SNS to SQS has one more envelope.
  if (fields.Type === "Notification") return readMessage(fields.Message);
  if (fields.Event === "autoscaling:TEST_NOTIFICATION") return { kind: "test" };
  const groupName = text(fields.AutoScalingGroupName);
  const hookName = text(fields.LifecycleHookName);
  const instanceId = text(fields.EC2InstanceId);
  const transition = TRANSITIONS[text(fields.LifecycleTransition) ?? ""];
  const token = text(fields.LifecycleActionToken);
  if (!groupName || !hookName || !transition || !token)
    return ignored("it is not a lifecycle action: group, hook, transition or token is missing");
  if (!/^i-[0-9a-f]{8,17}$/.test(instanceId ?? ""))
    return ignored(`'${instanceId ?? ""}' is not an instance id`);
  const metadata = textOrJson(fields.NotificationMetadata);
  const message = {
    groupName,
    hookName,
    instanceId: instanceId ?? "",
    transition,
    token,
    ...(metadata === undefined ? {} : { metadata }),
    ...optional("origin", text(fields.Origin)),
    ...optional("destination", text(fields.Destination)),
  };
  return { kind: "hook", message };
}

const TRANSITIONS: Readonly<Record<string, HookMessage["transition"] | undefined>> = {
  "autoscaling:EC2_INSTANCE_LAUNCHING": "launching",
  "autoscaling:EC2_INSTANCE_TERMINATING": "terminating",
};

/** The keys that may begin a line; the lines after a key belong to its value. */
const KEYS = [
  "AccountId",
  "AutoScalingGroupARN",
  "AutoScalingGroupName",
  "Destination",
  "EC2InstanceId",
  "Event",
  "LifecycleActionToken",
  "LifecycleHookName",
  "LifecycleTransition",
  "NotificationMetadata",
  "Origin",
  "RequestId",
  "Service",
  "Time",
];

/** @returns what is wrong, for a text with two values for one key: its metadata may imitate other keys. */
function keyValues(text: string): Fields | string {
  const fields = new Map<string, string>();
  let last: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [, key = "", value = ""] = /^\s*([A-Za-z0-9]+)\s*:\s?(.*)$/.exec(line) ?? [];
    if (KEYS.includes(key)) {
      if (fields.has(key) && fields.get(key) !== value) return `it has two values of ${key}`;
      fields.set(key, value);
      last = key;
    } else if (last === "NotificationMetadata")
      fields.set(last, `${fields.get(last) ?? ""}\n${line}`);
  }
  return Object.fromEntries([...fields].map(([key, value]) => [key, value.trimEnd()]));
}

function jsonObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function textOrJson(value: unknown): string | undefined {
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return text(value);
}

function optional(name: "origin" | "destination", value: string | undefined): object {
  return value === undefined ? {} : { [name]: value };
}

function ignored(why: string): ReadMessage {
  return { kind: "ignored", why };
}
