import { AwsError, ConnectionLost } from "../../../core/errors";
import { principalArn, servicePrincipal } from "../../../core/principal";
import { isFinal, retryDelay } from "../../eventbridge/delivery/retries";
import type { Context } from "../objects/access";
import type { Bucket, S3Store, StoredObject } from "../store";
import { covers, destinationsOf, fits, send, type Destination } from "./destinations";
import { busDetail, record, type NotificationEvent } from "./events";

/** How long S3 retries a delivery; AWS documents no limit. */
const MAX_AGE_MS = 86_400_000;

export interface ObjectEvent {
  /** Without `s3:`, e.g. `ObjectCreated:Put`. */
  readonly name: string;
  readonly key: string;
  /** Absent if the object was deleted. */
  readonly object?: StoredObject;
  readonly versionId?: string;
}

/** Sends the event to every destination that is configured for it. Resolves after the first attempt for each. */
export async function notify(bucket: Bucket, event: ObjectEvent, context: Context): Promise<void> {
  const { notifications } = bucket;
  const destinations = destinationsOf(notifications).filter(
    (one) => covers(one, event.name) && fits(one, event.key),
  );
  if (destinations.length === 0 && !notifications.EventBridgeConfiguration) return;
  const happening: NotificationEvent = {
    ...event,
    bucket,
    time: context.clock.date(),
    sequencer: (context.store.sequence += 1).toString(16).toUpperCase().padStart(18, "0"),
    requestId: context.requestId,
    principalId: principalArn(context.principal),
    accountId: context.accountId,
  };
  await Promise.all([
    ...destinations.map((destination) =>
      context.store.retries.now({ destination, happening, retries: 0 }, (work) =>
        retry(work, context.store),
      ),
    ),
    notifications.EventBridgeConfiguration ? sendToBus(happening, context) : undefined,
  ]);
}

/** A notification that waits for its next attempt, and how often it was repeated before. */
export interface NotificationRetry {
  readonly destination: Destination;
  readonly happening: NotificationEvent;
  readonly retries: number;
}

/** Attempts a delivery, also for the first time. */
export async function retry(
  { destination, happening, retries }: NotificationRetry,
  store: S3Store,
): Promise<void> {
  const { clock, cloud } = store.scope;
  const text = JSON.stringify({ Records: [record(happening, destination.id)] });
  try {
    await send(destination, text, happening.bucket, cloud);
  } catch (error) {
    if (!(error instanceof AwsError) && !(error instanceof ConnectionLost)) throw error;
    const delay = retryDelay(retries);
    const age = clock.now() + delay - happening.time.getTime();
    // As on AWS, a destination that no longer allows S3 to deliver loses the event.
    if (isFinal(error) || age > MAX_AGE_MS) return;
    const next = { destination, happening, retries: retries + 1 };
    store.retries.later(next, delay, (work) => retry(work, store));
  }
}

async function sendToBus(happening: NotificationEvent, { cloud }: Context): Promise<void> {
  const event = busDetail(happening);
  if (!event) return;
  const { name, region } = happening.bucket;
  await cloud.call({
    service: "eventbridge",
    operation: "PutEvents",
    input: {
      Entries: [
        {
          Source: "aws.s3",
          DetailType: event.type,
          Detail: JSON.stringify(event.detail),
          Resources: [`arn:aws:s3:::${name}`],
          Time: happening.time,
        },
      ],
    },
    principal: servicePrincipal("s3.amazonaws.com"),
    region,
  });
}
