export const deploymentOnlyModule = true;

/** S3's version id of an object without versions. */
export const NO_VERSION = "null";

/** A change of an app's zip. */
export interface Upload {
  readonly kind: "created" | "removed";
  /** Key in the bucket, such as `apps/hello.zip`. */
  readonly key: string;
  readonly versionId: string;
  /** Orders the events of one key; see `orderOf`. */
  readonly sequencer: string;
  /** Bytes. */
  readonly size: number;
}

/** A parsed message of the queue. */
export interface Delivery {
  readonly uploads: readonly Upload[];
  /** How often the worker has sent it on to itself, to wait for something. */
  readonly hop: number;
  /** Whether its zip was missing in the previous try. */
  readonly wasMissing: boolean;
}

interface S3Record {
  readonly eventVersion?: string;
  readonly eventSource?: string;
  readonly eventName?: string;
  readonly s3?: {
    readonly bucket?: { readonly name?: string };
    readonly object?: {
      readonly key?: string;
      readonly size?: number;
      readonly versionId?: string;
      readonly sequencer?: string;
    };
  };
}

interface Body {
  readonly Event?: string;
  readonly Records?: readonly S3Record[];
  readonly upload?: Upload;
  readonly hop?: number;
  readonly wasMissing?: boolean;
}

/**
 * Parses a message: a notification of S3, or one that the worker sent itself. Ignores the test event that S3 sends when
 * the notification is configured, and events that do not concern this pipeline.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 *
 * @throws Error for a text that neither S3 nor the worker wrote: it ends in the dead-letter queue.
 */
export function readDelivery(text: string, bucketName: string): Delivery {
  const body = JSON.parse(text) as Body | null;
  if (typeof body !== "object" || body === null) throw new Error("The message is not an object.");
  if (body.Event === "s3:TestEvent") return deliveryOf([]);
  if (body.upload) return deliveryOf([body.upload], body);
  if (!Array.isArray(body.Records)) throw new Error("The message is not an S3 notification.");
  const records = body.Records as readonly S3Record[];
  return deliveryOf(records.flatMap((record) => uploadsOf(record, bucketName)));
}

export function followUp(upload: Upload, { hop, wasMissing }: Omit<Delivery, "uploads">): string {
  return JSON.stringify({ upload, hop, wasMissing } satisfies Body);
}

function deliveryOf(
  uploads: readonly Upload[],
  { hop = 0, wasMissing = false }: Pick<Body, "hop" | "wasMissing"> = {},
): Delivery {
  return { uploads, hop, wasMissing };
}

function uploadsOf(record: S3Record, bucketName: string): Upload[] {
  const { eventSource, eventName = "", eventVersion = "", s3 } = record;
  // Only the major version counts: S3 may add fields within version 2.
  if (eventSource !== "aws:s3" || !eventVersion.startsWith("2.")) return [];
  const kind = kindOf(eventName);
  const { key, versionId = NO_VERSION, sequencer, size = 0 } = s3?.object ?? {};
  if (!kind || s3?.bucket?.name !== bucketName) return [];
  if (key === undefined || sequencer === undefined) return [];
  return [{ kind, key: decodeKey(key), versionId, sequencer, size }];
}

function kindOf(eventName: string): Upload["kind"] | undefined {
  if (eventName.startsWith("ObjectCreated:")) return "created";
  // Deleting an old version changes nothing: only a delete marker removes the zip.
  return eventName === "ObjectRemoved:DeleteMarkerCreated" ? "removed" : undefined;
}

/** Decodes a key, which is encoded like an HTML form: a space is `+`. */
export function decodeKey(key: string): string {
  const spaced = key.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    // A key that S3 has not encoded is not the key of an app anyway.
    return spaced;
  }
}

/** Longer than any sequencer that S3 has sent so far. */
const WIDTH = 64;

/**
 * Converts a sequencer into a string that sorts in the order of the events: shorter ones are padded with zeros on the
 * right.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function orderOf({ sequencer }: Pick<Upload, "sequencer">): string {
  return sequencer.toUpperCase().padEnd(WIDTH, "0");
}
