import { randomUUID } from "node:crypto";
import type * as Sdk from "@aws-sdk/client-auto-scaling";
import type { InstanceRefresh } from "@aws-sdk/client-auto-scaling";
import { isDeepStrictEqual } from "node:util";
import { AwsError, refuseOptions } from "../../core/errors";
import type { OperationOf, InputOf } from "../../entities/api";
import { pageOf } from "../../entities/paging";
import { api, paging, validation } from "./api";
import { activeGroup, groups } from "./groups";
import { capacityOf } from "./placement";
import { refreshedPercent } from "./refreshSteps";
import { resolveTemplate } from "./settings";
import type { AutoScalingStore, Group, Refresh } from "./store";

type Operation<Name> = OperationOf<typeof Sdk, AutoScalingStore, Name>;
type Input = InputOf<typeof Sdk, "StartInstanceRefresh">;

const DEFAULT_MIN_HEALTHY_PERCENT = 90;

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html */
export const startInstanceRefresh: Operation<"StartInstanceRefresh"> = {
  access: ({ AutoScalingGroupName: name }, context) => [
    groups.access("StartInstanceRefresh", name, context),
  ],
  async run(input, context) {
    const checkedGroup = (): Group => {
      const group = activeGroup(groups.at(input.AutoScalingGroupName, context));
      check(input, group);
      return group;
    };
    checkedGroup();
    const template = input.DesiredConfiguration?.LaunchTemplate;
    const resolved = template && (await resolveTemplate(template, context));
    // Another request may have started a refresh, or deleted the group, meanwhile.
    const group = checkedGroup();
    if (resolved) group.launchTemplate = resolved;
    const { MinHealthyPercentage, InstanceWarmup, SkipMatching } = input.Preferences ?? {};
    const { DefaultInstanceWarmup, HealthCheckGracePeriod = 0 } = group.kept;
    const old = capacityOf(group).filter(
      (one) => !SkipMatching || !isDeepStrictEqual(one.launchTemplate, group.launchTemplate),
    );
    const warmup = InstanceWarmup ?? DefaultInstanceWarmup ?? HealthCheckGracePeriod;
    const refresh: Refresh = {
      id: randomUUID(),
      startedAt: context.clock.date(),
      warmupMs: warmup * 1000,
      minHealthyPercent: MinHealthyPercentage ?? DEFAULT_MIN_HEALTHY_PERCENT,
      toReplace: new Set(old.map(({ id }) => id)),
      total: old.length,
      status: "Pending",
    };
    group.refreshes.unshift(refresh);
    context.store.fleet.changed(group);
    return { InstanceRefreshId: refresh.id };
  },
};

export const cancelInstanceRefresh: Operation<"CancelInstanceRefresh"> = {
  access: ({ AutoScalingGroupName: name = "" }, context) => [
    groups.access("CancelInstanceRefresh", name, context),
  ],
  run({ AutoScalingGroupName: name = "" }, context) {
    const refresh = active(groups.at(name, context));
    if (!refresh)
      throw new AwsError(
        "ActiveInstanceRefreshNotFoundFault",
        `No in progress or pending Instance Refresh found for Auto Scaling group ${name}`,
      );
    refresh.status = "Cancelled";
    refresh.endedAt = context.clock.date();
    return { InstanceRefreshId: refresh.id };
  },
};

export const describeInstanceRefreshes: Operation<"DescribeInstanceRefreshes"> = {
  run(input, context) {
    const { AutoScalingGroupName: name = "", InstanceRefreshIds: ids } = input;
    const group = groups.at(name, context);
    const { items, next } = pageOf(api.model("DescribeInstanceRefreshes"), input, {
      items: group.refreshes.filter(({ id }) => !ids?.length || ids.includes(id)),
      key: ({ id }) => String(group.refreshes.findIndex((one) => one.id === id)).padStart(6, "0"),
      max: 100,
      ...paging,
    });
    return { InstanceRefreshes: items.map((one) => shown(one, group)), ...next };
  },
};

function check(input: Input, group: Group): void {
  const { Strategy = "Rolling", Preferences = {}, DesiredConfiguration = {} } = input;
  if (Strategy !== "Rolling")
    throw validation(`The local cloud refreshes with strategy Rolling, not ${Strategy}.`);
  refuseOptions(DesiredConfiguration, ["MixedInstancesPolicy"], "autoscaling:StartInstanceRefresh");
  refuseOptions(
    Preferences,
    ["AlarmSpecification", "CheckpointDelay", "CheckpointPercentages", "MaxHealthyPercentage"],
    "autoscaling:StartInstanceRefresh",
  );
  const { MinHealthyPercentage: percent = 0 } = Preferences;
  if (percent < 0 || percent > 100)
    throw validation(`MinHealthyPercentage ${percent} must be between 0 and 100.`);
  if (active(group))
    throw new AwsError(
      "InstanceRefreshInProgressFault",
      "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.",
    );
}

function active({ refreshes: [latest] }: Group): Refresh | undefined {
  return latest?.status === "Pending" || latest?.status === "InProgress" ? latest : undefined;
}

function shown(refresh: Refresh, group: Group): InstanceRefresh {
  return {
    InstanceRefreshId: refresh.id,
    AutoScalingGroupName: group.name,
    Status: refresh.status,
    StartTime: refresh.startedAt,
    EndTime: refresh.endedAt,
    PercentageComplete: refreshedPercent(group, refresh),
    InstancesToUpdate: capacityOf(group).filter(({ id }) => refresh.toReplace.has(id)).length,
    Strategy: "Rolling",
    Preferences: {
      MinHealthyPercentage: refresh.minHealthyPercent,
      InstanceWarmup: refresh.warmupMs / 1000,
    },
  };
}
