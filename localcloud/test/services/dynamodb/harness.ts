import {
  CreateTableCommand,
  DynamoDBClient,
  type AttributeValue,
  type CreateTableCommandInput,
} from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { startCloud, type Cloud } from "../../../cloud/cloud";

/** A cloud whose time moves only with `advance`, with a client for its DynamoDB. */
export interface DynamoDbHarness {
  readonly cloud: Cloud;
  readonly client: DynamoDBClient;
  close(): Promise<void>;
}

export async function startDynamoDb(): Promise<DynamoDbHarness> {
  const cloud = await startCloud({ clock: "manual" });
  const client = new DynamoDBClient({
    region: "eu-west-1",
    endpoint: cloud.endpoint,
    credentials: { accessKeyId: "AKIAOWNER", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  return {
    cloud,
    client,
    async close() {
      client.destroy();
      await cloud.close();
    },
  };
}

/** The table of a comment service: a hash key, and an index by page in chronological order. */
export const COMMENTS = {
  TableName: "Comments",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: "commentId", AttributeType: "S" },
    { AttributeName: "pageId", AttributeType: "S" },
    { AttributeName: "createdAt", AttributeType: "N" },
  ],
  KeySchema: [{ AttributeName: "commentId", KeyType: "HASH" }],
  GlobalSecondaryIndexes: [
    {
      IndexName: "pageId-index",
      KeySchema: [
        { AttributeName: "pageId", KeyType: "HASH" },
        { AttributeName: "createdAt", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["message"] },
    },
  ],
} satisfies CreateTableCommandInput;

/** Creates a table with one hash key `id` of type S. */
export async function simpleTable(
  { client }: DynamoDbHarness,
  TableName = "simple",
  more: Partial<CreateTableCommandInput> = {},
): Promise<string> {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      ...more,
    }),
  );
  return TableName;
}

/** Returns the ARN of a table of the harness. */
export function arnOf(tableName: string): string {
  return `arn:aws:dynamodb:eu-west-1:123456789012:table/${tableName}`;
}

export const text = (S: string): AttributeValue => ({ S });
export const number = (n: number | string): AttributeValue => ({ N: String(n) });

/** Asserts that a call fails with this name and this text (or part of it). */
export async function expectError(
  call: Promise<unknown>,
  name: string,
  message: string | RegExp,
): Promise<Record<string, unknown>> {
  const error = await call.then(
    () => expect.fail(`expected ${name}, but the call succeeded`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw error;
  expect(`${error.name}: ${error.message}`).to.match(new RegExp(`^${name}: `));
  if (typeof message === "string") expect(error.message).to.equal(message);
  else expect(error.message).to.match(message);
  return { ...error };
}
