import { randomUUID } from "node:crypto";
import {
  GetItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { RunEnd, RunRecord } from "../model";
import {
  expiresAt,
  HOST,
  type Item,
  itemOf,
  keyOf,
  putNew,
  RUN,
  runOf,
  type RunsTable,
  unlessRefused,
} from "./items";
import { persist, refusalsOf } from "./persist";
import type { Claim, RunStore } from "./runStore";

export const deploymentOnlyModule = true;

/** Milliseconds to claim a run; a message whose run cannot be claimed is delivered again. */
const MOST_TO_CLAIM = 10_000;
/** Milliseconds reserved before the function is ended. */
const RESERVE = 1_000;

/**
 * Creates the part of the store with the runs: each begins and ends once, and is alone on its host unless runs may
 * overlap.
 */
export function runRecords(
  table: RunsTable,
): Pick<RunStore, "claim" | "detach" | "finish" | "note" | "giveUp" | "run" | "runs"> {
  const { dynamodb, TableName, deps } = table;
  return {
    async claim(claim) {
      const TransactItems = claim.overlaps
        ? [beginRun(table, claim)]
        : [beginRun(table, claim), takeHost(table, claim)];
      const ClientRequestToken = randomUUID();
      const until = Math.min(claim.until, claim.now + MOST_TO_CLAIM);
      try {
        await persist({ deps, until }, () =>
          dynamodb.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken })),
        );
        return "claimed";
      } catch (error) {
        const [first, second] = refusalsOf(error);
        if (first) return "repeated";
        if (second) return "busy";
        throw error;
      }
    },
    async detach(claim, until) {
      const update = { Update: keepRun(table, claim, until) };
      const TransactItems = claim.overlaps
        ? [update]
        : [update, { Update: keepHost(table, claim, until) }];
      const ClientRequestToken = randomUUID();
      try {
        await persist({ deps, until: claim.until - RESERVE }, () =>
          dynamodb.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken })),
        );
        return true;
      } catch (error) {
        if (refusalsOf(error).includes(true)) return false;
        throw error;
      }
    },
    async finish(claim, end, now) {
      const { occurrence, host, name, now: startedAt, overlaps } = claim;
      const record = { occurrence, host, name, startedAt, endedAt: now, ...end };
      const update = endRun(table, record);
      const TransactItems = overlaps
        ? [{ Update: update }]
        : [{ Update: update }, leaveHost(table, claim)];
      const ClientRequestToken = randomUUID();
      const until = claim.until - RESERVE;
      try {
        await persist({ deps, until }, () =>
          dynamodb.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken })),
        );
        return true;
      } catch (error) {
        const [first, second] = refusalsOf(error);
        if (first) return false;
        if (!second) throw error;
        // Another run has the lease by now: this one had expired.
        return persist({ deps, until }, () =>
          unlessRefused(() => dynamodb.send(new UpdateItemCommand(update))),
        );
      }
    },
    note: (run, now) =>
      putNew(table, { ...itemOf({ ...run, endedAt: now }), ...expiresAt(table, now) }),
    giveUp: (run, end, now) =>
      unlessRefused(() =>
        dynamodb.send(new UpdateItemCommand(endRun(table, { ...run, ...end, endedAt: now }))),
      ),
    async run(occurrence, host) {
      const Key = keyOf(RUN + occurrence, host);
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName, Key, ConsistentRead: true }),
      );
      return Item && runOf(Item);
    },
    async runs(occurrence) {
      const found: RunRecord[] = [];
      let next: Item | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await dynamodb.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: "id = :id",
            ExpressionAttributeValues: { ":id": { S: RUN + occurrence } },
            ConsistentRead: true,
            ExclusiveStartKey: next,
          }),
        );
        found.push(...Items.map(runOf));
        next = LastEvaluatedKey;
      } while (next);
      return found;
    },
  };
}

function beginRun(
  table: RunsTable,
  { occurrence, host, name, now, until }: Claim,
): TransactWriteItem {
  const record: RunRecord = { occurrence, host, name, state: "running", startedAt: now };
  return {
    Put: {
      TableName: table.TableName,
      Item: { ...itemOf(record), until: { N: String(until) }, ...expiresAt(table, now) },
      ConditionExpression: "attribute_not_exists(id)",
    },
  };
}

function takeHost(table: RunsTable, { occurrence, host, now, until }: Claim): TransactWriteItem {
  return {
    Put: {
      TableName: table.TableName,
      Item: {
        ...keyOf(HOST + host, "lease"),
        occurrence: { S: occurrence },
        until: { N: String(until) },
        ...expiresAt(table, now),
      },
      ConditionExpression: "attribute_not_exists(id) OR #until < :now",
      ExpressionAttributeNames: { "#until": "until" },
      ExpressionAttributeValues: { ":now": { N: String(now) } },
    },
  };
}

function keepRun(
  { TableName }: RunsTable,
  { occurrence, host, name, now: startedAt }: Claim,
  until: number,
): UpdateItemCommandInput & { UpdateExpression: string } {
  const run = { occurrence, host, name, startedAt };
  const record: RunRecord = { ...run, state: "running", detached: true };
  return {
    TableName,
    Key: keyOf(RUN + occurrence, host),
    UpdateExpression: "SET #record = :record, #until = :until",
    ConditionExpression: "#state = :running",
    ExpressionAttributeNames: { "#record": "record", "#until": "until", "#state": "state" },
    ExpressionAttributeValues: {
      ":record": { S: JSON.stringify(record) },
      ":until": { N: String(until) },
      ":running": { S: "running" },
    },
  };
}

function keepHost(
  { TableName }: RunsTable,
  { occurrence, host }: Claim,
  until: number,
): UpdateItemCommandInput & { UpdateExpression: string } {
  return {
    TableName,
    Key: keyOf(HOST + host, "lease"),
    UpdateExpression: "SET #until = :until",
    ConditionExpression: "occurrence = :occurrence",
    ExpressionAttributeNames: { "#until": "until" },
    ExpressionAttributeValues: {
      ":until": { N: String(until) },
      ":occurrence": { S: occurrence },
    },
  };
}

function leaveHost({ TableName }: RunsTable, { occurrence, host }: Claim): TransactWriteItem {
  return {
    Delete: {
      TableName,
      Key: keyOf(HOST + host, "lease"),
      ConditionExpression: "attribute_not_exists(id) OR occurrence = :occurrence",
      ExpressionAttributeValues: { ":occurrence": { S: occurrence } },
    },
  };
}

function endRun(
  { TableName }: RunsTable,
  record: RunRecord & { readonly state: RunEnd["state"] },
): UpdateItemCommandInput & { UpdateExpression: string } {
  return {
    TableName,
    Key: keyOf(RUN + record.occurrence, record.host),
    UpdateExpression: "SET #state = :state, #record = :record",
    ConditionExpression: "#state = :running",
    // Reserved words: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
    ExpressionAttributeNames: { "#state": "state", "#record": "record" },
    ExpressionAttributeValues: {
      ":running": { S: "running" },
      ":state": { S: record.state },
      ":record": { S: JSON.stringify(record) },
    },
  };
}
