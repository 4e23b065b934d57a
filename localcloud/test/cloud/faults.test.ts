import { APIGatewayClient, GetRestApiCommand } from "@aws-sdk/client-api-gateway";
import { CloudWatchClient, ListMetricsCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient, GetItemCommand, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListClustersCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { EventBridgeClient, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { ListKeysCommand, KMSClient } from "@aws-sdk/client-kms";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { ListQueuesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { CreateQueueCommand, GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { ConfiguredRetryStrategy, isThrottlingError } from "@smithy/core/retry";
import type { SdkError } from "@smithy/types";
import { expect } from "chai";
import { type Cloud, startCloud } from "../../cloud/cloud";
import type { FaultKind } from "../../cloud/faults";
import type { ServiceDefinition } from "../../core/service";
import type { SessionCredentials } from "../../core/identity";
import { services as allServices } from "../../services";
import { ecs } from "../../services/ecs";
import { eventbridge } from "../../services/eventbridge";
import { roleSession } from "../support/roleSession";

/** The members of a client that this file uses; all official clients have them. */
interface Client {
  send(command: object): Promise<object>;
  destroy(): void;
}

type ClientClass = new (settings: object) => Client;

/** The SDK's names of the four errors of one operation: throttle, internalError, accessDenied, notFound. */
interface ErrorNames {
  service: string;
  Class: unknown;
  command: object;
  names: readonly [throttle: string, internal: string, denied: string, missing: string];
  statuses: readonly [throttle: number, internal: number, denied: number, missing: number];
}

const denied = "AccessDeniedException";
const JSON_STATUSES = [400, 500, 400, 400] as const;
const COMMON_THROTTLE = "ThrottlingException";

const table = { TableName: "t", Key: { id: { S: "1" } } };

const operations: readonly ErrorNames[] = [
  {
    service: "sqs",
    Class: SQSClient,
    command: new ListQueuesCommand({}),
    names: ["RequestThrottled", "InternalFailure", "AccessDenied", "QueueDoesNotExist"],
    statuses: [403, 500, 403, 400],
  },
  {
    service: "dynamodb",
    Class: DynamoDBClient,
    command: new GetItemCommand(table),
    names: [
      "ProvisionedThroughputExceededException",
      "InternalServerError",
      denied,
      "ResourceNotFoundException",
    ],
    statuses: JSON_STATUSES,
  },
  {
    service: "dynamodb",
    Class: DynamoDBClient,
    command: new ListTablesCommand({}),
    names: [COMMON_THROTTLE, "InternalServerError", denied, "ResourceNotFoundException"],
    statuses: JSON_STATUSES,
  },
  {
    service: "lambda",
    Class: LambdaClient,
    command: new GetFunctionCommand({ FunctionName: "f" }),
    names: ["TooManyRequestsException", "ServiceException", denied, "ResourceNotFoundException"],
    statuses: [429, 500, 403, 404],
  },
  {
    service: "api-gateway",
    Class: APIGatewayClient,
    command: new GetRestApiCommand({ restApiId: "a" }),
    names: ["TooManyRequestsException", "InternalFailure", denied, "NotFoundException"],
    statuses: [429, 500, 403, 404],
  },
  {
    service: "ecs",
    Class: ECSClient,
    command: new ListClustersCommand({}),
    names: [COMMON_THROTTLE, "ServerException", denied, "ClusterNotFoundException"],
    statuses: JSON_STATUSES,
  },
  {
    service: "ssm",
    Class: SSMClient,
    command: new GetParameterCommand({ Name: "p" }),
    names: [COMMON_THROTTLE, "InternalServerError", denied, "ParameterNotFound"],
    statuses: JSON_STATUSES,
  },
  {
    service: "kms",
    Class: KMSClient,
    command: new ListKeysCommand({}),
    names: [COMMON_THROTTLE, "KMSInternalException", denied, "NotFoundException"],
    statuses: JSON_STATUSES,
  },
  {
    service: "eventbridge",
    Class: EventBridgeClient,
    command: new ListRulesCommand({}),
    names: [COMMON_THROTTLE, "InternalException", denied, "ResourceNotFoundException"],
    statuses: JSON_STATUSES,
  },
  {
    service: "cloudwatch-logs",
    Class: CloudWatchLogsClient,
    command: new DescribeLogGroupsCommand({}),
    names: [COMMON_THROTTLE, "ServiceUnavailableException", denied, "ResourceNotFoundException"],
    statuses: JSON_STATUSES,
  },
  {
    service: "cloudwatch",
    Class: CloudWatchClient,
    command: new ListMetricsCommand({}),
    names: ["Throttling", "InternalServiceFault", denied, "ResourceNotFound"],
    statuses: [400, 500, 400, 404],
  },
  {
    service: "iam",
    Class: IAMClient,
    command: new GetRoleCommand({ RoleName: "r" }),
    names: ["Throttling", "ServiceFailureException", "AccessDenied", "NoSuchEntityException"],
    statuses: [400, 500, 403, 404],
  },
  {
    service: "sts",
    Class: STSClient,
    command: new GetCallerIdentityCommand({}),
    names: ["Throttling", "InternalFailure", "AccessDenied", "AccessDenied"],
    statuses: [400, 500, 403, 403],
  },
];

const ANSWERING: readonly FaultKind[] = ["throttle", "internalError", "accessDenied", "notFound"];

describe("Faults, as a real SDK client sees them", () => {
  let cloud: Cloud;
  let clients: Client[] = [];
  before(async () => {
    const services = [...allServices, ecs, eventbridge] as ServiceDefinition<unknown>[];
    cloud = await startCloud({ clock: "manual", services });
  });
  after(() => cloud.close());
  afterEach(() => {
    clients.forEach((client) => client.destroy());
    clients = [];
    cloud.faults.clear();
    cloud.recorder.clear();
  });

  /** Retries when the SDK does, but without its pauses. */
  function client<T>(
    Class: new (settings: object) => T,
    attempts = 1,
    session?: SessionCredentials,
  ): T {
    const made = new Class({
      endpoint: cloud.endpoint,
      region: "us-east-1",
      credentials: session ?? { accessKeyId: "root", secretAccessKey: "root" },
      retryStrategy: new ConfiguredRetryStrategy(attempts, () => 0),
    });
    clients.push(made as Client);
    return made;
  }

  for (const { service, Class, command, names, statuses } of operations) {
    const title = `${service}:${command.constructor.name.replace("Command", "")}`;

    it(`gives ${title} the service's own errors, with their statuses`, async () => {
      const sdk = client(Class as ClientClass);
      for (const [index, kind] of ANSWERING.entries()) {
        const id = cloud.faults.add({ kind, service });
        const error = await failure(sdk.send(command));
        expect(error.name, kind).to.equal(names[index]);
        expect(error.$metadata?.httpStatusCode, kind).to.equal(statuses[index]);
        expect(isThrottlingError(error), kind).to.equal(kind === "throttle");
        cloud.faults.remove(id);
      }
    });

    it(`makes the SDK retry ${title} after a throttle, a 500 and a lost connection, but not after a denial`, async () => {
      const sdk = client(Class as ClientClass, 2);
      for (const kind of ["throttle", "internalError", "connectionLostBefore"] as const) {
        cloud.recorder.clear();
        cloud.faults.clear();
        cloud.faults.add({ kind, service });
        await sdk.send(command).catch(() => undefined);
        const outcomes = cloud.recorder.find({ service }).map(({ outcome }) => outcome);
        expect(outcomes, kind).to.have.length(2);
        expect(outcomes[0], kind).to.equal("fault");
        expect(outcomes[1], kind).to.not.equal("fault");
      }
      cloud.recorder.clear();
      cloud.faults.add({ kind: "accessDenied", service });
      await failure(sdk.send(command));
      expect(cloud.recorder.find({ service })).to.have.length(1);
    });
  }

  it("uses the code of the missing kind of object on ECS", async () => {
    const sdk = client(ECSClient);
    cloud.faults.add({ kind: "notFound", service: "ecs", times: 2 });
    const update = new UpdateServiceCommand({ service: "s" });
    expect((await failure(sdk.send(update))).name).to.equal("ServiceNotFoundException");
    const describe = new DescribeTaskDefinitionCommand({ taskDefinition: "t" });
    expect((await failure(sdk.send(describe))).name).to.equal("ClientException");
  });

  it("uses the code of the rule if it has one", async () => {
    cloud.faults.add({ kind: "notFound", service: "kms", code: "KMSInvalidStateException" });
    const error = await failure(client(KMSClient).send(new ListKeysCommand({})));
    expect(error.name).to.equal("KMSInvalidStateException");
  });

  it("causes one effect when the connection is lost before it, two when it is lost after it", async () => {
    const sqs = client(SQSClient, 3);
    for (const [kind, messages] of [
      ["connectionLostBefore", 1],
      ["connectionLostAfter", 2],
    ] as const) {
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: kind }));
      cloud.faults.add({ kind, operation: "SendMessage" });
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "once" }));
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
      );
      expect(Attributes?.ApproximateNumberOfMessages, kind).to.equal(String(messages));
      const calls = cloud.recorder.find({ operation: "SendMessage" });
      expect(calls.map(({ outcome }) => outcome)).to.deep.equal(["fault", "ok"]);
      expect(calls[0].errorCode).to.equal("ConnectionLost");
      cloud.recorder.clear();
    }
  });

  it("makes the SDK give up when the connection is always lost, with an effect each time", async () => {
    const sqs = client(SQSClient, 3);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "for-ever" }));
    cloud.faults.add({ kind: "connectionLostAfter", operation: "SendMessage", times: "forever" });
    const error = await failure(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "m" })));
    expect(error).to.include({ code: "ECONNRESET" });
    cloud.faults.clear();
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    expect(Attributes?.ApproximateNumberOfMessages).to.equal("3");
  });

  it("affects only the named role, after the skipped calls, the given number of times", async () => {
    const grants = { Effect: "Allow", Action: "ssm:GetParameter", Resource: "*" };
    const [victim, other] = [
      client(SSMClient, 1, await roleSession(cloud, "victim", [grants])),
      client(SSMClient, 1, await roleSession(cloud, "other", [grants])),
    ];
    const get = async (sdk: SSMClient): Promise<string> =>
      (await failure(sdk.send(new GetParameterCommand({ Name: "/missing" })))).name;
    const id = cloud.faults.add({
      kind: "throttle",
      service: "ssm",
      roleName: "victim",
      skip: 1,
      times: 2,
    });
    const met = [];
    for (let call = 0; call < 5; call++) met.push(await get(victim));
    expect(met).to.deep.equal([
      "ParameterNotFound",
      COMMON_THROTTLE,
      COMMON_THROTTLE,
      "ParameterNotFound",
      "ParameterNotFound",
    ]);
    expect(await get(other)).to.equal("ParameterNotFound");
    expect(cloud.faults.list()).to.deep.include({
      id,
      rule: { kind: "throttle", service: "ssm", roleName: "victim", skip: 1, times: 2 },
      seen: 5,
      applied: 2,
    });
    expect(cloud.faults.remove(id)).to.equal(true);
    expect(cloud.faults.remove(id)).to.equal(false);
  });

  it("counts a permission as used only when IAM was asked and allowed the call", async () => {
    const session = await roleSession(cloud, "careful", [
      { Effect: "Allow", Action: "ssm:GetParameter", Resource: "*" },
    ]);
    const ssm = client(SSMClient, 1, session);
    const get = (Name: string): Promise<Error> =>
      failure(ssm.send(new GetParameterCommand({ Name })));
    cloud.faults.add({ kind: "throttle", roleName: "careful" });
    await get("/throttled");
    expect(cloud.recorder.usage("careful")).to.deep.equal([]);
    cloud.faults.add({ kind: "connectionLostAfter", roleName: "careful" });
    await get("/lost");
    await get("/missing");
    const [lost, missing] = cloud.recorder.usage("careful");
    expect(lost).to.include({ action: "ssm:GetParameter", allowed: 1, denied: 0 });
    expect(missing).to.include({ action: "ssm:GetParameter", allowed: 1, denied: 0 });
    const other = await roleSession(cloud, "careless", []);
    await failure(client(SSMClient, 1, other).send(new GetParameterCommand({ Name: "/x" })));
    expect(cloud.recorder.usage("careless")[0]).to.include({ allowed: 0, denied: 1 });
  });
});

async function failure(call: Promise<unknown>): Promise<SdkError> {
  const error = await call.then(
    () => new Error("the call succeeded"),
    (reason: unknown) => reason,
  );
  return error as SdkError;
}
