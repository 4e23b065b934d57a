import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/**
 * Creates a table for a component's records of several kinds: the hash key is their subject, `part` their kind, and
 * they expire at `expiresAt` if they have it.
 *
 * @param hashKey name of the hash key, a string. Default `id`.
 */
export function createRecordTable(
  name: string,
  { tags, hashKey = "id" }: Pick<aws.dynamodb.TableArgs, "tags"> & { readonly hashKey?: string },
  opts: pulumi.CustomResourceOptions,
): aws.dynamodb.Table {
  return new aws.dynamodb.Table(
    name,
    {
      attributes: [
        { name: hashKey, type: "S" },
        { name: "part", type: "S" },
      ],
      hashKey,
      rangeKey: "part",
      billingMode: "PAY_PER_REQUEST",
      ttl: { attributeName: "expiresAt", enabled: true },
      pointInTimeRecovery: { enabled: true },
      tags,
    },
    opts,
  );
}
