import {
  APIGatewayClient,
  CreateRestApiCommand,
  PutIntegrationCommand,
  type PutIntegrationCommandInput,
  PutMethodCommand,
} from "@aws-sdk/client-api-gateway";
import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateTableCommand, DynamoDBClient, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateClusterCommand,
  ECSClient,
  ListServicesCommand,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import { DecryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { AssumeRoleCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { type Cloud, startCloud } from "../../cloud/cloud";
import { ROOT_CREDENTIALS } from "../../engine/session";

/** An input member that this cloud does not support, and a call that uses it. */
type Refusal = [option: string, call: () => Promise<unknown>];

describe("An option that the local cloud does not have", () => {
  let cloud: Cloud;
  let method: Pick<PutIntegrationCommandInput, "restApiId" | "resourceId" | "httpMethod">;
  const clients: { destroy(): void }[] = [];

  before(async () => {
    cloud = await startCloud({ clock: "manual" });
    const gateway = client(APIGatewayClient);
    const api = await gateway.send(new CreateRestApiCommand({ name: "a" }));
    const { rootResourceId: resourceId } = api;
    method = { restApiId: api.id, resourceId, httpMethod: "GET" };
    await gateway.send(new PutMethodCommand({ ...method, authorizationType: "NONE" }));
    await client(ECSClient).send(new CreateClusterCommand({ clusterName: "default" }));
  });
  after(async () => {
    clients.forEach((client) => client.destroy());
    await cloud.close();
  });

  interface Settings {
    endpoint: string;
    region: string;
    credentials: typeof ROOT_CREDENTIALS;
    maxAttempts: number;
  }
  function client<Client extends { destroy(): void }>(Class: new (s: Settings) => Client): Client {
    const { endpoint } = cloud;
    const settings = { endpoint, region: "us-east-1", maxAttempts: 1 };
    const made = new Class({ ...settings, credentials: ROOT_CREDENTIALS });
    clients.push(made);
    return made;
  }

  const uri = "http://127.0.0.1/";
  const http = { type: "HTTP" as const, integrationHttpMethod: "GET", uri };
  const table = {
    TableName: "t",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" as const }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" as const }],
    BillingMode: "PAY_PER_REQUEST" as const,
  };
  const role = { RoleArn: "arn:aws:iam::123456789012:role/r", RoleSessionName: "session" };

  const refusals: Refusal[] = [
    [
      "connectionId",
      () =>
        client(APIGatewayClient).send(
          new PutIntegrationCommand({ ...method, ...http, connectionId: "c" }),
        ),
    ],
    [
      "integrationTarget",
      () =>
        client(APIGatewayClient).send(
          new PutIntegrationCommand({ ...method, ...http, integrationTarget: "arn:aws:elb" }),
        ),
    ],
    [
      "entity",
      () =>
        client(CloudWatchLogsClient).send(
          new PutLogEventsCommand({
            logGroupName: "g",
            logStreamName: "s",
            logEvents: [{ timestamp: 1, message: "m" }],
            entity: { keyAttributes: { Type: "Service", Name: "api" } },
          }),
        ),
    ],
    [
      "VectorIndexes",
      () =>
        client(DynamoDBClient).send(
          // Its own members do not matter: it is refused as a whole.
          new CreateTableCommand({ ...table, VectorIndexes: [] }),
        ),
    ],
    [
      "DisassociationProtectionEnabled",
      () =>
        client(DynamoDBClient).send(
          new UpdateTableCommand({ TableName: "t", DisassociationProtectionEnabled: true }),
        ),
    ],
    [
      "resourceManagementType",
      () => client(ECSClient).send(new ListServicesCommand({ resourceManagementType: "ECS" })),
    ],
    [
      "placementConstraints",
      () =>
        client(ECSClient).send(
          new RunTaskCommand({
            taskDefinition: "t",
            placementConstraints: [{ type: "distinctInstance" }],
          }),
        ),
    ],
    [
      "DryRunModifiers",
      () =>
        client(KMSClient).send(
          new DecryptCommand({
            CiphertextBlob: Buffer.from("blob"),
            DryRun: true,
            DryRunModifiers: ["IGNORE_CIPHERTEXT"],
          }),
        ),
    ],
    [
      "MasterRegion",
      () => client(LambdaClient).send(new ListFunctionsCommand({ MasterRegion: "us-east-1" })),
    ],
    [
      "MinimumSessionTokenSize",
      () =>
        client(STSClient).send(new AssumeRoleCommand({ ...role, MinimumSessionTokenSize: 4096 })),
    ],
    [
      "MinimumSessionTokenSize",
      () => client(STSClient).send(new GetSessionTokenCommand({ MinimumSessionTokenSize: 4096 })),
    ],
    [
      "dynamic labels (${MAX})",
      () =>
        client(CloudWatchClient).send(
          new GetMetricDataCommand({
            StartTime: new Date(0),
            EndTime: new Date(60_000),
            LabelOptions: { Timezone: "+0130" },
            MetricDataQueries: [
              {
                Id: "m",
                Label: "${MAX}",
                MetricStat: { Metric: { MetricName: "m" }, Period: 60, Stat: "Sum" },
              },
            ],
          }),
        ),
    ],
  ];

  for (const [option, call] of refusals)
    it(`is refused by name: ${option}`, async () => {
      const error = await call().then(
        () => new Error("the call succeeded"),
        (reason: Error) => reason,
      );
      expect(error.message)
        .to.include(option)
        .and.match(/local cloud/i);
    });
});
