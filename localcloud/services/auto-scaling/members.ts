import type * as Sdk from "@aws-sdk/client-auto-scaling";
import type { CallContext } from "../../core/service";
import type { OperationOf } from "../../entities/api";
import { pageOf } from "../../entities/paging";
import { api, paging, validation } from "./api";
import { groups } from "./groups";
import { isCapacity } from "./placement";
import type { AutoScalingStore, Group, Member } from "./store";
import { shownDetails } from "./views";

type Operation<Name> = OperationOf<typeof Sdk, AutoScalingStore, Name>;
type Context = CallContext<AutoScalingStore>;

/** Terminates an instance regardless of its protection. With `ShouldDecrementDesiredCapacity` it is not replaced. */
export const terminateInstanceInAutoScalingGroup: Operation<"TerminateInstanceInAutoScalingGroup"> =
  {
    access: ({ InstanceId = "" }, context) => [
      groups.access(
        "TerminateInstanceInAutoScalingGroup",
        find(InstanceId, context)?.group.name ?? "*",
        context,
      ),
    ],
    async run({ InstanceId = "", ShouldDecrementDesiredCapacity: decrements }, context) {
      const found = find(InstanceId, context);
      if (!found)
        throw validation(
          `Instance Id not found - No managed instance found for instance ID: ${InstanceId}`,
        );
      const { group, member } = found;
      // Instances outside the capacity (standby, warm, retained) do not change it.
      const decrement = decrements && isCapacity(member);
      if (decrement && group.desired <= group.min)
        throw validation(
          `Currently, desiredSize equals minSize (${group.min}). Terminating instance without ` +
            "replacement will violate group's min size constraint. Either set " +
            "shouldDecrementDesiredCapacity flag to false or lower group's min size.",
        );
      if (decrement) group.desired -= 1;
      const { store, clock } = context;
      const at = clock.date().toISOString();
      const how = decrement ? `, shrinking the capacity to ${group.desired}` : "";
      const cause = `At ${at} instance ${InstanceId} was taken out of service in response to a user request${how}.`;
      const Activity = await store.fleet.end(group, member, cause);
      store.fleet.changed(group);
      return { Activity };
    },
  };

export const setInstanceProtection: Operation<"SetInstanceProtection"> = {
  access: ({ AutoScalingGroupName: name }, context) => [
    groups.access("SetInstanceProtection", name, context),
  ],
  run({ AutoScalingGroupName: name, InstanceIds, ProtectedFromScaleIn }, context) {
    const { members } = groups.at(name, context);
    const found = InstanceIds.map((id) => {
      const member = members.get(id);
      if (member?.state === "InService") return member;
      throw validation(`The instance ${id} is not in InService or EnteringStandby or Standby.`);
    });
    for (const member of found) member.isProtected = ProtectedFromScaleIn;
    return {};
  },
};

/** Sets the health. An unhealthy instance is replaced; lifecycle hooks delay its termination like any other. */
export const setInstanceHealth: Operation<"SetInstanceHealth"> = {
  access: ({ InstanceId }, context) => [
    groups.access("SetInstanceHealth", find(InstanceId, context)?.group.name ?? "*", context),
  ],
  run({ InstanceId, HealthStatus: health }, context) {
    const found = find(InstanceId, context);
    if (!found)
      throw validation(
        `Instance Id not found - No managed instance found for instance ID: ${InstanceId}`,
      );
    if (health !== "Healthy" && health !== "Unhealthy")
      throw validation(`Health status ${health} must be Healthy or Unhealthy.`);
    found.member.health = health;
    context.store.fleet.changed(found.group);
  },
};

export const describeAutoScalingInstances: Operation<"DescribeAutoScalingInstances"> = {
  run(input, { store }) {
    const all = [...store.groups.values()].flatMap((group) =>
      [...group.members.values()].map((member) => ({ group, member })),
    );
    const { items, next } = pageOf(api.model("DescribeAutoScalingInstances"), input, {
      items: all.filter(
        ({ member }) => !input.InstanceIds?.length || input.InstanceIds.includes(member.id),
      ),
      key: ({ member }) => member.id,
      max: 50,
      ...paging,
    });
    return {
      AutoScalingInstances: items.map(({ group, member }) => shownDetails(group, member)),
      ...next,
    };
  },
};

export const describeScalingActivities: Operation<"DescribeScalingActivities"> = {
  run(input, context) {
    const { AutoScalingGroupName: name, ActivityIds: ids } = input;
    const of = name === undefined ? [...context.store.groups.values()] : [groups.at(name, context)];
    const activities = of
      .flatMap((group) => group.activities)
      .filter(({ ActivityId = "" }) => !ids?.length || ids.includes(ActivityId));
    const place = new Map(activities.map((one, index) => [one, String(index).padStart(6, "0")]));
    const { items, next } = pageOf(api.model("DescribeScalingActivities"), input, {
      items: activities,
      key: (one) => place.get(one) ?? "",
      max: 100,
      ...paging,
    });
    return { Activities: [...items], ...next };
  },
};

function find(id: string, { store }: Context): { group: Group; member: Member } | undefined {
  for (const group of store.groups.values()) {
    const member = group.members.get(id);
    if (member) return { group, member };
  }
  return undefined;
}
