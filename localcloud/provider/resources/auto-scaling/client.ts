import type * as Sdk from "@aws-sdk/client-auto-scaling";
import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { awsClient } from "../../mapped/resource";
import type { ProviderContext } from "../../types";

export const autoScaling = awsClient(() => require("@aws-sdk/client-auto-scaling") as typeof Sdk);

export async function describeGroup(
  id: string,
  context: ProviderContext,
): Promise<AutoScalingGroup | undefined> {
  const request = { AutoScalingGroupNames: [id] };
  const { AutoScalingGroups } = await autoScaling.send(
    "DescribeAutoScalingGroups",
    request,
    context,
  );
  return AutoScalingGroups?.at(0);
}
