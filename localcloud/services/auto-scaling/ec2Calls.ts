import { AwsError } from "../../core/errors";
import { servicePrincipal } from "../../core/principal";
import type { StoreScope } from "../../core/service";

/** EC2 as Auto Scaling calls it, with the rights of its own role. */
export function callEc2<Output>(
  { cloud, region }: StoreScope,
  operation: string,
  input: object,
): Promise<Output> {
  const principal = servicePrincipal("autoscaling.amazonaws.com");
  return cloud.call<Output>({ service: "ec2", operation, input, principal, region });
}

/** Tells EC2 to do something with an instance; one that it no longer knows has ended already. */
export async function tellEc2(scope: StoreScope, operation: string, id: string): Promise<void> {
  try {
    await callEc2(scope, operation, { InstanceIds: [id] });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
}
