import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/**
 * A table in which a component keeps records of several kinds: what they are about by the hash key, which kind by `part`,
 * until `expiresAt` where a record has it.
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
