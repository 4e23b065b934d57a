import { AwsError } from "./errors";
import { servicePrincipal } from "./principal";
import type { StoreScope } from "./service";

/** Something that an AWS service tells EventBridge of its own accord. */
export interface ServiceEvent {
  readonly Source: string;
  readonly DetailType: string;
  readonly Resources: readonly string[];
  readonly Detail: object;
  readonly Time: Date;
}

/** Tells EventBridge; a cloud may be started without it, and a service works without a listener, as on AWS. */
export function tellEventBridge(
  scope: StoreScope,
  service: string,
  { Detail, ...event }: ServiceEvent,
): Promise<void> {
  const Entries = [{ ...event, Detail: JSON.stringify(Detail) }];
  return report(scope, service, "eventbridge", "PutEvents", { Entries });
}

/** Publishes metrics of a service's own; what CloudWatch does not take is lost, as on AWS. */
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
