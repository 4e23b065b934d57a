import { AwsError } from "./errors";
import { servicePrincipal } from "./principal";
import type { StoreScope } from "./service";

/** An event that an AWS service sends to EventBridge. */
export interface ServiceEvent {
  readonly Source: string;
  readonly DetailType: string;
  readonly Resources: readonly string[];
  readonly Detail: object;
  readonly Time: Date;
}

/**
 * Sends an event to EventBridge. A cloud may run without EventBridge; services work without a receiver, as on AWS.
 */
export function sendToEventBridge(
  scope: StoreScope,
  service: string,
  { Detail, ...event }: ServiceEvent,
): Promise<void> {
  const Entries = [{ ...event, Detail: JSON.stringify(Detail) }];
  return report(scope, service, "eventbridge", "PutEvents", { Entries });
}

/** Publishes a service's own metrics. As on AWS, metrics that CloudWatch refuses are lost. */
export function publishMetrics(
  scope: StoreScope,
  service: string,
  input: { readonly Namespace: string; readonly MetricData: readonly object[] },
): Promise<void> {
  return report(scope, service, "cloudwatch", "PutMetricData", input);
}

async function report(
  { cloud, region }: StoreScope,
  from: string,
  service: string,
  operation: string,
  input: object,
): Promise<void> {
  try {
    await cloud.call({ service, operation, input, principal: servicePrincipal(from), region });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
}
