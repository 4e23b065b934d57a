import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { type Delivery, deliveryIdOf, orderOf, type Push } from "./delivery";
import { parseRepository } from "../images/imageReference";
import { nameOf } from "../../../retry";
import { allowsTag, type TagPolicy } from "../images/tagPolicy";

export const deploymentOnlyModule = true;

/** Which pushes are let in, and where they go. */
export interface AcceptConfig {
  /** As people write them: `acme/web`. */
  readonly repositories: readonly string[];
  readonly tags: TagPolicy;
  /** Seconds that pushes of one repository are gathered for. */
  readonly debounceSeconds: number;
  readonly tableName: string;
  readonly queueUrl: string;
}

/** Why a push is not for us; undefined when it is. */
export function ignoredBecause(
  push: Pick<Push, "repository" | "tag">,
  config: Pick<AcceptConfig, "repositories" | "tags">,
): string | undefined {
  const known = config.repositories.some((name) => parseRepository(name) === push.repository);
  if (!known) return "repository";
  return allowsTag(config.tags, push.tag) ? undefined : "tag";
}

/**
 * Notes the push as the newest one of its repository, unless a newer one is known, and sends a message that arrives
 * when the window is over. Whichever message comes first then deploys the newest push, the others find it done: the
 * message is sent in any case, so that a push which was noted and then lost its message is not lost.
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
    // The same push again, or one that a newer one has overtaken.
    if (nameOf(error) !== "ConditionalCheckFailedException") throw error;
  }
}
