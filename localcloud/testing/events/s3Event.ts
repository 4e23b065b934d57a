import { overridesOf, REGION, TIME } from "./example";

/**
 * The event that S3 sends about objects, to a function, or as JSON text to a queue or topic. Source:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export interface S3Event {
  readonly Records: readonly S3Record[];
}

export interface S3Record {
  /** Compare the major version only: the minor version increases. */
  readonly eventVersion: string;
  readonly eventSource: "aws:s3";
  readonly awsRegion: string;
  readonly eventTime: string;
  /** Without the prefix `s3:`, e.g. `ObjectCreated:Put`. */
  readonly eventName: string;
  readonly userIdentity: { readonly principalId: string };
  readonly requestParameters: { readonly sourceIPAddress: string };
  readonly responseElements: { readonly "x-amz-request-id": string; readonly "x-amz-id-2": string };
  readonly s3: {
    readonly s3SchemaVersion: "1.0";
    readonly configurationId: string;
    readonly bucket: {
      readonly name: string;
      readonly ownerIdentity: { readonly principalId: string };
      readonly arn: string;
    };
    readonly object: S3ObjectDescription;
  };
}

export interface S3ObjectDescription {
  /** URL-encoded like a form: a space is `+`, `@` is `%40`. */
  readonly key: string;
  /** Bytes; absent, like `eTag`, if the object was removed. */
  readonly size?: number;
  readonly eTag?: string;
  /** Only for buckets with versioning. */
  readonly versionId?: string;
  /** Orders the events of one key: pad the shorter with zeros on the right, then compare as text. */
  readonly sequencer: string;
}

/** Changes to a record. */
export interface S3RecordOverrides {
  readonly bucket?: string;
  /** The key, not encoded; the event contains it encoded. */
  readonly key?: string;
  readonly eventName?: string;
  readonly eventTime?: string;
  readonly region?: string;
  readonly object?: Partial<Omit<S3ObjectDescription, "key">>;
}

/** The first message of every notification, sent when it is configured; it has no records. */
export interface S3TestEvent {
  readonly Service: "Amazon S3";
  readonly Event: "s3:TestEvent";
  readonly Time: string;
  readonly Bucket: string;
  readonly RequestId: string;
  readonly HostId: string;
}

/** Returns an event for created objects, with one record per override. */
export function s3Event(overrides?: S3RecordOverrides | readonly S3RecordOverrides[]): S3Event {
  return { Records: overridesOf(overrides).map(s3Record) };
}

export function s3TestEvent(overrides: Partial<S3TestEvent> = {}): S3TestEvent {
  return {
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: TIME,
    Bucket: "bucket",
    RequestId: "EXAMPLE0REQUEST0",
    HostId: "EXAMPLEHOST",
    ...overrides,
  };
}

function s3Record(overrides: S3RecordOverrides): S3Record {
  const { bucket = "bucket", key = "key", eventName = "ObjectCreated:Put" } = overrides;
  const removed = eventName.startsWith("ObjectRemoved:");
  const content = { size: 1024, eTag: "0123456789abcdef0123456789abcdef" };
  const sequence = (sequences += 1).toString(16).toUpperCase().padStart(18, "0");
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: overrides.region ?? REGION,
    eventTime: overrides.eventTime ?? TIME,
    eventName,
    userIdentity: { principalId: "AWS:EXAMPLE" },
    requestParameters: { sourceIPAddress: "127.0.0.1" },
    responseElements: { "x-amz-request-id": "EXAMPLE0REQUEST0", "x-amz-id-2": "EXAMPLEHOST" },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "notification",
      bucket: {
        name: bucket,
        ownerIdentity: { principalId: "EXAMPLE" },
        arn: `arn:aws:s3:::${bucket}`,
      },
      object: {
        key: formEncoded(key),
        ...(removed ? {} : content),
        sequencer: sequence,
        ...overrides.object,
      },
    },
  };
}

let sequences = 0;

/** Encodes a key like an HTML form, except for `/`. */
function formEncoded(key: string): string {
  const [, encoded] = new URLSearchParams({ key }).toString().split(/^key=/);
  return encoded.replaceAll("%2F", "/");
}
