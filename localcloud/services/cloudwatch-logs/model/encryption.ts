import type {
  AssociateKmsKeyCommandInput,
  AssociateKmsKeyCommandOutput,
  DisassociateKmsKeyCommandInput,
  DisassociateKmsKeyCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import { checkLength, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { servicePrincipal } from "../../../core/principal";
import type { CallContext } from "../../../core/service";
import { groupAccess } from "./logAccess";
import { getGroup, type GroupReference, INVALID } from "./lookup";
import type { LogsOperation, LogsStore } from "../store";

/** Stores only the association: nothing here is written to a disk that encryption could protect. */
export const associateKmsKey: LogsOperation<
  AssociateKmsKeyCommandInput,
  AssociateKmsKeyCommandOutput
> = {
  access: (input, context) => groupAccess("AssociateKmsKey", referenceOf(input), context),
  async run(input, context) {
    const kmsKeyId = required(input.kmsKeyId, "kmsKeyId", INVALID);
    const group = getGroup(target(input), context.store);
    await checkKey(kmsKeyId, group, context);
    group.kmsKeyId = kmsKeyId;
    return {};
  },
};

export const disassociateKmsKey: LogsOperation<
  DisassociateKmsKeyCommandInput,
  DisassociateKmsKeyCommandOutput
> = {
  access: (input, context) => groupAccess("DisassociateKmsKey", referenceOf(input), context),
  run(input, { store }) {
    getGroup(target(input), store).kmsKeyId = undefined;
    return {};
  },
};

/**
 * Checks with KMS, as the CloudWatch Logs service and for this group, that the key exists and its policy allows the
 * use.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export async function checkKey(
  kmsKeyId: string,
  group: { readonly name: string; readonly arn: string },
  { cloud, region, accountId }: CallContext<LogsStore>,
): Promise<void> {
  checkLength(kmsKeyId, "kmsKeyId", { min: 0, max: 256 }, INVALID);
  if (!/^arn:[^:]*:kms:/.test(kmsKeyId))
    throw new AwsError(INVALID, `The specified KMS Key Id could not be found. '${group.name}'`);
  const EncryptionContext = { "aws:logs:arn": group.arn };
  try {
    await cloud.call({
      service: "kms",
      operation: "GenerateDataKey",
      input: { KeyId: kmsKeyId, KeySpec: "AES_256", EncryptionContext },
      principal: servicePrincipal(`logs.${region}.amazonaws.com`, group.arn, accountId),
      region,
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code !== "AccessDeniedException" && error.code !== "NotFoundException")
      throw new AwsError(INVALID, error.message);
    throw new AwsError(
      "AccessDeniedException",
      `The specified KMS key does not exist or is not allowed to be used with Arn '${group.arn}'`,
    );
  }
}

type Input = Pick<AssociateKmsKeyCommandInput, "logGroupName" | "resourceIdentifier">;

function referenceOf({ logGroupName, resourceIdentifier }: Input): GroupReference {
  return resourceIdentifier === undefined
    ? { logGroupName }
    : { logGroupIdentifier: resourceIdentifier };
}

/** Returns the group, given either by name or by ARN. */
function target(input: Input): GroupReference {
  const { logGroupName, resourceIdentifier } = input;
  if ((logGroupName === undefined) === (resourceIdentifier === undefined))
    throw new AwsError(INVALID, "Specify either logGroupName or resourceIdentifier.");
  if (/:query-result:/.test(resourceIdentifier ?? ""))
    throw new AwsError(INVALID, "The local cloud does not implement keys of query results.");
  return referenceOf(input);
}
