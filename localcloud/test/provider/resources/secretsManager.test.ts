import {
  PutResourcePolicyCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UpdateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import { client } from "../../../provider/clients";
import type { Properties } from "../../../provider/types";
import { describeLifecycle, type ProviderBench } from "../../support/resourceLifecycle";

const policy = (Action: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action,
        Resource: "*",
      },
    ],
  });

async function secretId(bench: ProviderBench): Promise<unknown> {
  return (await bench.make("aws:secretsmanager/secret:Secret", {})).id;
}

describeLifecycle({
  type: "aws:secretsmanager/secret:Secret",
  inputs: () => ({ description: "One", tags: { a: "1" } }),
  updates: [
    { description: "Two" },
    { description: undefined },
    { policy: policy("secretsmanager:GetSecretValue") },
    { policy: policy("secretsmanager:DescribeSecret") },
    { tags: { b: "2" } },
    { tags: undefined, kmsKeyId: "alias/aws/secretsmanager" },
    { recoveryWindowInDays: 0 },
  ],
  replaces: [{ name: "other" }],
  drift: {
    async make({ context }, { id }) {
      const secrets = client(SecretsManagerClient, context);
      await secrets.send(new UpdateSecretCommand({ SecretId: id, Description: "x" }));
      await secrets.send(
        new TagResourceCommand({ SecretId: id, Tags: [{ Key: "who", Value: "me" }] }),
      );
    },
    expected: ["description", "tags"],
  },
});

describeLifecycle({
  type: "aws:secretsmanager/secretVersion:SecretVersion",
  inputs: async (bench) => ({ secretId: await secretId(bench), secretString: "one" }),
  updates: [{ versionStages: ["AWSCURRENT", "GREEN"] }, { versionStages: ["AWSCURRENT"] }],
  replaces: [{ secretString: "two" }],
  // AWSCURRENT cannot be removed, only moved to another version.
  permanent: true,
});

describeLifecycle({
  type: "aws:secretsmanager/secretPolicy:SecretPolicy",
  inputs: async (bench): Promise<Properties> => ({
    secretArn: await secretId(bench),
    policy: policy("secretsmanager:GetSecretValue"),
  }),
  updates: [{ policy: policy("secretsmanager:*") }],
  replaces: [{ secretArn: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:x-123456" }],
  drift: {
    make: ({ context }, { id }) =>
      client(SecretsManagerClient, context).send(
        new PutResourcePolicyCommand({
          SecretId: id,
          ResourcePolicy: policy("secretsmanager:ListSecretVersionIds"),
        }),
      ),
    expected: ["policy"],
  },
});
