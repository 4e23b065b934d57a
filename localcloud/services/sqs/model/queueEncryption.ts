import { AwsError } from "../../../core/errors";
import { forwardAccess } from "../../../core/forwardAccess";
import { principalArn } from "../../../core/principal";
import type { SqsContext } from "./onQueue";
import type { QueueSettings } from "./queueSettings";

/** Default reuse period of a data key. */
const DEFAULT_REUSE_SECONDS = 300;

/** Names of KMS's errors in SQS's responses. */
const KMS_ERRORS: Readonly<Record<string, string>> = {
  AccessDeniedException: "KmsAccessDenied",
  DisabledException: "KmsDisabled",
  InvalidKeyUsageException: "KmsInvalidKeyUsage",
  KMSInvalidStateException: "KmsInvalidState",
  NotFoundException: "KmsNotFound",
  ThrottlingException: "KmsThrottled",
};

/**
 * SSE-KMS of a queue: a sender must be allowed to generate a data key with the queue's key, a receiver to decrypt it.
 * KMS's permission for a caller is cached for the reuse period, like SQS reuses data keys.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
export class QueueEncryption {
  /** The encrypted data key of the newest messages. */
  private dataKey: Uint8Array | undefined;
  private readonly allowedUntil = new Map<string, number>();

  constructor(
    private readonly queueArn: string,
    private readonly settings: QueueSettings,
  ) {}

  async beforeSend(context: SqsContext): Promise<void> {
    const KeyId = this.settings.get("KmsMasterKeyId");
    if (KeyId === undefined) return;
    await this.once(`send ${KeyId}`, context, async () => {
      const { CiphertextBlob } = await this.kms<{ CiphertextBlob: Uint8Array }>(
        "GenerateDataKey",
        { KeyId, KeySpec: "AES_256" },
        context,
      );
      // SQS verifies the new data key by decrypting it, so senders need this permission too.
      await this.kms("Decrypt", { CiphertextBlob }, context);
      this.dataKey = CiphertextBlob;
    });
  }

  async beforeReceive(context: SqsContext): Promise<void> {
    const KeyId = this.settings.get("KmsMasterKeyId");
    const CiphertextBlob = this.dataKey;
    if (KeyId === undefined || CiphertextBlob === undefined) return;
    await this.once(`receive ${KeyId}`, context, () =>
      this.kms("Decrypt", { CiphertextBlob }, context),
    );
  }

  private async once(use: string, context: SqsContext, ask: () => Promise<unknown>): Promise<void> {
    const caller = `${use} ${principalArn(context.principal)}`;
    if (context.clock.now() < (this.allowedUntil.get(caller) ?? 0)) return;
    await ask();
    const seconds = this.settings.number("KmsDataKeyReusePeriodSeconds") || DEFAULT_REUSE_SECONDS;
    this.allowedUntil.set(caller, context.clock.now() + seconds * 1000);
  }

  private async kms<Output>(
    operation: string,
    input: object,
    { cloud, principal, region }: SqsContext,
  ): Promise<Output> {
    try {
      return await cloud.call<Output>({
        service: "kms",
        operation,
        input: { ...input, EncryptionContext: { "aws:sqs:arn": this.queueArn } },
        principal: forwardAccess(principal, "sqs", region),
        region,
      });
    } catch (error) {
      const code = error instanceof AwsError ? KMS_ERRORS[error.code] : undefined;
      throw code && error instanceof Error ? new AwsError(code, error.message) : error;
    }
  }
}
