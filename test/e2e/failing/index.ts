import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import * as aws from "@pulumi/aws";
import { StagedApi } from "../../../components";

const table = new aws.dynamodb.Table("orders", {
  attributes: [{ name: "id", type: "S" }],
  hashKey: "id",
  billingMode: "PAY_PER_REQUEST",
});

const api = new StagedApi("shop", {
  routes: [
    {
      // The permission to put items is missing.
      method: "GET",
      path: "/order",
      callbackFactory: () => {
        const dynamodb = new DynamoDBClient({});
        const TableName = process.env.TABLE_NAME;
        return async () => {
          await dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: "1" } } }));
          return { ordered: true };
        };
      },
    },
    {
      // The name is not quoted, so the event is not valid JSON.
      method: "GET",
      path: "/price",
      requestParameters: { "querystring.name": false },
      requestTemplate: `{ "name": $input.params('name') }`,
      callback: async ({ name }: { name: string }) => ({ name, price: 1 }),
    },
    {
      // It waits longer than the function's timeout.
      method: "GET",
      path: "/slow",
      callback: async () => {
        await new Promise((resolve) => setTimeout(resolve, 60_000));
        return {};
      },
    },
  ],
  environment: { TABLE_NAME: table.name },
  permissions: [{ actions: ["dynamodb:GetItem"], resources: [table.arn] }],
  alarmActions: [],
});

export const stageUrl = api.stageUrl;
