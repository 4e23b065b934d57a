import { CreateKeyCommand, KMSClient, type CreateKeyCommandInput } from "@aws-sdk/client-kms";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import { iam } from "../../../services/iam";
import { kms } from "../../../services/kms";

/** A cloud with KMS alone, whose time stands still until `advance`, and a client of it. */
export interface KmsHarness {
  readonly cloud: Cloud;
  readonly client: KMSClient;
  newKey(input?: CreateKeyCommandInput): Promise<{ id: string; arn: string }>;
  close(): Promise<void>;
}

export async function startKms(): Promise<KmsHarness> {
  const cloud = await startCloud({ services: [iam, kms], clock: "manual" });
  const client = new KMSClient({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "root", secretAccessKey: "root" },
    maxAttempts: 1,
  });
  return {
    cloud,
    client,
    async newKey(input = {}) {
      const { KeyMetadata } = await client.send(new CreateKeyCommand(input));
      return { id: String(KeyMetadata?.KeyId), arn: String(KeyMetadata?.Arn) };
    },
    async close() {
      client.destroy();
      await cloud.close();
    },
  };
}

export function bytes(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

export function text(value: Uint8Array | undefined): string {
  return Buffer.from(value ?? []).toString();
}
