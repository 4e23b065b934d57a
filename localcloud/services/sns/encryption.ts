import { AwsError } from "../../core/errors";
import { forwardAccess } from "../../core/forwardAccess";
import { principalArn } from "../../core/principal";
import type { CallContext } from "../../core/service";
import type { SnsStore } from "./store";

/** How long SNS keeps a data key. https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html */
const REUSE_MS = 5 * 60_000;

const KMS_ERRORS: Readonly<Record<string, string>> = {
  AccessDeniedException: "KMSAccessDeniedException",
  DisabledException: "KMSDisabledException",
  KMSInvalidStateException: "KMSInvalidStateException",
  NotFoundException: "KMSNotFoundException",
  ThrottlingException: "KMSThrottlingException",
};

/**
 * Checks the key of an encrypted topic: a publisher must be allowed to generate a data key with it, and to decrypt
 * it.
 */
export class TopicEncryption {
  private readonly allowedUntil = new Map<string, number>();

  constructor(private readonly topicArn: string) {}

  async beforePublish(KeyId: string | undefined, context: CallContext<SnsStore>): Promise<void> {
    if (KeyId === undefined) return;
    const use = `${KeyId} ${principalArn(context.principal)}`;
    if (context.clock.now() < (this.allowedUntil.get(use) ?? 0)) return;
    const { CiphertextBlob } = await this.kms<{ CiphertextBlob: Uint8Array }>(
      "GenerateDataKey",
      { KeyId, KeySpec: "AES_256" },
      context,
    );
    await this.kms("Decrypt", { CiphertextBlob }, context);
    this.allowedUntil.set(use, context.clock.now() + REUSE_MS);
  }

  private async kms<Output>(
    operation: string,
    input: object,
    { cloud, principal, region }: CallContext<SnsStore>,
  ): Promise<Output> {
    try {
      return await cloud.call<Output>({
        service: "kms",
        operation,
        input: { ...input, EncryptionContext: { "aws:sns:topicArn": this.topicArn } },
        principal: forwardAccess(principal, "sns", region),
        region,
      });
    } catch (error) {
      const code = error instanceof AwsError ? KMS_ERRORS[error.code] : undefined;
      throw code && error instanceof Error ? new AwsError(code, error.message) : error;
    }
  }
}
