import { APIGatewayClient, CreateRestApiCommand } from "@aws-sdk/client-api-gateway";
import { CloudWatchClient, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { EventBridgeClient, PutRuleCommand } from "@aws-sdk/client-eventbridge";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { loadCodec } from "../../codec";
import { regularExpression, type Constraint } from "../../codec/model/constraints";
import { isStaticShape, membersOf, schemaOf } from "../../codec/model/schema";
import { startCloud, type Cloud } from "../../cloud/cloud";
import { rootPrincipal } from "../../core/principal";
import { services } from "../../services";
import { ROOT_CREDENTIALS } from "../../engine/session";
import { expectAwsError } from "../support/expectAwsError";

describe("Every service's inputs", () => {
  let cloud: Cloud;
  const clients: { destroy(): void }[] = [];
  before(async () => {
    cloud = await startCloud({ clock: "manual" });
  });
  after(async () => {
    for (const client of clients) client.destroy();
    await cloud.close();
  });

  function client<Client extends { destroy(): void }>(
    Class: new (settings: object) => Client,
  ): Client {
    const { endpoint } = cloud;
    const made = new Class({
      endpoint,
      region: "us-east-1",
      credentials: ROOT_CREDENTIALS,
      maxAttempts: 1,
    });
    clients.push(made);
    return made;
  }

  const bogus = "BOGUS" as never;
  const lambda = { FunctionName: "f", Role: "arn:aws:iam::123456789012:role/r", Code: {} };
  const cases: [
    what: string,
    send: () => Promise<unknown>,
    code: string,
    at: string,
    allowed: string,
  ][] = [
    [
      "ECS schedulingStrategy",
      () =>
        client(ECSClient).send(
          new CreateServiceCommand({ serviceName: "s", schedulingStrategy: bogus }),
        ),
      "InvalidParameterException",
      "schedulingStrategy",
      "REPLICA, DAEMON",
    ],
    [
      "ECS network mode",
      () =>
        client(ECSClient).send(
          new RegisterTaskDefinitionCommand({
            family: "f",
            containerDefinitions: [],
            networkMode: bogus,
          }),
        ),
      "InvalidParameterException",
      "networkMode",
      "bridge, host, awsvpc, none",
    ],
    [
      "Lambda PackageType",
      () => client(LambdaClient).send(new CreateFunctionCommand({ ...lambda, PackageType: bogus })),
      "ValidationException",
      "packageType",
      "Zip, Image",
    ],
    [
      "DynamoDB TableClass",
      () =>
        client(DynamoDBClient).send(
          new CreateTableCommand({
            TableName: "table",
            AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
            KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
            TableClass: bogus,
          }),
        ),
      "ValidationException",
      "tableClass",
      "STANDARD, STANDARD_INFREQUENT_ACCESS",
    ],
    [
      "the comparison of an alarm",
      () =>
        client(CloudWatchClient).send(
          new PutMetricAlarmCommand({
            AlarmName: "a",
            EvaluationPeriods: 1,
            ComparisonOperator: bogus,
          }),
        ),
      // The SDK's name for the query protocol's ValidationError.
      "ValidationException",
      "comparisonOperator",
      "GreaterThanOrEqualToThreshold, GreaterThanThreshold, LessThanThreshold, LessThanOrEqualToThreshold, " +
        "LessThanLowerOrGreaterThanUpperThreshold, LessThanLowerThreshold, GreaterThanUpperThreshold",
    ],
    [
      "the class of a log group",
      () =>
        client(CloudWatchLogsClient).send(
          new CreateLogGroupCommand({ logGroupName: "g", logGroupClass: bogus }),
        ),
      "InvalidParameterException",
      "logGroupClass",
      "STANDARD, INFREQUENT_ACCESS, DELIVERY",
    ],
    [
      "the state of a rule",
      () =>
        client(EventBridgeClient).send(
          new PutRuleCommand({ Name: "r", ScheduleExpression: "rate(1 day)", State: bogus }),
        ),
      "ValidationException",
      "state",
      "ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
    ],
    [
      "the usage of a key",
      () => client(KMSClient).send(new CreateKeyCommand({ KeyUsage: bogus })),
      "ValidationException",
      "keyUsage",
      "SIGN_VERIFY, ENCRYPT_DECRYPT, GENERATE_VERIFY_MAC, KEY_AGREEMENT",
    ],
    [
      "the tier of a parameter",
      () => client(SSMClient).send(new PutParameterCommand({ Name: "p", Value: "v", Tier: bogus })),
      "ValidationException",
      "tier",
      "Standard, Advanced, Intelligent-Tiering",
    ],
  ];
  for (const [what, send, code, at, allowed] of cases)
    it(`are refused for a misspelt enum: ${what}`, () =>
      expectAwsError(
        send(),
        code,
        `1 validation error detected: Value 'BOGUS' at '${at}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed}]`,
      ));

  it("are refused for a misspelt item, with the whole list in the message", async () => {
    const command = new CreateRestApiCommand({
      name: "api",
      endpointConfiguration: { types: ["REGIONAL", bogus] },
    });
    await expectAwsError(
      client(APIGatewayClient).send(command),
      "ValidationException",
      "1 validation error detected: Value '[REGIONAL, BOGUS]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: " +
        "Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]",
    );
  });

  it("are refused for numbers and lengths out of bounds, all of them in one message", async () => {
    await expectAwsError(
      client(STSClient).send(new GetSessionTokenCommand({ DurationSeconds: 5, TokenCode: "1" })),
      "ValidationError",
      "2 validation errors detected: Value '5' at 'durationSeconds' failed to satisfy constraint: Member must have value " +
        "greater than or equal to 900; Value '1' at 'tokenCode' failed to satisfy constraint: Member must have length " +
        "greater than or equal to 6",
    );
  });

  it("are checked in calls between services too, before IAM is asked", async () => {
    const call = (
      input: object,
      principal = rootPrincipal("123456789012") as never,
    ): Promise<unknown> =>
      cloud.call({ service: "ssm", operation: "PutParameter", input, principal });
    await expectAwsError(call({ Name: "p" }), "ValidationException");
    const nobody = { type: "anonymous" } as never;
    await expectAwsError(
      call({ Name: "p", Value: "v", Type: "BOGUS" }, nobody),
      "ValidationException",
    );
    await expectAwsError(
      call({ Name: "p", Value: "v", Type: "String" }, nobody),
      "AccessDeniedException",
    );
  });
});

describe("The tables of constraints", () => {
  it("exist for every service", () => {
    const without = services.filter(({ constraints }) => !constraints).map(({ name }) => name);
    expect(without).to.deep.equal([]);
  });

  for (const { name, sdk, constraints } of services) {
    const table = constraints?.().table ?? {};

    it(`of ${name} contain only shapes and members of its client`, () => {
      loadCodec(sdk());
      const shapes = new Map(
        Object.values(sdk())
          .filter(isStaticShape)
          .map((shape) => [shape[2], shape]),
      );
      const unknown = Object.entries(table).flatMap(([shape, members]) => {
        const found = shapes.get(shape);
        const known = found ? [...membersOf(schemaOf(found))].map(([member]) => member) : [];
        return Object.keys(members)
          .filter((member) => !known.includes(member))
          .map((member) => `${shape}.${member}`);
      });
      expect(Object.keys(table)).to.not.deep.equal([]);
      expect(unknown).to.deep.equal([]);
    });

    it(`of ${name} have patterns that are valid in JavaScript`, () => {
      const patterns = Object.values(table)
        .flatMap((members) => Object.values(members))
        .flatMap((one): (Constraint | undefined)[] => [one, one.items, one.keys, one.values])
        .flatMap((one) => (one?.pattern === undefined ? [] : [one.pattern]));
      for (const pattern of patterns)
        expect(() => regularExpression(pattern), pattern).to.not.throw();
    });
  }
});
