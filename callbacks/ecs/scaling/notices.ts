import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { keyOf, type MemoryStore, STATE_PART } from "./memoryStore";

export const deploymentOnlyModule = true;

/** Spot's notice about an instance: it is interrupted in two minutes, or is likely to be. */
export type NoticeKind = "interruption" | "rebalance";

/** A notice of Spot. It is sent once and cannot be read again. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly ec2InstanceId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html
 */
export const NOTICES: Readonly<Record<string, NoticeKind>> = {
  "EC2 Spot Instance Interruption Warning": "interruption",
  "EC2 Instance Rebalance Recommendation": "rebalance",
};

/** Parses an event of EventBridge into a notice; returns undefined for any other event. */
export function noticeOf(event: unknown): Notice | undefined {
  if (typeof event !== "object" || event === null) return undefined;
  const { source, detail, time, "detail-type": type = "" } = event as EventFields;
  const id = detail?.["instance-id"];
  const kind = Object.hasOwn(NOTICES, type) ? NOTICES[type] : undefined;
  if (source !== "aws.ec2" || kind === undefined || typeof id !== "string") return undefined;
  const at = Date.parse(time ?? "");
  return Number.isNaN(at) ? undefined : { kind, ec2InstanceId: id, at };
}

interface EventFields {
  readonly source?: string;
  readonly "detail-type"?: string;
  readonly time?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/**
 * Stores a notice for the next evaluation that is remembered. The write increases the version, so that an evaluation
 * under way is overtaken. Storing the same notice twice has no further effect.
 */
export async function storeNotice(
  { dynamodb, tableName }: MemoryStore,
  { kind, ec2InstanceId, at }: Notice,
): Promise<void> {
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: keyOf(STATE_PART),
      UpdateExpression: "ADD notices :notice, version :one",
      ExpressionAttributeValues: {
        ":notice": { SS: [`${at} ${kind} ${ec2InstanceId}`] },
        ":one": { N: "1" },
      },
    }),
  );
}

/** Parses the notices that `storeNotice` has stored. */
export function noticesFrom(kept: readonly string[] = []): Notice[] {
  return kept
    .map((text) => {
      const [at, kind, ec2InstanceId = ""] = text.split(" ");
      return { kind: kind as NoticeKind, ec2InstanceId, at: Number(at) };
    })
    .sort((a, b) => a.at - b.at);
}
