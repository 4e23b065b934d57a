import type * as sdk from "@aws-sdk/client-secrets-manager";
import type { SecretArgs } from "@pulumi/aws/secretsmanager/secret";
import type { SecretPolicyArgs } from "@pulumi/aws/secretsmanager/secretPolicy";
import type { SecretVersionArgs } from "@pulumi/aws/secretsmanager/secretVersion";
import type { Args } from "../define";
import { awsClient } from "../mapped/resource";
import type { ProviderContext, ResourceType } from "../types";

const secrets = awsClient(() => require("@aws-sdk/client-secrets-manager") as typeof sdk);

// A secret that is scheduled for deletion does not exist for the program.
const gone = ["ResourceNotFoundException", "InvalidRequestException"];
const nothing = Promise.resolve();

const secret = secrets.resource<Args<SecretArgs>>({
  token: "aws:secretsmanager/secret:Secret",
  inputs: [
    "description",
    "forceOverwriteReplicaSecret",
    "kmsKeyId",
    "name",
    "namePrefix",
    "policy",
    "recoveryWindowInDays",
    "tags",
  ],
  outputs: ["arn"],
  names: { ResourcePolicy: "policy" },
  computed: ["kmsKeyId", "policy"],
  autoname: { property: "name", maxLength: 512 },
  defaults: { forceOverwriteReplicaSecret: false, recoveryWindowInDays: 30 },
  replaceOn: ["name", "namePrefix"],
  jsonInputs: ["policy"],
  gone,
  create: { CreateSecret: () => ({}) },
  id: (_inputs, { ARN }) => String(ARN),
  read: {
    DescribeSecret: (SecretId) => ({ SecretId }),
    GetResourcePolicy: (SecretId) => ({ SecretId }),
  },
  update: {
    UpdateSecret: (SecretId, { news }) => ({ SecretId, Description: news.description ?? "" }),
  },
  async complete(SecretId, { news, olds }, context) {
    if (news.policy === olds?.policy) return;
    if (news.policy)
      await secrets.send("PutResourcePolicy", { SecretId, ResourcePolicy: news.policy }, context);
    else await secrets.send("DeleteResourcePolicy", { SecretId }, context);
  },
  // A window of 0 days means at once.
  delete: {
    DeleteSecret: (SecretId, { recoveryWindowInDays: days = 30 }) => ({
      SecretId,
      ...(days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days }),
    }),
  },
  tags: { of: (SecretId) => ({ SecretId }), tag: "TagResource", untag: "UntagResource" },
});

const secretPolicy = secrets.resource<Args<SecretPolicyArgs>>({
  token: "aws:secretsmanager/secretPolicy:SecretPolicy",
  inputs: ["blockPublicPolicy", "policy", "secretArn"],
  names: { ResourcePolicy: "policy", ARN: "secretArn", SecretId: "secretArn" },
  required: ["policy", "secretArn"],
  replaceOn: ["secretArn"],
  jsonInputs: ["policy"],
  gone,
  create: { PutResourcePolicy: () => ({}) },
  id: ({ secretArn }) => secretArn,
  read: { GetResourcePolicy: (SecretId) => ({ SecretId }) },
  outputsFrom: (found) => (found.policy ? found : undefined),
  update: { PutResourcePolicy: () => ({}) },
  delete: { DeleteResourcePolicy: (SecretId) => ({ SecretId }) },
});

const secretVersion = secrets.resource<Args<SecretVersionArgs>>({
  token: "aws:secretsmanager/secretVersion:SecretVersion",
  inputs: ["secretBinary", "secretId", "secretString", "versionStages"],
  outputs: ["arn", "versionId"],
  names: { ARN: "arn", SecretId: "secretId" },
  computed: ["versionStages"],
  required: ["secretId"],
  replaceOn: ["secretBinary", "secretId", "secretString"],
  secretOutputs: ["secretBinary", "secretString"],
  gone,
  create: { PutSecretValue: () => ({}) },
  id: ({ secretId }, { VersionId }) => `${secretId}|${String(VersionId)}`,
  importKey: (id) => ({ secretId: id.split("|")[0] }),
  read: { GetSecretValue: (id) => wireKey(id) },
  complete: (id, { news, olds }, context) =>
    olds ? moveStages(wireKey(id), olds.versionStages, news.versionStages, context) : nothing,
  // AWS removes AWSCURRENT from a version only by moving it to another one.
  delete: {
    UpdateSecretVersionStage: (id, { versionStages = [] }) =>
      versionStages
        .filter((stage) => stage !== "AWSCURRENT")
        .map((VersionStage) => {
          const { SecretId, VersionId: RemoveFromVersionId } = wireKey(id);
          return { SecretId, VersionStage, RemoveFromVersionId };
        }),
  },
});

export const SECRETS_MANAGER_RESOURCES: readonly ResourceType[] = [
  secret,
  secretPolicy,
  secretVersion,
];

function wireKey(id: string): { SecretId: string; VersionId: string } {
  const [SecretId, VersionId] = id.split("|");
  return { SecretId, VersionId };
}

async function moveStages(
  { SecretId, VersionId }: ReturnType<typeof wireKey>,
  before: readonly string[] = [],
  now: readonly string[] = before,
  context: ProviderContext,
): Promise<void> {
  const { VersionIdsToStages = {} } = await secrets.send("DescribeSecret", { SecretId }, context);
  const holderOf = (stage: string): string | undefined =>
    Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id].includes(stage));
  for (const VersionStage of now.filter((stage) => !before.includes(stage))) {
    const RemoveFromVersionId = holderOf(VersionStage);
    const move = { SecretId, VersionStage, MoveToVersionId: VersionId, RemoveFromVersionId };
    await secrets.send("UpdateSecretVersionStage", move, context);
  }
  for (const VersionStage of before.filter((stage) => !now.includes(stage))) {
    const remove = { SecretId, VersionStage, RemoveFromVersionId: VersionId };
    await secrets.send("UpdateSecretVersionStage", remove, context);
  }
}
