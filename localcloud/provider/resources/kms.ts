import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListAliasesCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
  type KeySpec,
  type KeyUsageType,
} from "@aws-sdk/client-kms";
import type { AliasArgs } from "@pulumi/aws/kms/alias";
import type { KeyArgs } from "@pulumi/aws/kms/key";
import { client } from "../clients";
import { defineResource, ignoreGone, unlessGone, type Args } from "../define";
import type { ResourceType } from "../types";

const GONE = ["NotFoundException"];
const GONE_OR_PENDING = [...GONE, "KMSInvalidStateException"];

const key = defineResource<Args<KeyArgs>>({
  token: "aws:kms/key:Key",
  defaults: {
    customerMasterKeySpec: "SYMMETRIC_DEFAULT",
    enableKeyRotation: false,
    isEnabled: true,
    keyUsage: "ENCRYPT_DECRYPT",
  },
  replaceOn: ["customerMasterKeySpec", "keyUsage", "multiRegion"],
  jsonInputs: ["policy"],
  async create(inputs, context) {
    const kms = client(KMSClient, context);
    const { KeyMetadata } = await kms.send(
      new CreateKeyCommand({
        Description: inputs.description,
        KeySpec: inputs.customerMasterKeySpec as KeySpec,
        KeyUsage: inputs.keyUsage as KeyUsageType,
        Policy: inputs.policy,
        Tags: Object.entries(inputs.tags ?? {}).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      }),
    );
    const KeyId = KeyMetadata?.KeyId ?? "";
    if (inputs.enableKeyRotation) await kms.send(new EnableKeyRotationCommand({ KeyId }));
    if (inputs.isEnabled === false) await kms.send(new DisableKeyCommand({ KeyId }));
    return KeyId;
  },
  read(KeyId, inputs, context) {
    const kms = client(KMSClient, context);
    return unlessGone(GONE, async () => {
      const { KeyMetadata: found } = await kms.send(new DescribeKeyCommand({ KeyId }));
      if (found?.KeyState === "PendingDeletion") return undefined;
      const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId }));
      const rotates = found?.KeySpec === "SYMMETRIC_DEFAULT";
      const rotation = rotates ? await kms.send(new GetKeyRotationStatusCommand({ KeyId })) : undefined;
      return {
        arn: found?.Arn,
        keyId: found?.KeyId,
        description: found?.Description,
        isEnabled: found?.Enabled,
        policy: Policy,
        enableKeyRotation: rotation?.KeyRotationEnabled ?? false,
        tagsAll: inputs.tags ?? {},
      };
    });
  },
  async update(KeyId, news, olds, context) {
    const kms = client(KMSClient, context);
    if (news.description !== olds.description)
      await kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: news.description ?? "" }));
    if (news.policy !== undefined && news.policy !== olds.policy)
      await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: news.policy }));
    if (news.isEnabled !== olds.isEnabled)
      await kms.send(news.isEnabled === false ? new DisableKeyCommand({ KeyId }) : new EnableKeyCommand({ KeyId }));
    if (news.enableKeyRotation !== olds.enableKeyRotation)
      await kms.send(
        news.enableKeyRotation
          ? new EnableKeyRotationCommand({ KeyId })
          : new DisableKeyRotationCommand({ KeyId }),
      );
  },
  async delete(KeyId, { deletionWindowInDays }, context) {
    await ignoreGone(GONE_OR_PENDING, () =>
      client(KMSClient, context).send(
        new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: deletionWindowInDays ?? 30 }),
      ),
    );
  },
});

const alias = defineResource<Args<AliasArgs>>({
  token: "aws:kms/alias:Alias",
  autoname: { property: "name", maxLength: 256, transform: (name) => `alias/${name}` },
  required: ["targetKeyId"],
  replaceOn: ["name"],
  async create({ name, targetKeyId }, context) {
    await client(KMSClient, context).send(
      new CreateAliasCommand({ AliasName: name, TargetKeyId: targetKeyId }),
    );
    return name ?? "";
  },
  async read(id, { targetKeyId }, context) {
    const { Aliases } = await client(KMSClient, context).send(new ListAliasesCommand({ KeyId: targetKeyId }));
    const found = Aliases?.find(({ AliasName }) => AliasName === id);
    return found && { name: found.AliasName, arn: found.AliasArn, targetKeyArn: targetKeyId };
  },
  async update(id, { targetKeyId }, _olds, context) {
    await client(KMSClient, context).send(
      new UpdateAliasCommand({ AliasName: id, TargetKeyId: targetKeyId }),
    );
  },
  async delete(id, _state, context) {
    await ignoreGone(GONE, () => client(KMSClient, context).send(new DeleteAliasCommand({ AliasName: id })));
  },
});

export const KMS_RESOURCES: readonly ResourceType[] = [key, alias];
