import type { Push } from "./delivery";
import { parsePush } from "./dockerHubPayload";
import { registryOf } from "../images/ecrRegistry";

export const deploymentOnlyModule = true;

/**
 * ECR's event about a push.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
 */
export interface EcrPushEvent {
  readonly "detail-type": "ECR Image Action";
  readonly account: string;
  readonly region: string;
  /** ISO 8601, to the second. */
  readonly time: string;
  readonly detail: {
    readonly "action-type": string;
    readonly result: string;
    readonly "repository-name": string;
    /** Absent when an image is pushed without a tag. */
    readonly "image-tag"?: string;
  };
}

export function isEcrPush(event: object): event is EcrPushEvent {
  return (event as Partial<EcrPushEvent>)["detail-type"] === "ECR Image Action";
}

/**
 * Returns the push; undefined for a failed one, one without a tag, and every other action.
 *
 * @param now milliseconds since the epoch.
 */
export function parseEcrPush(
  { account, region, time, detail }: EcrPushEvent,
  now: number,
): Push | undefined {
  if (detail["action-type"] !== "PUSH" || detail.result !== "SUCCESS") return undefined;
  const repository = `${registryOf(account, region)}/${detail["repository-name"]}`;
  const values = { repository, tag: detail["image-tag"], pushedAt: Date.parse(time) / 1000 };
  const fields = { repository: "repository-name", tag: "image-tag", pushedAt: "time" };
  const push = parsePush(values, fields, { now });
  return push.ok ? push.value : undefined;
}
