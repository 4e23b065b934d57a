import {
  DynamoDBClient,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { client } from "../../../provider/clients";
import { describeLifecycle } from "../../support/resourceLifecycle";

const ATTRIBUTES = [
  { name: "pk", type: "S" },
  { name: "sk", type: "N" },
];
const INDEX = { name: "bySk", hashKey: "sk", projectionType: "ALL" };

describeLifecycle({
  type: "aws:dynamodb/table:Table",
  inputs: () => ({
    billingMode: "PAY_PER_REQUEST",
    hashKey: "pk",
    rangeKey: "sk",
    attributes: ATTRIBUTES,
    ttl: { enabled: true, attributeName: "expires" },
    pointInTimeRecovery: { enabled: true },
    localSecondaryIndexes: [{ name: "local", rangeKey: "sk", projectionType: "KEYS_ONLY" }],
    tags: { a: "1" },
  }),
  updates: [
    { globalSecondaryIndexes: [INDEX], tags: { b: "2" } },
    { globalSecondaryIndexes: undefined, deletionProtectionEnabled: true },
    { pointInTimeRecovery: { enabled: false }, ttl: undefined, deletionProtectionEnabled: false },
    { billingMode: "PROVISIONED", readCapacity: 3, writeCapacity: 2 },
    { readCapacity: 4 },
  ],
  replaces: [{ name: "other" }, { hashKey: "sk" }, { rangeKey: undefined }],
  drift: {
    async make({ context }, { id: TableName }) {
      const dynamodb = client(DynamoDBClient, context);
      await dynamodb.send(
        new UpdateTableCommand({
          TableName,
          ProvisionedThroughput: { ReadCapacityUnits: 9, WriteCapacityUnits: 2 },
        }),
      );
      await dynamodb.send(
        new UpdateTimeToLiveCommand({
          TableName,
          TimeToLiveSpecification: { Enabled: true, AttributeName: "hack" },
        }),
      );
    },
    expected: ["readCapacity", "ttl"],
  },
});

describeLifecycle({
  type: "aws:dynamodb/table:Table",
  async inputs(bench) {
    const key = await bench.make("aws:kms/key:Key", {});
    return {
      billingMode: "PROVISIONED",
      hashKey: "pk",
      attributes: ATTRIBUTES,
      readCapacity: 1,
      writeCapacity: 1,
      globalSecondaryIndexes: [{ ...INDEX, readCapacity: 1, writeCapacity: 1 }],
      serverSideEncryption: { enabled: true, kmsKeyArn: key.outputs.arn },
    };
  },
});

describeLifecycle({
  type: "aws:dynamodb/table:Table",
  inputs: () => ({
    billingMode: "PAY_PER_REQUEST",
    hashKey: "pk",
    attributes: [{ name: "pk", type: "S" }],
    globalSecondaryIndexes: [],
    localSecondaryIndexes: [],
  }),
  // A table without indexes does not show whether its list was empty or omitted.
  untold: ["globalSecondaryIndexes", "localSecondaryIndexes"],
});
