import {
  type AutoScalingClient,
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  DescribeLifecycleHooksCommand,
} from "@aws-sdk/client-auto-scaling";
import { type Retry, retrying } from "../../retry";
import type { HookMessage } from "./hookMessage";

export const deploymentOnlyModule = true;

/** Lists every group of the region: only they show instances whose notification was lost. */
export async function findGroups(
  client: AutoScalingClient,
  retry: Retry,
): Promise<AutoScalingGroup[]> {
  const found: AutoScalingGroup[] = [];
  let NextToken: string | undefined;
  do {
    const page = await retrying(retry, () =>
      client.send(new DescribeAutoScalingGroupsCommand({ MaxRecords: 100, NextToken })),
    );
    found.push(...(page.AutoScalingGroups ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

/**
 * Finds the instances of these groups that wait for one of the hooks, as messages without a token, with the
 * notification metadata of the hook.
 */
export async function findWaiting(
  client: AutoScalingClient,
  retry: Retry,
  groups: readonly AutoScalingGroup[],
  hooks: Readonly<Partial<Record<HookMessage["transition"], string>>>,
): Promise<HookMessage[]> {
  const waiting = groups.filter(({ Instances = [] }) =>
    Instances.some(({ LifecycleState }) => transitionOf(LifecycleState) !== undefined),
  );
  const messages = await Promise.all(
    waiting.map(async ({ AutoScalingGroupName, Instances = [] }) => {
      const { LifecycleHooks = [] } = await retrying(retry, () =>
        client.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName })),
      );
      const own = new Map(LifecycleHooks.map((hook) => [hook.LifecycleHookName, hook]));
      return Instances.flatMap(({ InstanceId = "", LifecycleState }): HookMessage[] => {
        const transition = transitionOf(LifecycleState);
        const hookName = transition && hooks[transition];
        if (!transition || hookName === undefined || !own.has(hookName)) return [];
        const metadata = own.get(hookName)?.NotificationMetadata;
        const found = { hookName, instanceId: InstanceId, transition };
        return [{ groupName: AutoScalingGroupName ?? "", ...found, ...(metadata && { metadata }) }];
      });
    }),
  );
  return messages.flat();
}

/** Returns the groups that have one of the hooks. */
export async function withHook(
  client: AutoScalingClient,
  retry: Retry,
  groups: readonly AutoScalingGroup[],
  hook: string,
): Promise<AutoScalingGroup[]> {
  const has = await Promise.all(
    groups.map(async ({ AutoScalingGroupName }) => {
      const LifecycleHookNames = [hook];
      const { LifecycleHooks = [] } = await retrying(retry, () =>
        client.send(
          new DescribeLifecycleHooksCommand({ AutoScalingGroupName, LifecycleHookNames }),
        ),
      );
      return LifecycleHooks.length > 0;
    }),
  );
  return groups.filter((_group, index) => has[index]);
}

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html */
function transitionOf(state = ""): HookMessage["transition"] | undefined {
  if (/(^|:)Pending:Wait$/.test(state)) return "launching";
  return /(^|:)Terminating:Wait$/.test(state) ? "terminating" : undefined;
}
