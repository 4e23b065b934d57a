import {
  ConditionalCheckFailedException,
  GetItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Records } from "./familyRecord";
import { RESULT_LIFE } from "../plan/planner";

export const deploymentOnlyModule = true;

/** A delivery's result for one family. */
interface ResultPlace {
  readonly deliveryId: string;
  readonly family: string;
}

/** Adds to the result of a delivery for one family; the result is for people, and expires. */
export async function recordResult(
  { dynamodb, tableName }: Records,
  at: ResultPlace & { readonly now: number },
  result: { readonly state: string; readonly detail?: object },
): Promise<void> {
  const { state, detail } = result;
  const update = new UpdateItemCommand({
    TableName: tableName,
    Key: resultKey(at),
    // The end may be recorded before the beginning.
    UpdateExpression: detail
      ? "SET detail = :detail, expiresAt = :expiresAt, #state = if_not_exists(#state, :state)"
      : "SET expiresAt = :expiresAt, #state = :state",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: {
      ":state": { S: state },
      ":expiresAt": expiryOf(at.now),
      ...(detail ? { ":detail": { S: JSON.stringify(detail) } } : {}),
    },
  });
  await dynamodb.send(update);
}

/** Returns the revision that a delivery registered for a family; undefined when it needed none. */
export async function registeredRevision(
  { dynamodb, tableName }: Records,
  at: ResultPlace,
): Promise<string | undefined> {
  const Key = resultKey(at);
  const get = new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true });
  const { Item } = await dynamodb.send(get);
  // No validation: only recordResult writes it.
  const detail = JSON.parse(Item?.detail?.S ?? "{}") as {
    readonly isRegistered?: boolean;
    readonly revision?: string;
  };
  return detail.isRegistered ? detail.revision : undefined;
}

/** Ends the result of a delivery for a family that a newer delivery took over; an earlier end is kept. */
export async function recordSuperseded(
  { dynamodb, tableName }: Records,
  at: ResultPlace & { readonly now: number },
): Promise<void> {
  const update = new UpdateItemCommand({
    TableName: tableName,
    Key: resultKey(at),
    UpdateExpression: "SET expiresAt = :expiresAt, #state = :superseded",
    ConditionExpression: "attribute_not_exists(#state) OR #state = :moving",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: {
      ":superseded": { S: "superseded" },
      ":moving": { S: "moving" },
      ":expiresAt": expiryOf(at.now),
    },
  });
  try {
    await dynamodb.send(update);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

function resultKey(at: ResultPlace): Record<"id" | "part", { S: string }> {
  return { id: { S: `delivery#${at.deliveryId}` }, part: { S: `family#${at.family}` } };
}

function expiryOf(now: number): { N: string } {
  return { N: String(Math.floor(now / 1000) + RESULT_LIFE) };
}
