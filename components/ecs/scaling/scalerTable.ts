import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Where a scaler keeps its decisions and what it remembers. */
export function createScalerTable(
  name: string,
  tags: aws.dynamodb.TableArgs["tags"],
  opts: pulumi.CustomResourceOptions,
): aws.dynamodb.Table {
  return new aws.dynamodb.Table(
    name,
    {
      attributes: [
        { name: "id", type: "S" },
        { name: "part", type: "S" },
      ],
      hashKey: "id",
      rangeKey: "part",
      billingMode: "PAY_PER_REQUEST",
      ttl: { attributeName: "expiresAt", enabled: true },
      pointInTimeRecovery: { enabled: true },
      tags,
    },
    opts,
  );
}
