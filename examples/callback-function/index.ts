import { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import * as aws from "@pulumi/aws";
// In a project of your own: from "aws-callbacks".
import { CallbackFunction } from "../../components";

const visits = new aws.dynamodb.Table("visits", {
  attributes: [{ name: "page", type: "S" }],
  hashKey: "page",
  billingMode: "PAY_PER_REQUEST",
  pointInTimeRecovery: { enabled: true },
});

const visit = new CallbackFunction("visit", {
  // Called once per execution environment: the client is kept between calls.
  callbackFactory: () => {
    const dynamodb = new DynamoDBClient({});
    const TableName = process.env.TABLE_NAME;
    return async ({ page }: { page: string }): Promise<{ visits: number }> => {
      const { Attributes } = await dynamodb.send(
        new UpdateItemCommand({
          TableName,
          Key: { page: { S: page } },
          UpdateExpression: "ADD visits :one",
          ExpressionAttributeValues: { ":one": { N: "1" } },
          ReturnValues: "UPDATED_NEW",
        }),
      );
      return { visits: Number(Attributes?.visits?.N) };
    };
  },
  environment: { TABLE_NAME: visits.name },
  // All AWS permissions of the code, besides writing its own log.
  permissions: [{ actions: ["dynamodb:UpdateItem"], resources: [visits.arn] }],
  alarmActions: [],
});

export const visitFunctionName = visit.name;
export const visitsTableName = visits.name;
