import type { DescribeInstancesResult, InstanceStateName } from "@aws-sdk/client-ec2";
import { AwsError } from "../../core/errors";
import { servicePrincipal } from "../../core/principal";
import type { StoreScope } from "../../core/service";

/** Calls EC2 with the permissions of Auto Scaling's service role. */
export function callEc2<Output>(
  { cloud, region }: StoreScope,
  operation: string,
  input: object,
): Promise<Output> {
  const principal = servicePrincipal("autoscaling.amazonaws.com");
  return cloud.call<Output>({ service: "ec2", operation, input, principal, region });
}

/** Calls an EC2 operation on an instance. An instance that EC2 no longer knows has already ended. */
export async function callInstance(
  scope: StoreScope,
  operation: string,
  id: string,
): Promise<void> {
  try {
    await callEc2(scope, operation, { InstanceIds: [id] });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
}

/** Returns the state of an instance; one that EC2 no longer knows is terminated. */
export async function instanceState(scope: StoreScope, id: string): Promise<InstanceStateName> {
  const gone = "terminated";
  try {
    const input = { InstanceIds: [id] };
    const { Reservations: [reservation] = [] } = await callEc2<DescribeInstancesResult>(
      scope,
      "DescribeInstances",
      input,
    );
    return reservation?.Instances?.[0]?.State?.Name ?? gone;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return gone;
  }
}
