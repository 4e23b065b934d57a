import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { locationOf } from "../../location";

const known = new WeakMap<object, aws.kms.Key>();

/**
 * Returns the key that encrypts all topics of a stack: only one, since each key costs a monthly fee. Auto Scaling
 * cannot publish to a topic under an AWS managed key: its role needs permissions in a key policy that can be changed.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export function stackTopicKey(component: pulumi.Resource): aws.kms.Key {
  const provider = component.getProvider("aws:kms/key:Key");
  // The monitor lives as long as one run of the program.
  const owner: object = provider ?? pulumi.runtime.getMonitor() ?? component;
  const key = known.get(owner) ?? createKey(component, provider);
  known.set(owner, key);
  return key;
}

/** Creates a key whose policy leaves everything else to the policies of roles. */
function createKey(
  component: pulumi.Resource,
  provider: pulumi.ProviderResource | undefined,
): aws.kms.Key {
  const { accountId, partition } = locationOf(component);
  const policy = pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AccountPolicies",
        Effect: "Allow",
        Principal: { AWS: pulumi.interpolate`arn:${partition}:iam::${accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  });
  // Each provider has its own key, and no two resources of a program may have the same type and name.
  const name: unknown = provider && Reflect.get(provider, "__name");
  return new aws.kms.Key(
    typeof name === "string" ? `topics-${name}` : "topics",
    {
      description: "Encrypts the topics that lifecycle hooks of this stack publish to.",
      enableKeyRotation: true,
      policy,
    },
    provider ? { provider } : {},
  );
}
