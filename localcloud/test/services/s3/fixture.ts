import * as sdk from "@aws-sdk/client-s3";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import { ROOT_CREDENTIALS } from "../../../engine/session";

export const ACCOUNT = "123456789012";

/** A cloud with buckets. */
export class S3Bench {
  private number = 0;

  private constructor(
    readonly cloud: Cloud,
    readonly s3: sdk.S3Client,
  ) {}

  static async start(): Promise<S3Bench> {
    const cloud = await startCloud({ clock: "manual" });
    return new S3Bench(cloud, new sdk.S3Client(settings(cloud)));
  }

  async stop(): Promise<void> {
    this.s3.destroy();
    await this.cloud.close();
  }

  /** Sends a write without the checksum that the SDK adds by itself. */
  async unchecked(command: sdk.PutObjectCommand): Promise<sdk.PutObjectCommandOutput> {
    const requestChecksumCalculation = "WHEN_REQUIRED";
    const client = new sdk.S3Client({ ...settings(this.cloud), requestChecksumCalculation });
    try {
      return await client.send(command);
    } finally {
      client.destroy();
    }
  }

  async bucket(versioned = false): Promise<string> {
    const Bucket = `bucket-${(this.number += 1)}`;
    await this.s3.send(new sdk.CreateBucketCommand({ Bucket }));
    if (versioned) await this.version(Bucket, "Enabled");
    return Bucket;
  }

  version(Bucket: string, Status: "Enabled" | "Suspended"): Promise<unknown> {
    const VersioningConfiguration = { Status };
    return this.s3.send(new sdk.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }

  put(
    Bucket: string,
    Key: string,
    Body: string | Uint8Array = "body",
    more: Partial<sdk.PutObjectCommandInput> = {},
  ): Promise<sdk.PutObjectCommandOutput> {
    return this.s3.send(new sdk.PutObjectCommand({ Bucket, Key, Body, ...more }));
  }

  get(
    Bucket: string,
    Key: string,
    more: Partial<sdk.GetObjectCommandInput> = {},
  ): Promise<sdk.GetObjectCommandOutput> {
    return this.s3.send(new sdk.GetObjectCommand({ Bucket, Key, ...more }));
  }

  async text(
    Bucket: string,
    Key: string,
    more: Partial<sdk.GetObjectCommandInput> = {},
  ): Promise<string | undefined> {
    return (await this.get(Bucket, Key, more)).Body?.transformToString();
  }
}

export function settings(cloud: Cloud) {
  return {
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: ROOT_CREDENTIALS,
    maxAttempts: 1,
  };
}
