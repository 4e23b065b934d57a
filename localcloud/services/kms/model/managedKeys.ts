import { randomBytes, randomUUID } from "node:crypto";
import { formatArn } from "../../../core/arn";
import type { PolicyDocument } from "../../../core/policyDocument";
import type { StoreScope } from "../../../core/service";
import type { KmsKey, KmsStore } from "../store";

const MANAGED_ALIAS = /^alias\/aws\/([a-z0-9-]+)$/;

/** Services whose AWS managed key is created when it is first used. */
const SERVICES_WITH_KEY: readonly string[] = [
  "ssm",
  "sqs",
  "dynamodb",
  "lambda",
  "s3",
  "secretsmanager",
  "sns",
];

/** Creates the AWS managed key behind `alias/aws/<service>` when it is first named. */
export function ensureManagedKey(aliasName: string, store: KmsStore): void {
  const service = MANAGED_ALIAS.exec(aliasName)?.[1];
  if (!service || !SERVICES_WITH_KEY.includes(service) || store.aliases.has(aliasName)) return;
  const now = store.scope.clock.date();
  const key = managedKey(service, store.scope, now);
  store.keys.set(key.keyId, key);
  store.aliases.set(aliasName, {
    name: aliasName,
    arn: formatArn("kms", store.scope, aliasName),
    creationDate: now,
    lastUpdatedDate: now,
    targetKeyId: key.keyId,
  });
}

function managedKey(service: string, scope: StoreScope, creationDate: Date): KmsKey {
  const keyId = randomUUID();
  return {
    keyId,
    arn: formatArn("kms", scope, `key/${keyId}`),
    spec: "SYMMETRIC_DEFAULT",
    usage: "ENCRYPT_DECRYPT",
    origin: "AWS_KMS",
    manager: "AWS",
    creationDate,
    material: { kind: "symmetric", secrets: [randomBytes(32)] },
    tags: new Map(),
    description: `Default key that protects my ${service} data when no other key is defined`,
    enabled: true,
    policy: JSON.stringify(managedKeyPolicy(service, scope)),
    rotation: { periodInDays: 365, nextDate: new Date(creationDate.getTime() + 365 * 86_400_000) },
  };
}

/**
 * Returns the policy of an AWS managed key: all principals of the account may use it, but only through its service;
 * IAM policies do not apply.
 * Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
 */
function managedKeyPolicy(service: string, scope: StoreScope): PolicyDocument {
  return {
    Version: "2012-10-17",
    Id: `auto-${service}-1`,
    Statement: [
      {
        Sid: `Allow access through ${service} for all principals in the account that are authorized to use ${service}`,
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "kms:Encrypt",
          "kms:Decrypt",
          "kms:ReEncrypt*",
          "kms:GenerateDataKey*",
          "kms:CreateGrant",
          "kms:DescribeKey",
        ],
        Resource: "*",
        Condition: {
          StringEquals: {
            "kms:ViaService": `${service}.${scope.region}.amazonaws.com`,
            "kms:CallerAccount": scope.accountId,
          },
        },
      },
      {
        Sid: "Allow direct access to key metadata to the account",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${scope.accountId}:root` },
        Action: ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
        Resource: "*",
      },
    ],
  };
}
