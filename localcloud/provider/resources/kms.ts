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
  ListResourceTagsCommand,
  paginateListAliases,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
  type KeySpec,
  type KeyUsageType,
} from "@aws-sdk/client-kms";
import type { AliasArgs } from "@pulumi/aws/kms/alias";
import type { KeyArgs } from "@pulumi/aws/kms/key";
import { client } from "../clients";
import {
  completing,
  defineResource,
  ignoreGone,
  tagChanges,
  tagOutputs,
  unlessGone,
  type Args,
} from "../define";
import type { ResourceType } from "../types";

const GONE = ["NotFoundException"];
const GONE_OR_PENDING = [...GONE, "KMSInvalidStateException"];

const key = defineResource<Args<KeyArgs>>({
  token: "aws:kms/key:Key",
  inputs: [
    "bypassPolicyLockoutSafetyCheck",
    "customerMasterKeySpec",
    "deletionWindowInDays",
    "description",
    "enableKeyRotation",
    "isEnabled",
    "keyUsage",
    "policy",
    "rotationPeriodInDays",
    "tags",
  ],
  computed: ["description", "policy", "rotationPeriodInDays"],
  defaults: {
    customerMasterKeySpec: "SYMMETRIC_DEFAULT",
    enableKeyRotation: false,
    isEnabled: true,
    keyUsage: "ENCRYPT_DECRYPT",
  },
  replaceOn: ["customerMasterKeySpec", "keyUsage"],
  jsonInputs: ["policy"],
  async create(inputs, context) {
    const kms = client(KMSClient, context);
    const { KeyMetadata } = await kms.send(
      new CreateKeyCommand({
        Description: inputs.description,
        KeySpec: inputs.customerMasterKeySpec as KeySpec,
        KeyUsage: inputs.keyUsage as KeyUsageType,
        Policy: inputs.policy,
        BypassPolicyLockoutSafetyCheck: inputs.bypassPolicyLockoutSafetyCheck,
        Tags: keyTags(inputs.tags),
      }),
    );
    const KeyId = KeyMetadata?.KeyId ?? "";
    return completing(KeyId, async () => {
      if (inputs.enableKeyRotation) await setRotation(KeyId, inputs, kms);
      if (inputs.isEnabled === false) await kms.send(new DisableKeyCommand({ KeyId }));
    });
  },
  read(KeyId, _inputs, context) {
    const kms = client(KMSClient, context);
    return unlessGone(GONE, async () => {
      const { KeyMetadata: found } = await kms.send(new DescribeKeyCommand({ KeyId }));
      if (found?.KeyState === "PendingDeletion") return undefined;
      const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId }));
      const rotates = found?.KeySpec === "SYMMETRIC_DEFAULT";
      const rotation = rotates
        ? await kms.send(new GetKeyRotationStatusCommand({ KeyId }))
        : undefined;
      const { Tags = [] } = await kms.send(new ListResourceTagsCommand({ KeyId }));
      return {
        arn: found?.Arn,
        keyId: found?.KeyId,
        description: found?.Description,
        customerMasterKeySpec: found?.KeySpec,
        keyUsage: found?.KeyUsage,
        isEnabled: found?.Enabled,
        policy: Policy,
        enableKeyRotation: rotation?.KeyRotationEnabled ?? false,
        rotationPeriodInDays: rotation?.KeyRotationEnabled
          ? rotation.RotationPeriodInDays
          : undefined,
        ...tagOutputs(Tags.map(({ TagKey: Key, TagValue: Value }) => ({ Key, Value }))),
      };
    });
  },
  async update(KeyId, news, olds, context) {
    const kms = client(KMSClient, context);
    if (news.description !== olds.description)
      await kms.send(
        new UpdateKeyDescriptionCommand({ KeyId, Description: news.description ?? "" }),
      );
    if (news.policy !== undefined && news.policy !== olds.policy)
      await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: news.policy }));
    // A disabled key refuses every other change: enabling comes first, disabling last.
    if (news.isEnabled !== false && olds.isEnabled === false)
      await kms.send(new EnableKeyCommand({ KeyId }));
    if (
      news.enableKeyRotation !== olds.enableKeyRotation ||
      news.rotationPeriodInDays !== olds.rotationPeriodInDays
    )
      await setRotation(KeyId, news, kms);
    if (news.isEnabled === false && olds.isEnabled !== false)
      await kms.send(new DisableKeyCommand({ KeyId }));
    const { set, remove } = tagChanges(olds.tags, news.tags);
    if (Object.keys(set).length > 0)
      await kms.send(new TagResourceCommand({ KeyId, Tags: keyTags(set) }));
    if (remove.length > 0) await kms.send(new UntagResourceCommand({ KeyId, TagKeys: remove }));
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
  inputs: ["name", "namePrefix", "targetKeyId"],
  autoname: { property: "name", maxLength: 256, transform: (name) => `alias/${name}` },
  required: ["targetKeyId"],
  replaceOn: ["name", "namePrefix"],
  async create({ name, targetKeyId }, context) {
    await client(KMSClient, context).send(
      new CreateAliasCommand({ AliasName: name, TargetKeyId: targetKeyId }),
    );
    return name ?? "";
  },
  async read(id, { targetKeyId }, context) {
    const kms = client(KMSClient, context);
    for await (const { Aliases } of paginateListAliases({ client: kms }, {})) {
      const found = Aliases?.find(({ AliasName }) => AliasName === id);
      if (!found) continue;
      const keyId = found.TargetKeyId ?? "";
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keyId }));
      return {
        name: found.AliasName,
        arn: found.AliasArn,
        targetKeyArn: KeyMetadata?.Arn,
        // The key may have been given by its id or by its ARN.
        targetKeyId: targetKeyId === KeyMetadata?.Arn ? targetKeyId : keyId,
      };
    }
    return undefined;
  },
  async update(id, { targetKeyId }, _olds, context) {
    await client(KMSClient, context).send(
      new UpdateAliasCommand({ AliasName: id, TargetKeyId: targetKeyId }),
    );
  },
  async delete(id, _state, context) {
    await ignoreGone(GONE, () =>
      client(KMSClient, context).send(new DeleteAliasCommand({ AliasName: id })),
    );
  },
});

export const KMS_RESOURCES: readonly ResourceType[] = [key, alias];

async function setRotation(KeyId: string, inputs: Args<KeyArgs>, kms: KMSClient): Promise<void> {
  const RotationPeriodInDays = inputs.rotationPeriodInDays;
  await kms.send(
    inputs.enableKeyRotation
      ? new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays })
      : new DisableKeyRotationCommand({ KeyId }),
  );
}

function keyTags(
  tags: Readonly<Record<string, string>> | undefined,
): { TagKey: string; TagValue: string }[] {
  return Object.entries(tags ?? {}).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}
