import type {
  CompletedPart,
  NotificationConfiguration,
  PublicAccessBlockConfiguration,
  PutBucketVersioningRequest,
} from "@aws-sdk/client-s3";
import type { PolicyDocument } from "../../core/policyDocument";
import type { Retries } from "../../core/retries";
import type { StoreScope } from "../../core/service";
import type { Tags } from "../../entities/tags";
import type { NotificationRetry } from "./notifications/notify";
import type { Versions } from "./objects/versions";

export interface S3Store {
  readonly scope: StoreScope;
  readonly buckets: Map<string, Bucket>;
  /** Number of events of all buckets. */
  sequence: number;
  readonly retries: Retries<NotificationRetry>;
}

export interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly createdAt: Date;
  readonly tags: Tags;
  readonly objects: Versions;
  /** Multipart uploads in progress, by id. */
  readonly uploads: Map<string, Upload>;
  /** Settings that are stored as they were put, such as CORS, lifecycle and website. */
  readonly documents: Map<string, object>;
  versioning?: NonNullable<PutBucketVersioningRequest["VersioningConfiguration"]>["Status"];
  policy?: { readonly text: string; readonly document: PolicyDocument };
  publicAccessBlock?: PublicAccessBlockConfiguration;
  notifications: NotificationConfiguration;
}

/** Metadata that a client sends with an object; reads return it unchanged. */
export interface ObjectFacts {
  readonly ContentType?: string;
  readonly ContentEncoding?: string;
  readonly ContentLanguage?: string;
  readonly ContentDisposition?: string;
  readonly CacheControl?: string;
  readonly Expires?: Date;
  readonly WebsiteRedirectLocation?: string;
  readonly Metadata?: Readonly<Record<string, string>>;
  readonly StorageClass?: string;
  readonly ServerSideEncryption?: string;
  readonly SSEKMSKeyId?: string;
  readonly BucketKeyEnabled?: boolean;
  /** E.g. `{ ChecksumCRC32: "..", ChecksumType: "FULL_OBJECT" }`. */
  readonly checksums?: Readonly<Record<string, string>>;
}

export interface StoredObject extends ObjectFacts {
  readonly versionId: string;
  readonly body: Buffer;
  /** Including its quotes. */
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly tags: Tags;
  readonly deleteMarker?: undefined;
  readonly parts?: number;
  /** The encrypted data key of an object that is encrypted with a KMS key. */
  readonly dataKey?: Uint8Array;
}

export interface DeleteMarker {
  readonly versionId: string;
  readonly modifiedAt: Date;
  readonly deleteMarker: true;
}

export type Version = StoredObject | DeleteMarker;

export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly startedAt: Date;
  readonly facts: ObjectFacts & { readonly tags: Tags };
  /** Checksum settings with which the client began the upload. */
  readonly checksum: { readonly algorithm?: string; readonly type?: string };
  readonly parts: Map<number, Part>;
}

export interface Part extends Required<Pick<CompletedPart, "PartNumber" | "ETag">> {
  readonly body: Buffer;
  readonly modifiedAt: Date;
}
