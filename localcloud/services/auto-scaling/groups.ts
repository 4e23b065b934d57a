import { randomUUID } from "node:crypto";
import { formatArn } from "../../core/arn";
import { AwsError, refuseOptions } from "../../core/errors";
import type { CallContext } from "../../core/service";
import { api, groupNotFound, validation } from "./api";
import { passedRole, hookWithDefaults } from "./hookSettings";
import { testTarget } from "./notify";
import { checkBounds, keptMembers, resolveSubnets, resolveTemplate } from "./settings";
import type { AutoScalingStore, Group } from "./store";
import { groupTags } from "./tags";
import { shownGroup } from "./views";

/** Options for starting instances, and related features, that this cloud does not support. */
const UNSUPPORTED = [
  "LaunchConfigurationName",
  "MixedInstancesPolicy",
  "AvailabilityZoneIds",
  "InstanceMaintenancePolicy",
] as const;
const UNSUPPORTED_AT_CREATION = [
  ...UNSUPPORTED,
  "InstanceId",
  "LoadBalancerNames",
  "TargetGroupARNs",
  "TrafficSources",
] as const;

const DEFAULT_COOLDOWN_S = 300;

/** Throws for a deleted group that is still emptying; it accepts no changes. */
export function activeGroup(group: Group): Group {
  if (group.isDeleting) throw validation("AutoScalingGroup is pending delete.");
  return group;
}

export const groups = api.entity<Group>({
  all: (store) => store.groups,
  arn: (name, place, group) =>
    group?.arn ??
    formatArn("autoscaling", place, `autoScalingGroup:*:autoScalingGroupName/${name}`),
  notFound: groupNotFound,
  tags: ({ tags }) => new Map([...tags].map(([key, { value }]) => [key, value])),
  operations: {
    CreateAutoScalingGroup: {
      names: "AutoScalingGroupName",
      needs: ({ LifecycleHookSpecificationList: hooks = [] }) =>
        hooks.flatMap(({ RoleARN }) => passedRole(RoleARN)),
      async does(input, context) {
        refuseOptions(input, UNSUPPORTED_AT_CREATION, "autoscaling:CreateAutoScalingGroup");
        const { store, clock } = context;
        const name = input.AutoScalingGroupName;
        refuseSecond(name, store);
        const { MinSize: min, MaxSize: max, DesiredCapacity: desired = min } = input;
        checkBounds({ min, max, desired });
        const uuid = randomUUID();
        const group: Group = {
          name,
          arn: formatArn(
            "autoscaling",
            context,
            `autoScalingGroup:${uuid}:autoScalingGroupName/${name}`,
          ),
          createdAt: clock.date(),
          tags: groupTags(input.Tags),
          members: new Map(),
          hooks: new Map(),
          suspended: new Set(),
          activities: [],
          refreshes: [],
          launchTemplate: await resolveTemplate(input.LaunchTemplate, context),
          min,
          max,
          desired,
          cooldownSeconds: input.DefaultCooldown ?? DEFAULT_COOLDOWN_S,
          subnets: await resolveSubnets(input.VPCZoneIdentifier, input.AvailabilityZones, context),
          protectsNew: input.NewInstancesProtectedFromScaleIn ?? false,
          kept: keptMembers(input),
          failedLaunches: 0,
          launchesFrom: 0,
          isDeleting: false,
        };
        for (const given of input.LifecycleHookSpecificationList ?? []) {
          const hook = hookWithDefaults({ ...given, AutoScalingGroupName: name });
          if (hook.NotificationTargetARN) await testTarget(store.scope, group, hook);
          group.hooks.set(given.LifecycleHookName, hook);
        }
        // Another request may have created the group meanwhile.
        refuseSecond(name, store);
        store.groups.set(name, group);
        store.fleet.changed(group);
      },
    },
    UpdateAutoScalingGroup: {
      on: "AutoScalingGroupName",
      async run(group, input, context) {
        refuseOptions(input, UNSUPPORTED, "autoscaling:UpdateAutoScalingGroup");
        boundsAfter(activeGroup(group), input);
        const launchTemplate =
          input.LaunchTemplate && (await resolveTemplate(input.LaunchTemplate, context));
        const { VPCZoneIdentifier: identifier, AvailabilityZones: zones } = input;
        const subnets =
          identifier !== undefined || zones
            ? await resolveSubnets(identifier, zones, context)
            : undefined;
        // Another request may have changed or deleted the group meanwhile.
        const current = activeGroup(groups.at(input.AutoScalingGroupName, context));
        Object.assign(current, boundsAfter(current, input));
        current.launchTemplate = launchTemplate ?? current.launchTemplate;
        current.subnets = subnets ?? current.subnets;
        current.cooldownSeconds = input.DefaultCooldown ?? current.cooldownSeconds;
        current.protectsNew = input.NewInstancesProtectedFromScaleIn ?? current.protectsNew;
        current.kept = { ...current.kept, ...keptMembers(input) };
        context.store.fleet.changed(current);
      },
    },
    SetDesiredCapacity: {
      on: "AutoScalingGroupName",
      run(group, { DesiredCapacity: desired, HonorCooldown }, context) {
        activeGroup(group);
        if (desired > group.max)
          throw validation(
            `New SetDesiredCapacity value ${desired} is above max value ${group.max} for the AutoScalingGroup.`,
          );
        if (desired < group.min)
          throw validation(
            `New SetDesiredCapacity value ${desired} is below min value ${group.min} for the AutoScalingGroup.`,
          );
        if (HonorCooldown) refuseInCooldown(group, context);
        group.desired = desired;
        context.store.fleet.changed(group);
      },
    },
    DeleteAutoScalingGroup: {
      on: "AutoScalingGroupName",
      run(group, { ForceDelete }, { store, clock }) {
        if (!ForceDelete && (group.members.size > 0 || group.desired > 0))
          throw new AwsError(
            "ResourceInUseFault",
            "You cannot delete an AutoScalingGroup while there are instances or pending Spot " +
              "instance request(s) still in the group.",
          );
        group.isDeleting = true;
        if (group.members.size > 0) return store.fleet.changed(group);
        clock.clearTimeout(group.wake);
        store.groups.delete(group.name);
      },
    },
    DescribeAutoScalingGroups: {
      lists: "AutoScalingGroups",
      max: 100,
      among({ AutoScalingGroupNames: names, Filters = [] }, { store }) {
        const isWanted = (group: Group): boolean =>
          Filters.every(({ Name = "", Values = [] }) => {
            if (Name === "tag-key") return Values.some((key) => group.tags.has(key));
            const value = group.tags.get(Name.replace(/^tag:/, ""))?.value;
            return value !== undefined && Values.includes(value);
          });
        return [...store.groups.values()].filter(
          (group) => (!names?.length || names.includes(group.name)) && isWanted(group),
        );
      },
      view: shownGroup,
    },
    SuspendProcesses: {
      on: "AutoScalingGroupName",
      run(group, { ScalingProcesses: names }) {
        for (const name of names?.length ? names : PROCESSES) group.suspended.add(known(name));
      },
    },
    ResumeProcesses: {
      on: "AutoScalingGroupName",
      run(group, { ScalingProcesses: names }, { store }) {
        for (const name of names?.length ? names : PROCESSES) group.suspended.delete(known(name));
        store.fleet.changed(group);
      },
    },
  },
});

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html */
const PROCESSES = [
  "Launch",
  "Terminate",
  "AddToLoadBalancer",
  "AlarmNotification",
  "AZRebalance",
  "HealthCheck",
  "InstanceRefresh",
  "ReplaceUnhealthy",
  "ScheduledActions",
];

