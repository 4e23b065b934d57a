import type { SendMessageRequest } from "@aws-sdk/client-sqs";
import { parseArn } from "../../../core/arn";
import { functionArn } from "../model/functionReference";
import type { EventInvokeConfig } from "../model/model";
import type { InvocationOutcome } from "../runtime/environment";
import { LogStream } from "../runtime/logStream";
import type { LambdaStore } from "../store";
import type { AsyncEvent } from "./asyncEvents";

/** Why Lambda finished with an event, as the invocation record's `condition` states it. */
export type DeliveryCondition =
  "Success" | "RetriesExhausted" | "EventAgeExceeded" | "ZeroReservedConcurrency";

/** Characters of the error message that a dead letter carries. */
const MAX_ERROR_MESSAGE = 1024;

export async function deliverSuccess(
  store: LambdaStore,
  event: AsyncEvent,
  config: EventInvokeConfig,
): Promise<void> {
  const destination = config.destinations.OnSuccess?.Destination;
  if (destination) await deliverRecord(store, event, destination, "Success");
}

/** Sends the event to the failure destination and to the dead-letter queue, if the function has them. */
export async function deliverFailure(
  store: LambdaStore,
  event: AsyncEvent,
  config: EventInvokeConfig,
  condition: DeliveryCondition,
): Promise<void> {
  const destination = config.destinations.OnFailure?.Destination;
  if (destination) await deliverRecord(store, event, destination, condition);
  const queueArn = event.target.latest.settings.deadLetter?.TargetArn;
  if (!queueArn) return;
  try {
    await send(store, event, deadLetter(store, event, queueArn));
  } catch (error) {
    await report(store, event, "DeadLetterErrors", queueArn, error);
  }
}

async function deliverRecord(
  store: LambdaStore,
  event: AsyncEvent,
  destination: string,
  condition: DeliveryCondition,
): Promise<void> {
  const record = JSON.stringify(invocationRecord(store, event, condition));
  try {
    if (parseArn(destination)?.service === "lambda")
      await invoke(store, event, destination, record);
    else await send(store, event, { QueueUrl: store.queueUrl(destination), MessageBody: record });
  } catch (error) {
    await report(store, event, "DestinationDeliveryFailures", destination, error);
  }
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function invocationRecord(
  store: LambdaStore,
  event: AsyncEvent,
  condition: DeliveryCondition,
): object {
  const { last, target, qualifier } = event;
  return {
    version: "1.0",
    timestamp: store.clock.date().toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: functionArn(store.place, target.name, qualifier ?? "$LATEST"),
      condition,
      approximateInvokeCount: event.attempts,
    },
    requestPayload: JSON.parse(event.payload) as unknown,
    ...(last && {
      responseContext: {
        statusCode: 200,
        executedVersion: last.version,
        ...(last.outcome.failure && { functionError: "Unhandled" }),
      },
      responsePayload: responsePayload(last.outcome),
    }),
  };
}

/** A streaming handler may have written anything, which is then a text in the record. */
function responsePayload({ payload, streamed }: InvocationOutcome): unknown {
  try {
    return JSON.parse(payload);
  } catch (error) {
    if (streamed) return payload;
    throw error;
  }
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq */
function deadLetter(store: LambdaStore, event: AsyncEvent, queueArn: string): SendMessageRequest {
  const errorMessage = event.last?.outcome.failure?.errorMessage ?? "";
  return {
    QueueUrl: store.queueUrl(queueArn),
    MessageBody: event.payload,
    MessageAttributes: {
      RequestID: { DataType: "String", StringValue: event.requestId },
      ErrorCode: { DataType: "Number", StringValue: event.last ? "200" : "429" },
      ...(errorMessage !== "" && {
        ErrorMessage: { DataType: "String", StringValue: errorMessage.slice(0, MAX_ERROR_MESSAGE) },
      }),
    },
  };
}

async function send(
  store: LambdaStore,
  event: AsyncEvent,
  input: SendMessageRequest,
): Promise<void> {
  const principal = rolePrincipal(store, event);
  await store.cloud.call({
    service: "sqs",
    operation: "SendMessage",
    input,
    principal,
    region: store.region,
  });
}

async function invoke(
  store: LambdaStore,
  event: AsyncEvent,
  destination: string,
  record: string,
): Promise<void> {
  await store.cloud.call({
    service: "lambda",
    operation: "Invoke",
    input: {
      FunctionName: destination,
      InvocationType: "Event",
      Payload: new TextEncoder().encode(record),
    },
    principal: rolePrincipal(store, event),
    region: store.region,
  });
}

function rolePrincipal(
  store: LambdaStore,
  { target }: AsyncEvent,
): ReturnType<LambdaStore["roles"]["principal"]> {
  return store.roles.principal(target.latest.settings.role, target.name);
}

/** Reports a failed delivery. On AWS the record is lost silently; here the function's log also says so. */
async function report(
  store: LambdaStore,
  event: AsyncEvent,
  metric: "DeadLetterErrors" | "DestinationDeliveryFailures",
  destination: string,
  error: unknown,
): Promise<void> {
  const { target, requestId } = event;
  store.metrics.publish(target.name, { [metric]: 1 });
  const day = store.clock.date().toISOString().slice(0, 10).replaceAll("-", "/");
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  try {
    const log = new LogStream(
      store.cloud,
      store.region,
      rolePrincipal(store, event),
      target.latest.settings.logging.LogGroup,
      `${day}/[$LATEST]delivery-failures`,
    );
    log.write(`${metric} RequestId: ${requestId} could not be sent to ${destination}: ${reason}`);
    await log.flush();
  } catch {
    // The role itself was deleted, so nothing can be logged; only the metric remains.
  }
}
