import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DynamoProxyArgs } from "./args";
import { attributeType, EXPIRY_ATTRIBUTE } from "./templates";

/** Creates the table of a proxy: on demand unless capacity is reserved, with 35 days of point-in-time recovery. */
export function createTable(
  name: string,
  args: DynamoProxyArgs,
  opts: pulumi.CustomResourceOptions,
): aws.dynamodb.Table {
  const { capacity, indexes = {} } = args;
  const reserved = capacity && { readCapacity: capacity.read, writeCapacity: capacity.write };
  const keys = [
    args.hashKey,
    args.rangeKey,
    ...Object.values(indexes).flatMap((index) => [index.hashKey, index.rangeKey]),
  ];
  const keyNames = [...new Set(keys.filter((key): key is string => key !== undefined))];
  return new aws.dynamodb.Table(
    name,
    {
      hashKey: args.hashKey,
      rangeKey: args.rangeKey,
      attributes: keyNames.map((key) => ({ name: key, type: attributeType(args, key) })),
      globalSecondaryIndexes: Object.entries(indexes).map(([indexName, index]) => ({
        name: indexName,
        hashKey: index.hashKey,
        rangeKey: index.rangeKey,
        ...(index.attributes
          ? {
              projectionType: "INCLUDE",
              nonKeyAttributes: projected(args, index.attributes, index),
            }
          : { projectionType: "ALL" }),
        ...reserved,
      })),
      billingMode: capacity ? "PROVISIONED" : "PAY_PER_REQUEST",
      ...reserved,
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: args.deletionProtection ?? false,
      ...(args.expireAfterDays ? { ttl: { attributeName: EXPIRY_ATTRIBUTE, enabled: true } } : {}),
      tags: args.tags,
    },
    opts,
  );
}

/** Keys are always projected, and DynamoDB refuses a projection that names them. */
function projected(
  args: DynamoProxyArgs,
  attributes: readonly string[],
  index: { hashKey: string; rangeKey?: string },
): string[] {
  const keys = [args.hashKey, args.rangeKey, index.hashKey, index.rangeKey];
  return attributes.filter((name) => !keys.includes(name));
}
