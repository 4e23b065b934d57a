import {
  CreateTableCommand,
  DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
} from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { dynamoStore } from "../../../../callbacks/instances/sshCron/store/dynamoStore";
import type { Claim, RunStore } from "../../../../callbacks/instances/sshCron/store/runStore";
import { type Cloud, rootAccess, startCloud } from "../../../../localcloud/testing";

const HOUR = 3_600_000;
const START = Date.UTC(2027, 0, 4, 8);

describe("SshCron: its records in DynamoDB", function () {
  this.timeout(60_000);
  let cloud: Cloud;
  let now = START;
  let waits = 0;
  before(async () => {
    cloud = await startCloud({ port: 0 });
    const key = [
      { AttributeName: "id", KeyType: "HASH" },
      { AttributeName: "part", KeyType: "RANGE" },
    ] as const;
    await new DynamoDBClient(rootAccess(cloud)).send(
      new CreateTableCommand({
        TableName: "runs",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: key.map(({ AttributeName }) => ({
          AttributeName,
          AttributeType: "S",
        })),
        KeySchema: [...key],
      }),
    );
  });
  after(() => cloud.close());
  beforeEach(() => {
    now = START;
    waits = 0;
  });

  /**
   * @param answers errors to return instead of DynamoDB's answers, call by call for these operations; later calls get
   * DynamoDB's.
   */
  function storeOf(answers: Partial<Record<string, Error[]>> = {}): RunStore {
    const dynamodb = new DynamoDBClient(rootAccess(cloud));
    dynamodb.middlewareStack.add(
      (next, { commandName = "" }) =>
        async (args) => {
          const error = answers[commandName]?.shift();
          if (error) throw error;
          return next(args);
        },
      { step: "initialize" },
    );
    const sleep = async (milliseconds: number): Promise<void> => {
      waits += 1;
      now += milliseconds;
    };
    return dynamoStore(dynamodb, "runs", 30, { now: () => now, random: () => 0.5, sleep });
  }

  const claimOf = (host: string, over = 60_000): Claim => ({
    occurrence: "2027-01-04T08:00:00Z",
    host,
    name: "web",
    now,
    until: now + over,
    overlaps: false,
  });
  const canceled = (...codes: string[]): Error =>
    new TransactionCanceledException({
      $metadata: {},
      message: "Transaction cancelled",
      CancellationReasons: codes.map((Code) => ({ Code })),
    });
  const stateOf = async (host: string): Promise<string | undefined> =>
    (await storeOf().runs("2027-01-04T08:00:00Z")).find((run) => run.host === host)?.state;

  it("writes a run's end despite a conflict with another write on the same items", async () => {
    const TransactWriteItemsCommand: Error[] = [];
    const store = storeOf({ TransactWriteItemsCommand });
    const claim = claimOf("i-conflict");
    expect(await store.claim(claim)).to.equal("claimed");
    TransactWriteItemsCommand.push(
      canceled("None", "TransactionConflict"),
      canceled("TransactionConflict", "None"),
      canceled("ThrottlingError", "None"),
    );
    expect(await store.finish(claim, { state: "ok" }, now)).to.equal(true);
    expect(await stateOf("i-conflict")).to.equal("ok");
    expect(waits).to.equal(3);
    expect(await store.claim({ ...claim, occurrence: "2027-01-04T08:15:00Z" })).to.equal("claimed");
  });

  it("writes it too when the host was claimed meanwhile, and that write has a conflict", async () => {
    const UpdateItemCommand: Error[] = [];
    const store = storeOf({ UpdateItemCommand });
    const claim = claimOf("i-taken");
    await store.claim(claim);
    const later = { ...claimOf("i-taken"), occurrence: "2027-01-04T09:00:00Z", now: now + HOUR };
    expect(await store.claim(later)).to.equal("claimed");
    UpdateItemCommand.push(new TransactionConflictException({ $metadata: {}, message: "" }));
    expect(await store.finish(claim, { state: "failed" }, now)).to.equal(true);
    expect(await stateOf("i-taken")).to.equal("failed");
  });

  it("claims a host despite a conflict, once", async () => {
    const conflicts = [canceled("None", "TransactionConflict")];
    const store = storeOf({ TransactWriteItemsCommand: conflicts });
    const claim = claimOf("i-claim");
    expect(await store.claim(claim)).to.equal("claimed");
    expect(await store.claim(claim)).to.equal("repeated");
    expect(await store.claim({ ...claim, occurrence: "2027-01-04T08:15:00Z" })).to.equal("busy");
  });

  it("stops retrying before the function is ended, with DynamoDB's last answer", async () => {
    const store = storeOf();
    const claim = claimOf("i-never", 10_000);
    await store.claim(claim);
    const conflicts = Array.from({ length: 100 }, () => canceled("None", "TransactionConflict"));
    const error: unknown = await storeOf({ TransactWriteItemsCommand: conflicts })
      .finish(claim, { state: "ok" }, now)
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(TransactionCanceledException);
    expect(now).to.be.at.most(claim.until);
  });

  it("finds the last occurrences, even when one answer cannot hold them", async () => {
    const store = storeOf();
    const hosts = Array.from({ length: 3_000 }, (_value, index) => `i-${"0".repeat(17)}${index}`);
    for (let count = 0; count < 20; count += 1) {
      const due = START + count * HOUR;
      const id = new Date(due).toISOString().replace(".000Z", "Z");
      await store.begin({ id, due, startBy: due + HOUR, hosts }, due);
    }
    const found = await store.occurrences(18);
    expect(found.map(({ due }) => (due - START) / HOUR)).to.deep.equal(
      Array.from({ length: 18 }, (_value, index) => 19 - index),
    );
    expect(await store.occurrences(100)).to.have.length(20);
  });
});
