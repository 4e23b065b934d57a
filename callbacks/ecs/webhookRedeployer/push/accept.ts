import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { type Delivery, deliveryIdOf, orderOf, type Push } from "./delivery";
import { parseRepository } from "../images/imageReference";
import { nameOf } from "../../../retry";
import { allowsTag, type TagPolicy } from "../images/tagPolicy";

export const deploymentOnlyModule = true;

/** Which pushes are accepted, and where they go. */
export interface AcceptConfig {
  /** In any form that people write: `acme/web`. */
  readonly repositories: readonly string[];
  readonly tags: TagPolicy;
  /** Seconds in which pushes of one repository are collected. */
  readonly debounceSeconds: number;
  readonly tableName: string;
  readonly queueUrl: string;
}

/** Returns why a push is ignored; undefined when it is accepted. */
export function ignoredBecause(
  push: Pick<Push, "repository" | "tag">,
  config: Pick<AcceptConfig, "repositories" | "tags">,
): string | undefined {
  const known = config.repositories.some((name) => parseRepository(name) === push.repository);
  if (!known) return "repository";
  return allowsTag(config.tags, push.tag) ? undefined : "tag";
}

/**
 * Records the push as the newest one of its repository, unless a newer one is known, and sends a message that arrives
 * when the window is over. The first message then deploys the newest push, and the others find nothing to do. The
 * message is sent in any case: the first attempt may have recorded the push and then failed to send it.
 */
export async function accept(
  push: Push,
  config: AcceptConfig,
  clients: { readonly dynamodb: DynamoDBClient; readonly sqs: SQSClient; readonly now: number },
): Promise<Delivery> {
  const delivery: Delivery = { ...push, deliveryId: deliveryIdOf(push), acceptedAt: clients.now };
  await noteNewest(delivery, config.tableName, clients.dynamodb);
  await clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: config.queueUrl,
      MessageBody: JSON.stringify(delivery),
      DelaySeconds: config.debounceSeconds,
    }),
  );
  return delivery;
}

async function noteNewest(
  delivery: Delivery,
  TableName: string,
  dynamodb: DynamoDBClient,
): Promise<void> {
  const order = { S: orderOf(delivery) };
  const put = new PutItemCommand({
    TableName,
    Item: {
      id: { S: `repository#${delivery.repository}` },
      part: { S: "newest" },
      order,
      delivery: { S: JSON.stringify(delivery) },
    },
    ConditionExpression: "attribute_not_exists(id) OR #order < :order",
    ExpressionAttributeNames: { "#order": "order" },
    ExpressionAttributeValues: { ":order": order },
  });
  try {
    await dynamodb.send(put);
  } catch (error) {
    // The push was already recorded, or a newer one was.
    if (nameOf(error) !== "ConditionalCheckFailedException") throw error;
  }
}
