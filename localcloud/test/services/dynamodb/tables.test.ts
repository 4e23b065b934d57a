import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeLimitsCommand,
  DescribeTableCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  waitUntilTableExists,
  type CreateTableCommandInput,
  type TableDescription,
} from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { rootPrincipal } from "../../../core/principal";
import {
  arnOf,
  COMMENTS,
  expectError,
  number,
  simpleTable,
  startDynamoDb,
  text,
  type DynamoDbHarness,
} from "./harness";

describe("DynamoDB tables", () => {
  let h: DynamoDbHarness;
  beforeEach(async () => {
    h = await startDynamoDb();
  });
  afterEach(() => h.close());

  const create = (input: CreateTableCommandInput) => h.client.send(new CreateTableCommand(input));
  const describeTable = async (TableName: string): Promise<TableDescription> =>
    (await h.client.send(new DescribeTableCommand({ TableName }))).Table ?? {};

  it("creates an on-demand table with a global index that is active immediately", async () => {
    const { TableDescription } = await create(COMMENTS);
    expect(TableDescription).to.include({ TableStatus: "CREATING", TableArn: arnOf("Comments") });
    await waitUntilTableExists({ client: h.client, maxWaitTime: 30 }, { TableName: "Comments" });
    const table = await describeTable("Comments");
    expect(table).to.deep.include({
      TableName: "Comments",
      TableStatus: "ACTIVE",
      KeySchema: COMMENTS.KeySchema,
      AttributeDefinitions: COMMENTS.AttributeDefinitions,
      CreationDateTime: new Date(h.cloud.clock.now()),
      DeletionProtectionEnabled: false,
      BillingModeSummary: {
        BillingMode: "PAY_PER_REQUEST",
        LastUpdateToPayPerRequestDateTime: new Date(h.cloud.clock.now()),
      },
    });
    expect(table.GlobalSecondaryIndexes?.[0]).to.deep.include({
      IndexName: "pageId-index",
      IndexStatus: "ACTIVE",
      IndexArn: `${arnOf("Comments")}/index/pageId-index`,
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["message"] },
    });
    for (const absent of ["SSEDescription", "WarmThroughput", "LatestStreamArn"])
      expect(table).not.to.have.property(absent);
  });

  it("keeps provisioned capacity and has no billing summary for it", async () => {
    await simpleTable(h, "simple", {
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 3 },
    });
    const table = await describeTable("simple");
    expect(table.ProvisionedThroughput).to.include({ ReadCapacityUnits: 5, WriteCapacityUnits: 3 });
    expect(table).not.to.have.property("BillingModeSummary");
  });

  it("accepts an ARN in place of the name", async () => {
    await simpleTable(h);
    expect((await describeTable(arnOf("simple"))).TableName).to.equal("simple");
  });

  for (const [claim, change, message] of [
    [
      "a table without capacity",
      { BillingMode: "PROVISIONED" },
      /ReadCapacityUnits and WriteCapacityUnits must both be specified/,
    ],
    [
      "an attribute that is no key",
      {
        AttributeDefinitions: [
          { AttributeName: "id", AttributeType: "S" },
          { AttributeName: "x", AttributeType: "S" },
        ],
      },
      /Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions$/,
    ],
    ["a short name", { TableName: "ab" }, /at least 3 characters long/],
  ] as const) {
    it(`refuses ${claim}`, () =>
      expectError(
        simpleTable(h, "simple", change as Partial<CreateTableCommandInput>),
        "ValidationException",
        message,
      ));
  }

  it("refuses an unused attribute of a table with indexes, with AWS's text", () =>
    expectError(
      create({
        ...COMMENTS,
        AttributeDefinitions: [
          ...COMMENTS.AttributeDefinitions,
          { AttributeName: "userName", AttributeType: "S" },
        ],
      }),
      "ValidationException",
      "One or more parameter values were invalid: Some AttributeDefinitions are not used. " +
        "AttributeDefinitions: [commentId, pageId, createdAt, userName], keys used: [commentId, pageId, createdAt]",
    ));

  it("refuses a second table of the same name", async () => {
    await simpleTable(h);
    await expectError(simpleTable(h), "ResourceInUseException", "Table already exists: simple");
  });

  it("creates one table for two simultaneous creates, and a new one while the old is deleted", async () => {
    const outcomes = await Promise.allSettled([simpleTable(h), simpleTable(h)]);
    expect(outcomes.map(({ status }) => status).sort()).to.deep.equal(["fulfilled", "rejected"]);
    const principal = rootPrincipal("123456789012");
    const call = (operation: string, input: object): Promise<unknown> =>
      h.cloud.call({ service: "dynamodb", operation, input, principal, region: "eu-west-1" });
    const { TableName, ...rest } = { ...COMMENTS, TableName: "simple" };
    await Promise.all([
      call("DeleteTable", { TableName }),
      call("CreateTable", { TableName, ...rest }),
    ]);
    await call("PutItem", { TableName, Item: { commentId: text("1") } });
  });

  it("encrypts with a KMS key on request, and only with one that exists", async () => {
    await simpleTable(h, "simple", { SSESpecification: { Enabled: true } });
    const { SSEDescription } = await describeTable("simple");
    expect(SSEDescription).to.include({ Status: "ENABLED", SSEType: "KMS" });
    expect(SSEDescription?.KMSMasterKeyArn).to.match(/^arn:aws:kms:eu-west-1:123456789012:key\//);
    const missing = { Enabled: true, KMSMasterKeyId: "alias/missing" };
    await expectError(
      simpleTable(h, "other", { SSESpecification: missing }),
      "ValidationException",
      /^KMS validation error: NotFoundException/,
    );
  });

  it("refuses streams with an error", () =>
    expectError(
      simpleTable(h, "simple", {
        StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
      }),
      "NotImplemented",
      /does not implement StreamSpecification of DynamoDB/,
    ));

  it("names a missing table", () =>
    expectError(
      describeTable("missing"),
      "ResourceNotFoundException",
      "Requested resource not found: Table: missing not found",
    ));

  it("deletes a table with its items", async () => {
    const TableName = await simpleTable(h);
    await h.client.send(new PutItemCommand({ TableName, Item: { id: text("1") } }));
    const { TableDescription } = await h.client.send(new DeleteTableCommand({ TableName }));
    expect(TableDescription?.TableStatus).to.equal("DELETING");
    await expectError(describeTable(TableName), "ResourceNotFoundException", /not found$/);
    await simpleTable(h);
    const query = new QueryCommand({
      TableName,
      KeyConditionExpression: "id = :id",
      ExpressionAttributeValues: { ":id": text("1") },
    });
    expect((await h.client.send(query)).Count).to.equal(0);
  });

  it("refuses to delete a protected table until the protection is off", async () => {
    const TableName = await simpleTable(h, "simple", { DeletionProtectionEnabled: true });
    await expectError(
      h.client.send(new DeleteTableCommand({ TableName })),
      "ValidationException",
      "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    );
    await h.client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
    await h.client.send(new DeleteTableCommand({ TableName }));
    await expectError(describeTable(TableName), "ResourceNotFoundException", /simple not found$/);
  });

  it("lists tables in pages", async () => {
    for (const name of ["ccc", "aaa", "bbb"]) await simpleTable(h, name);
    const first = await h.client.send(new ListTablesCommand({ Limit: 2 }));
    expect(first).to.deep.include({ TableNames: ["aaa", "bbb"], LastEvaluatedTableName: "bbb" });
    const second = await h.client.send(
      new ListTablesCommand({ ExclusiveStartTableName: first.LastEvaluatedTableName }),
    );
    expect(second.TableNames).to.deep.equal(["ccc"]);
    expect(second.LastEvaluatedTableName).to.equal(undefined);
  });

  describe("UpdateTable", () => {
    const update = (change: object) =>
      h.client.send(new UpdateTableCommand({ TableName: "Comments", ...change }));

    beforeEach(() => create(COMMENTS));

    it("adds an index that contains the existing items", async () => {
      const Item = {
        commentId: text("1"),
        pageId: text("p"),
        createdAt: number(1),
        userName: text("ann"),
      };
      await h.client.send(new PutItemCommand({ TableName: "Comments", Item }));
      await h.client.send(
        new PutItemCommand({
          TableName: "Comments",
          Item: { commentId: text("2"), userName: number(7) },
        }),
      );
      await update({
        AttributeDefinitions: [{ AttributeName: "userName", AttributeType: "S" }],
        GlobalSecondaryIndexUpdates: [
          {
            Create: {
              IndexName: "byUser",
              KeySchema: [{ AttributeName: "userName", KeyType: "HASH" }],
              Projection: { ProjectionType: "KEYS_ONLY" },
            },
          },
        ],
      });
      const found = await h.client.send(
        new QueryCommand({
          TableName: "Comments",
          IndexName: "byUser",
          KeyConditionExpression: "userName = :u",
          ExpressionAttributeValues: { ":u": text("ann") },
        }),
      );
      expect(found.Items).to.deep.equal([{ commentId: text("1"), userName: text("ann") }]);
    });

    it("removes an index with its attributes", async () => {
      await update({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "pageId-index" } }] });
      const table = await describeTable("Comments");
      expect(table.GlobalSecondaryIndexes).to.equal(undefined);
      expect(table.AttributeDefinitions).to.deep.equal([COMMENTS.AttributeDefinitions[0]]);
      await expectError(
        h.client.send(
          new QueryCommand({
            TableName: "Comments",
            IndexName: "pageId-index",
            KeyConditionExpression: "pageId = :p",
            ExpressionAttributeValues: { ":p": text("p") },
          }),
        ),
        "ValidationException",
        "The table does not have the specified index: pageId-index",
      );
    });

    it("changes one existing index at a time", async () => {
      const Delete = { IndexName: "pageId-index" };
      await expectError(
        update({ GlobalSecondaryIndexUpdates: [{ Delete }, { Delete: { IndexName: "other" } }] }),
        "LimitExceededException",
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
      );
      await expectError(
        update({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "other" } }] }),
        "ResourceNotFoundException",
        "Requested resource not found",
      );
      await expectError(
        update({ GlobalSecondaryIndexUpdates: [{ Create: COMMENTS.GlobalSecondaryIndexes[0] }] }),
        "ValidationException",
        "Attempting to create an index which already exists",
      );
    });

    it("changes the billing mode both ways", async () => {
      const ProvisionedThroughput = { ReadCapacityUnits: 2, WriteCapacityUnits: 1 };
      await expectError(
        update({ BillingMode: "PROVISIONED", ProvisionedThroughput }),
        "ValidationException",
        /ProvisionedThroughput must be specified for index: pageId-index$/,
      );
      const Update = { IndexName: "pageId-index", ProvisionedThroughput };
      const GlobalSecondaryIndexUpdates = [{ Update }];
      await update({
        BillingMode: "PROVISIONED",
        ProvisionedThroughput,
        GlobalSecondaryIndexUpdates,
      });
      expect((await describeTable("Comments")).BillingModeSummary?.BillingMode).to.equal(
        "PROVISIONED",
      );
      await expectError(
        update({ ProvisionedThroughput }),
        "ValidationException",
        /^The provisioned throughput for the table will not change\./,
      );
      await update({ BillingMode: "PAY_PER_REQUEST" });
      const table = await describeTable("Comments");
      expect(table.BillingModeSummary?.BillingMode).to.equal("PAY_PER_REQUEST");
      expect(table.ProvisionedThroughput?.ReadCapacityUnits).to.equal(0);
    });

    it("changes table class and on-demand limits", async () => {
      const OnDemandThroughput = { MaxReadRequestUnits: 10, MaxWriteRequestUnits: 20 };
      await update({ TableClass: "STANDARD_INFREQUENT_ACCESS", OnDemandThroughput });
      const table = await describeTable("Comments");
      expect(table.TableClassSummary?.TableClass).to.equal("STANDARD_INFREQUENT_ACCESS");
      expect(table.OnDemandThroughput).to.deep.equal(OnDemandThroughput);
    });

    it("refuses to change nothing", () =>
      expectError(
        update({}),
        "ValidationException",
        /^At least one of ProvisionedThroughput, BillingMode/,
      ));
  });

  it("enables and disables point-in-time recovery", async () => {
    const TableName = await simpleTable(h);
    const status = async () => {
      const command = new DescribeContinuousBackupsCommand({ TableName });
      const { ContinuousBackupsDescription } = await h.client.send(command);
      return ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
    };
    const set = (PointInTimeRecoveryEnabled: boolean) =>
      h.client.send(
        new UpdateContinuousBackupsCommand({
          TableName,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled },
        }),
      );
    expect(await status()).to.deep.equal({ PointInTimeRecoveryStatus: "DISABLED" });
    const enabledAt = new Date(h.cloud.clock.now());
    await set(true);
    await h.cloud.clock.advance(3_600_000);
    expect(await status()).to.deep.equal({
      PointInTimeRecoveryStatus: "ENABLED",
      RecoveryPeriodInDays: 35,
      EarliestRestorableDateTime: enabledAt,
      LatestRestorableDateTime: new Date(enabledAt.getTime() + 3_300_000),
    });
    await set(false);
    expect(await status()).to.deep.equal({ PointInTimeRecoveryStatus: "DISABLED" });
    await expectError(
      h.client.send(new DescribeContinuousBackupsCommand({ TableName: "missing" })),
      "TableNotFoundException",
      "Table not found: missing",
    );
  });

  it("tags, untags and lists tags", async () => {
    await simpleTable(h, "simple", { Tags: [{ Key: "a", Value: "1" }] });
    const ResourceArn = arnOf("simple");
    await h.client.send(
      new TagResourceCommand({
        ResourceArn,
        Tags: [
          { Key: "a", Value: "2" },
          { Key: "b", Value: "3" },
        ],
      }),
    );
    await h.client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ["b", "c"] }));
    const { Tags } = await h.client.send(new ListTagsOfResourceCommand({ ResourceArn }));
    expect(Tags).to.deep.equal([{ Key: "a", Value: "2" }]);
    await expectError(
      h.client.send(new ListTagsOfResourceCommand({ ResourceArn: arnOf("missing") })),
      "ResourceNotFoundException",
      `Requested resource not found: ResourcArn: ${arnOf("missing")} not found`,
    );
  });

  it("describes the limits of a new account", async () => {
    const limits = await h.client.send(new DescribeLimitsCommand({}));
    expect(limits).to.include({
      TableMaxReadCapacityUnits: 40_000,
      AccountMaxReadCapacityUnits: 80_000,
    });
  });
});
