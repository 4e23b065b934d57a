import {
  GetMetricStatisticsCommand,
  CloudWatchClient,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  KMSClient,
  SignCommand,
  VerifyCommand,
} from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import {
  GetParameterCommand,
  GetParameterHistoryCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { type Cloud, startCloud } from "../../../cloud/cloud";
import { connection } from "../../services/ec2/ec2Cloud";
import { expectAwsError } from "../../support/expectAwsError";
import { restart } from "../../support/restartedCloud";

describe("A cloud that continues with its saved state", () => {
  let cloud: Cloud;
  // A connection of before the restart is closed: the SDK then tries another one.
  let settings: ReturnType<typeof connection>;
  beforeEach(async () => {
    cloud = await startCloud({ clock: "manual" });
    settings = { ...connection(cloud), maxAttempts: 3 };
  });
  afterEach(() => cloud.close());
  const again = async (): Promise<void> => {
    cloud = await restart(cloud);
  };

  it("has the messages of queues: waiting, delayed, in flight and deduplicated", async () => {
    const sqs = new SQSClient(settings);
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: "standard", Attributes: { VisibilityTimeout: "60" } }),
    );
    const Attributes = { FifoQueue: "true", ContentBasedDeduplication: "true" };
    const fifo = await sqs.send(new CreateQueueCommand({ QueueName: "q.fifo", Attributes }));
    const once = { QueueUrl: fifo.QueueUrl, MessageBody: "once", MessageGroupId: "g" };
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "in flight" }));
    const receive = async (url = QueueUrl) => {
      const command = new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ["All"],
      });
      return (await sqs.send(command)).Messages ?? [];
    };
    const [inFlight] = await receive();
    // Also names that the local cloud uses itself.
    const MessageAttributes = Object.fromEntries(
      ["polls", "span", "reports", "by"].map((name) => [
        name,
        { DataType: "String", StringValue: name },
      ]),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "waiting", MessageAttributes }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "delayed", DelaySeconds: 30 }));
    await sqs.send(new SendMessageCommand(once));

    await again();
    const bodies = (messages: { Body?: string }[]) => messages.map(({ Body }) => Body);
    const [waiting, ...others] = await receive();
    expect([waiting.Body, others]).to.deep.equal(["waiting", []]);
    expect(waiting.MessageAttributes).to.have.all.keys("polls", "span", "reports", "by");
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: waiting.ReceiptHandle }));
    await cloud.clock.advance(30_000);
    expect(bodies(await receive())).to.deep.equal(["delayed"]);
    await cloud.clock.advance(30_000);
    const [returned] = await receive();
    expect([returned.MessageId, returned.Body]).to.deep.equal([inFlight.MessageId, "in flight"]);
    await sqs.send(new SendMessageCommand(once));
    expect(bodies(await receive(fifo.QueueUrl))).to.deep.equal(["once"]);
  });

  it("has the items of tables, also in their indexes", async () => {
    const dynamodb = new DynamoDBClient(settings);
    const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: "S" }) as const;
    const key = (AttributeName: string) => [{ AttributeName, KeyType: "HASH" }] as const;
    await dynamodb.send(
      new CreateTableCommand({
        TableName: "notes",
        AttributeDefinitions: [attribute("id"), attribute("owner")],
        KeySchema: [...key("id")],
        GlobalSecondaryIndexes: [
          {
            IndexName: "owners",
            KeySchema: [...key("owner")],
            Projection: { ProjectionType: "ALL" },
          },
        ],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    const Item = { id: { S: "1" }, owner: { S: "ada" }, data: { B: Buffer.from([0, 255]) } };
    await dynamodb.send(new PutItemCommand({ TableName: "notes", Item }));

    await again();
    const { Items = [] } = await dynamodb.send(
      new QueryCommand({
        TableName: "notes",
        IndexName: "owners",
        KeyConditionExpression: "#o = :o",
        ExpressionAttributeNames: { "#o": "owner" },
        ExpressionAttributeValues: { ":o": { S: "ada" } },
      }),
    );
    expect(Items.map(({ id, data }) => [id.S, [...(data.B ?? [])]])).to.deep.equal([
      ["1", [0, 255]],
    ]);
  });

  it("has the objects of buckets, their versions and uploads in progress", async () => {
    const s3 = new S3Client({ ...settings, forcePathStyle: true });
    const Bucket = "data";
    await s3.send(new CreateBucketCommand({ Bucket }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    const put = (Body: string) =>
      s3.send(new PutObjectCommand({ Bucket, Key: "a", Body, Metadata: { by: "ada" } }));
    const first = await put("one");
    await put("two");
    const upload = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "b" }));
    const { UploadId } = upload;
    await s3.send(
      new UploadPartCommand({ Bucket, Key: "b", UploadId, PartNumber: 1, Body: "part" }),
    );

    await again();
    const read = async (VersionId?: string) =>
      (
        await s3.send(new GetObjectCommand({ Bucket, Key: "a", VersionId }))
      ).Body?.transformToString();
    expect([await read(), await read(first.VersionId)]).to.deep.equal(["two", "one"]);
    const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions).to.have.length(2);
    const { Parts } = await s3.send(new ListPartsCommand({ Bucket, Key: "b", UploadId }));
    expect(Parts?.map(({ Size }) => Size)).to.deep.equal([4]);
  });

  it("decrypts and verifies what was encrypted and signed before, in every service", async () => {
    const [kms, ssm, secrets] = [
      new KMSClient(settings),
      new SSMClient(settings),
      new SecretsManagerClient(settings),
    ];
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId;
    const pair = await kms.send(
      new CreateKeyCommand({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" }),
    );
    const Plaintext = Buffer.from("hidden");
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }));
    const signing = {
      KeyId: pair.KeyMetadata?.KeyId,
      Message: Plaintext,
      SigningAlgorithm: "ECDSA_SHA_256",
    } as const;
    const { Signature } = await kms.send(new SignCommand(signing));
    const parameter = { Name: "/p", Type: "SecureString", Overwrite: true } as const;
    for (const Value of ["one", "two"])
      await ssm.send(new PutParameterCommand({ ...parameter, Value }));
    await secrets.send(new CreateSecretCommand({ Name: "s", SecretString: "secret" }));

    await again();
    const decrypted = await kms.send(new DecryptCommand({ CiphertextBlob }));
    expect(Buffer.from(decrypted.Plaintext ?? []).toString()).to.equal("hidden");
    const { SignatureValid } = await kms.send(new VerifyCommand({ ...signing, Signature }));
    expect(SignatureValid).to.equal(true);
    const read = await ssm.send(new GetParameterCommand({ Name: "/p", WithDecryption: true }));
    expect(read.Parameter?.Value).to.equal("two");
    const history = await ssm.send(new GetParameterHistoryCommand({ Name: "/p" }));
    expect(history.Parameters?.map(({ Version }) => Version)).to.deep.equal([1, 2]);
    const secret = await secrets.send(new GetSecretValueCommand({ SecretId: "s" }));
    expect(secret.SecretString).to.equal("secret");
  });

  it("has log events and metrics, and goes on with them", async () => {
    const [logs, cloudwatch] = [new CloudWatchLogsClient(settings), new CloudWatchClient(settings)];
    const place = { logGroupName: "g", logStreamName: "s" };
    await logs.send(new CreateLogGroupCommand(place));
    await logs.send(new CreateLogStreamCommand(place));
    const write = (message: string) => {
      const logEvents = [{ timestamp: cloud.clock.now(), message }];
      return logs.send(new PutLogEventsCommand({ ...place, logEvents }));
    };
    const metric = { Namespace: "N", MetricName: "m" };
    const count = (Value: number) =>
      cloudwatch.send(
        new PutMetricDataCommand({
          Namespace: "N",
          MetricData: [{ MetricName: "m", Value, Timestamp: cloud.clock.date() }],
        }),
      );
    await write("before");
    await count(1);

    await again();
    await write("after");
    await count(2);
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: "g" }));
    expect(events.map(({ message }) => message)).to.deep.equal(["before", "after"]);
    const { Datapoints = [] } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        ...metric,
        StartTime: new Date(cloud.clock.now() - 3_600_000),
        EndTime: new Date(cloud.clock.now() + 60_000),
        Period: 7200,
        Statistics: ["Sum", "SampleCount"],
      }),
    );
    const sum = (name: "Sum" | "SampleCount") =>
      Datapoints.reduce((all, one) => all + (one[name] ?? 0), 0);
    expect([sum("Sum"), sum("SampleCount")]).to.deep.equal([3, 2]);
  });

  it("knows its users, their keys and what they may do", async () => {
    const iam = new IAMClient(settings);
    const UserName = "ada";
    await iam.send(new CreateUserCommand({ UserName }));
    const Statement = { Effect: "Allow", Action: "sqs:CreateQueue", Resource: "*" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const credentials = {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };

    await again();
    const sqs = new SQSClient({ ...settings, credentials });
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "hers" }));
    await expectAwsError(
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "m" })),
      "AccessDenied",
      /user\/ada is not authorized to perform: sqs:sendmessage/i,
    );
  });
});
