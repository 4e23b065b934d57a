export const deploymentOnlyModule = true;

/** What S3 calls an object that it keeps no versions of. */
export const NO_VERSION = "null";

/** Something that happened to the zip of an app. */
export interface Upload {
  readonly kind: "created" | "removed";
  /** As it is in the bucket, such as `apps/hello.zip`. */
  readonly key: string;
  readonly versionId: string;
  /** Orders the events of one key; see `orderOf`. */
  readonly sequencer: string;
  /** Bytes. */
  readonly size: number;
}

/** A message of the queue, understood. */
export interface Delivery {
  readonly uploads: readonly Upload[];
  /** How often the worker has sent it on to itself, to wait for something. */
  readonly hop: number;
  /** Whether its zip was not there at the look before this one. */
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
 * Reads a message: a notification of S3, or one that the worker sent itself. The test event that S3 sends when the
 * notification is set up, and what is no business of this pipeline, come to nothing.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 *
 * @throws Error for a text that neither S3 nor the worker wrote: it ends in the dead-letter queue.
 */
export function readDelivery(text: string, bucketName: string): Delivery {
  const body = JSON.parse(text) as Body | null;
  if (typeof body !== "object" || body === null) throw new Error("The message is no object.");
  if (body.Event === "s3:TestEvent") return deliveryOf([]);
  if (body.upload) return deliveryOf([body.upload], body);
  if (!Array.isArray(body.Records)) throw new Error("The message is no notification of S3.");
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
  // Fields may be added within version 2.
  if (eventSource !== "aws:s3" || !eventVersion.startsWith("2.")) return [];
  const kind = kindOf(eventName);
  const { key, versionId = NO_VERSION, sequencer, size = 0 } = s3?.object ?? {};
  if (!kind || s3?.bucket?.name !== bucketName) return [];
  if (key === undefined || sequencer === undefined) return [];
  return [{ kind, key: decodeKey(key), versionId, sequencer, size }];
}

function kindOf(eventName: string): Upload["kind"] | undefined {
  if (eventName.startsWith("ObjectCreated:")) return "created";
  // Removing an old version changes nothing: only a marker takes the zip away.
  return eventName === "ObjectRemoved:DeleteMarkerCreated" ? "removed" : undefined;
}

/** Keys come encoded as an HTML form encodes them: a space is `+`. */
export function decodeKey(key: string): string {
  const spaced = key.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    // A key that S3 has not encoded names no app anyhow.
    return spaced;
  }
}

/** Longer than any that S3 has sent. */
const WIDTH = 64;

/**
 * A sequencer as a text whose order is that of the events: the shorter one is padded with zeros on its right.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function orderOf({ sequencer }: Pick<Upload, "sequencer">): string {
  return sequencer.toUpperCase().padEnd(WIDTH, "0");
}