function known(name: string): string {
  if (PROCESSES.includes(name)) return name;
  throw validation(`Unknown scaling process '${name}'; there are: ${PROCESSES.join(", ")}.`);
}

function refuseInCooldown(group: Group, { clock }: CallContext<AutoScalingStore>): void {
  const end = (group.lastScaledAt ?? -Infinity) + group.cooldownSeconds * 1000;
  if (clock.now() >= end) return;
  throw new AwsError(
    "ScalingActivityInProgressFault",
    `Scaling activity is in progress and blocks this action: the cooldown of ${group.name} ends at ${new Date(end).toISOString()}.`,
  );
}

function refuseSecond(name: string, store: AutoScalingStore): void {
  if (store.groups.has(name))
    throw new AwsError(
      "AlreadyExistsFault",
      `AutoScalingGroup by this name already exists - A group with the name ${name} already exists`,
    );
}

/** Returns the group's sizes after the request. Without a new desired capacity, the current one moves into the bounds. */
function boundsAfter(
  group: Group,
  { MinSize: min = group.min, MaxSize: max = group.max, DesiredCapacity }: Sizes,
): Pick<Group, "min" | "max" | "desired"> {
  const desired = DesiredCapacity ?? Math.min(max, Math.max(min, group.desired));
  checkBounds({ min, max, desired });
  return { min, max, desired };
}

interface Sizes {
  readonly MinSize?: number;
  readonly MaxSize?: number;
  readonly DesiredCapacity?: number;
}
