import { expect } from "chai";
import { startCloud, type Cloud } from "../../cloud/cloud";
import { rootPrincipal } from "../../core/principal";
import { expectAwsError } from "../support/expectAwsError";
import { zip } from "../services/lambda/lambdaCloud";

const ACCOUNT = "123456789012";
const PLACE = `us-east-1:${ACCOUNT}`;

type Output = Record<string, unknown>;
type Call = (operation: string, input: object) => Promise<Output>;

/**
 * In each test the first request waits for another service, and the second one is complete before it resumes: nothing
 * that the second one did may be lost.
 */
describe("Of two concurrent requests", function () {
  this.timeout(60_000);
  let cloud: Cloud;
  beforeEach(async () => {
    cloud = await startCloud({ clock: "manual" });
  });
  afterEach(() => cloud.close());

  const on =
    (service: string): Call =>
    (operation, input) =>
      cloud.call<Output>({ service, operation, input, principal: rootPrincipal(ACCOUNT) });

  async function role(name: string, service: string): Promise<string> {
    const trust = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    await on("iam")("CreateRole", { RoleName: name, AssumeRolePolicyDocument });
    const statement = { Effect: "Allow", Action: "*", Resource: "*" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await on("iam")("PutRolePolicy", { RoleName: name, PolicyName: "all", PolicyDocument });
    return `arn:aws:iam::${ACCOUNT}:role/${name}`;
  }

  async function key(): Promise<string> {
    const { KeyMetadata } = await on("kms")("CreateKey", {});
    return (KeyMetadata as { Arn: string }).Arn;
  }

  describe("on a function", () => {
    const lambda = on("lambda");
    const queue = `arn:aws:sqs:${PLACE}:jobs`;
    beforeEach(async () => {
      await on("sqs")("CreateQueue", { QueueName: "jobs" });
      await lambda("CreateFunction", {
        FunctionName: "f",
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Role: await role("worker", "lambda.amazonaws.com"),
        Code: { ZipFile: zip("exports.handler = async () => 1;") },
      });
    });

    it("both change the configuration", async () => {
      const first = lambda("UpdateFunctionConfiguration", {
        FunctionName: "f",
        DeadLetterConfig: { TargetArn: queue },
      });
      await lambda("UpdateFunctionConfiguration", { FunctionName: "f", Description: "second" });
      expect(await first).to.deep.include({
        DeadLetterConfig: { TargetArn: queue },
        Description: "second",
      });
    });

    it("the first one changes no configuration after the second one deleted the function", async () => {
      const first = lambda("UpdateFunctionConfiguration", {
        FunctionName: "f",
        DeadLetterConfig: { TargetArn: queue },
      });
      const refused = expectAwsError(first, "ResourceNotFoundException");
      await lambda("DeleteFunction", { FunctionName: "f" });
      await refused;
    });

    it("both change the settings of asynchronous calls", async () => {
      await lambda("PutFunctionEventInvokeConfig", { FunctionName: "f", MaximumRetryAttempts: 1 });
      const first = lambda("UpdateFunctionEventInvokeConfig", {
        FunctionName: "f",
        DestinationConfig: { OnFailure: { Destination: queue } },
      });
      await lambda("UpdateFunctionEventInvokeConfig", {
        FunctionName: "f",
        MaximumRetryAttempts: 0,
      });
      expect(await first).to.deep.include({
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnSuccess: {}, OnFailure: { Destination: queue } },
      });
    });

    it("both change a mapping, and a deleted mapping does not return", async () => {
      const create = { FunctionName: "f", EventSourceArn: queue, Enabled: false };
      const { UUID } = await lambda("CreateEventSourceMapping", create);
      const first = lambda("UpdateEventSourceMapping", { UUID, BatchSize: 5 });
      const second = lambda("UpdateEventSourceMapping", {
        UUID,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      });
      await Promise.all([first, second]);
      expect(await lambda("GetEventSourceMapping", { UUID })).to.deep.include({
        BatchSize: 5,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      });
      const third = lambda("UpdateEventSourceMapping", { UUID, BatchSize: 6 });
      const refused = expectAwsError(third, "ResourceNotFoundException");
      await lambda("DeleteEventSourceMapping", { UUID });
      await refused;
      expect(await lambda("ListEventSourceMappings", {})).to.deep.include({
        EventSourceMappings: [],
      });
    });
  });

  it("one creates the log group with a key", async () => {
    const logs = on("cloudwatch-logs");
    const create = () => logs("CreateLogGroup", { logGroupName: "g", tags: { a: "b" } });
    const statement = (principal: object) => ({
      Effect: "Allow",
      Principal: principal,
      Action: "kms:*",
      Resource: "*",
    });
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        statement({ AWS: `arn:aws:iam::${ACCOUNT}:root` }),
        statement({ Service: "logs.us-east-1.amazonaws.com" }),
      ],
    });
    const { KeyMetadata } = await on("kms")("CreateKey", { Policy });
    const kmsKeyId = (KeyMetadata as { Arn: string }).Arn;
    const first = logs("CreateLogGroup", { logGroupName: "g", kmsKeyId });
    const refused = expectAwsError(first, "ResourceAlreadyExistsException");
    await create();
    await refused;
    const { tags } = await logs("ListTagsLogGroup", { logGroupName: "g" });
    expect(tags).to.deep.equal({ a: "b" });
  });

  it("the later update of a schedule is the only one that runs, and a deleted one does not return", async () => {
    const scheduler = on("scheduler");
    await on("sqs")("CreateQueue", { QueueName: "jobs" });
    const roleArn = await role("scheduler", "scheduler.amazonaws.com");
    const settings = (Input: string) => ({
      Name: "s",
      ScheduleExpression: "rate(1 minutes)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: `arn:aws:sqs:${PLACE}:jobs`, RoleArn: roleArn, Input },
    });
    await scheduler("CreateSchedule", settings("0"));
    await Promise.all([
      scheduler("UpdateSchedule", settings("1")),
      scheduler("UpdateSchedule", settings("2")),
    ]);
    await cloud.clock.advance(61_000);
    const QueueUrl = `${cloud.endpoint}/${ACCOUNT}/jobs`;
    const { Messages = [] } = await on("sqs")("ReceiveMessage", {
      QueueUrl,
      MaxNumberOfMessages: 10,
    });
    expect((Messages as { Body: string }[]).map(({ Body }) => Body)).to.have.length(1);
    const refused = expectAwsError(
      scheduler("UpdateSchedule", settings("3")),
      "ResourceNotFoundException",
    );
    await scheduler("DeleteSchedule", { Name: "s" });
    await refused;
  });

  it("a new value of a secret does not undo its new key", async () => {
    const secrets = on("secrets-manager");
    const KmsKeyId = await key();
    await secrets("CreateSecret", { Name: "s", SecretString: "1" });
    const first = secrets("UpdateSecret", { SecretId: "s", SecretString: "2" });
    await secrets("UpdateSecret", { SecretId: "s", KmsKeyId });
    await first;
    expect(await secrets("DescribeSecret", { SecretId: "s" })).to.include({ KmsKeyId });
  });

  it("one creates a version of a secret with the same token", async () => {
    const secrets = on("secrets-manager");
    await secrets("CreateSecret", { Name: "s", SecretString: "1" });
    const put = (SecretString: string): Promise<Output> =>
      secrets("PutSecretValue", {
        SecretId: "s",
        SecretString,
        ClientRequestToken: "t".repeat(32),
      });
    const [first, second] = await Promise.allSettled([put("2"), put("3")]);
    expect([first.status, second.status]).to.deep.equal(["fulfilled", "rejected"]);
    expect(await secrets("GetSecretValue", { SecretId: "s" })).to.include({ SecretString: "2" });
  });

  it("both change the capacities of a scalable target", async () => {
    const scaling = on("application-auto-scaling");
    const ecs = on("ecs");
    await ecs("CreateCluster", { clusterName: "c" });
    const containerDefinitions = [{ name: "web", image: "web", memory: 64 }];
    await ecs("RegisterTaskDefinition", { family: "web", containerDefinitions });
    await ecs("CreateService", { cluster: "c", serviceName: "web", taskDefinition: "web" });
    const target = {
      ServiceNamespace: "ecs",
      ResourceId: "service/c/web",
      ScalableDimension: "ecs:service:DesiredCount",
    };
    const register = (change: object) =>
      scaling("RegisterScalableTarget", { ...target, ...change });
    await register({ MinCapacity: 1, MaxCapacity: 2 });
    await Promise.all([register({ MaxCapacity: 9 }), register({ MinCapacity: 2 })]);
    const { ScalableTargets } = await scaling("DescribeScalableTargets", {
      ServiceNamespace: "ecs",
    });
    expect((ScalableTargets as Output[])[0]).to.include({ MinCapacity: 2, MaxCapacity: 9 });
  });

  it("both change a table", async () => {
    const dynamodb = on("dynamodb");
    const TableName = "table";
    await dynamodb("CreateTable", {
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    });
    const expire = (Enabled: boolean): Promise<Output> =>
      dynamodb("UpdateTimeToLive", {
        TableName,
        TimeToLiveSpecification: { Enabled, AttributeName: "end" },
      });
    await expire(true);
    const first = dynamodb("UpdateTable", {
      TableName,
      SSESpecification: { Enabled: true, SSEType: "KMS", KMSMasterKeyId: await key() },
    });
    // The first one begins when it has the region's lock, and then asks KMS.
    for (let turn = 0; turn < 3; turn++) await Promise.resolve();
    await expire(false);
    await first;
    const { TimeToLiveDescription } = await dynamodb("DescribeTimeToLive", { TableName });
    expect(TimeToLiveDescription).to.deep.equal({ TimeToLiveStatus: "DISABLED" });
    const { Table } = await dynamodb("DescribeTable", { TableName });
    expect((Table as { SSEDescription: object }).SSEDescription).to.include({ Status: "ENABLED" });
  });

  describe("on an Auto Scaling group", () => {
    const scaling = on("auto-scaling");
    const name = { AutoScalingGroupName: "g" };
    const LaunchTemplate = { LaunchTemplateName: "web" };
    const sizes = { MinSize: 0, MaxSize: 1, AvailabilityZones: ["us-east-1a"] };
    beforeEach(() =>
      on("ec2")("CreateLaunchTemplate", {
        ...LaunchTemplate,
        LaunchTemplateData: { ImageId: "ami-0123456789abcdef0", InstanceType: "t3.micro" },
      }),
    );
    const group = async (): Promise<Output> => {
      const { AutoScalingGroups } = await scaling("DescribeAutoScalingGroups", {});
      return (AutoScalingGroups as Output[])[0];
    };

    it("one creates it", async () => {
      const create = () => scaling("CreateAutoScalingGroup", { ...name, ...sizes, LaunchTemplate });
      const results = await Promise.allSettled([create(), create()]);
      expect(results.map(({ status }) => status)).to.deep.equal(["fulfilled", "rejected"]);
    });

    it("both change its sizes", async () => {
      await scaling("CreateAutoScalingGroup", { ...name, ...sizes, LaunchTemplate });
      const first = scaling("UpdateAutoScalingGroup", { ...name, LaunchTemplate });
      await scaling("UpdateAutoScalingGroup", { ...name, MaxSize: 5 });
      await first;
      expect(await group()).to.include({ MaxSize: 5 });
    });

    it("one refreshes its instances", async () => {
      await scaling("CreateAutoScalingGroup", { ...name, ...sizes, LaunchTemplate });
      const start = () =>
        scaling("StartInstanceRefresh", { ...name, DesiredConfiguration: { LaunchTemplate } });
      const results = await Promise.allSettled([start(), start()]);
      expect(results.map(({ status }) => status)).to.deep.equal(["fulfilled", "rejected"]);
    });
  });

  it("one completes or aborts an upload that the other copies a part to", async () => {
    const s3 = on("s3");
    await s3("CreateBucket", { Bucket: "apps" });
    await s3("PutObject", {
      Bucket: "apps",
      Key: "source",
      Body: Buffer.from("x"),
      ServerSideEncryption: "aws:kms",
    });
    const upload = { Bucket: "apps", Key: "k" };
    const { UploadId } = await s3("CreateMultipartUpload", upload);
    const first = s3("UploadPartCopy", {
      ...upload,
      UploadId,
      PartNumber: 1,
      CopySource: "apps/source",
    });
    const refused = expectAwsError(first, "NoSuchUpload");
    await s3("AbortMultipartUpload", { ...upload, UploadId });
    await refused;
  });
});
