import type {
  ActiveInstance,
  BatchState,
  SpotFleetRequestConfig,
  SpotFleetRequestConfigData,
} from "@aws-sdk/client-ec2";
import { formatArn } from "../../../core/arn";
import { refuseOptions } from "../../../core/errors";
import type { Entity } from "../../../entities/entity";
import { api, ec2Error } from "../api";
import { tagList } from "../queries/described";
import type { Ec2Store } from "../store";
import { type Fleet, fulfilled } from "./model";
import { retarget } from "./newFleet";

const STATES: Readonly<Record<Fleet["state"], BatchState>> = {
  submitted: "submitted",
  active: "active",
  modifying: "modifying",
  ended: "cancelled",
  ending: "cancelled_terminating",
  leftRunning: "cancelled_running",
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestSpotFleet.html */
export const spotFleets: Entity<Ec2Store, Fleet> = api.entity<Fleet>({
  all: (store) => store.spotFleets,
  arn: (id, place) => formatArn("ec2", place, `spot-fleet-request/${id || "*"}`),
  notFound: (id) =>
    ec2Error(
      "InvalidSpotFleetRequestId.NotFound",
      `The spot fleet request ID '${id}' does not exist`,
    ),
  tags: (fleet) => fleet.tags,
  operations: {
    DescribeSpotFleetRequests: {
      lists: "SpotFleetRequestConfigs",
      max: 1000,
      among: ({ SpotFleetRequestIds: ids }, context) =>
        ids?.length
          ? ids.map((id) => spotFleets.at(id, context))
          : context.store.spotFleets.values(),
      view: shownFleet,
    },
    DescribeSpotFleetInstances: {
      names: "SpotFleetRequestId",
      does({ SpotFleetRequestId: id }, context) {
        const fleet = spotFleets.at(id, context);
        return { SpotFleetRequestId: id, ActiveInstances: activeInstances(fleet, context.store) };
      },
    },
    DescribeSpotFleetRequestHistory: {
      names: "SpotFleetRequestId",
      does({ SpotFleetRequestId: id, StartTime, EventType }, context) {
        const { history } = spotFleets.at(id, context);
        const HistoryRecords = history.filter(
          (one) =>
            (one.Timestamp ?? StartTime) >= StartTime &&
            [undefined, one.EventType].includes(EventType),
        );
        return {
          SpotFleetRequestId: id,
          HistoryRecords,
          StartTime,
          LastEvaluatedTime: context.clock.date(),
        };
      },
    },
    ModifySpotFleetRequest: {
      on: "SpotFleetRequestId",
      run(fleet, input, { store }) {
        refuseOptions(input, ["LaunchTemplateConfigs", "Context"], "ec2:ModifySpotFleetRequest");
        // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
        if (fleet.state !== "active" || fleet.type !== "maintain")
          throw ec2Error(
            "FleetNotInModifiableState",
            `The Spot Fleet request ${fleet.id} is not in a modifiable state (${fleet.type}, ${STATES[fleet.state]}).`,
          );
        const { ExcessCapacityTerminationPolicy: excess } = input;
        retarget(fleet, {
          target: input.TargetCapacity,
          onDemandTarget: input.OnDemandTargetCapacity,
          keepsExcess: excess && excess === "noTermination",
        });
        store.fleetKeeper.modify(fleet);
        return { Return: true };
      },
    },
    CancelSpotFleetRequests: {
      names: "SpotFleetRequestIds",
      async does({ SpotFleetRequestIds: ids, TerminateInstances }, context) {
        const found = ids.map((id) => spotFleets.at(id, context));
        const before = found.map(({ state }) => STATES[state]);
        for (const fleet of found)
          if (!/^cancelled/.test(STATES[fleet.state]))
            await context.store.fleetKeeper.end(fleet, TerminateInstances);
        return {
          UnsuccessfulFleetRequests: [],
          SuccessfulFleetRequests: found.map((fleet, index) => ({
            SpotFleetRequestId: fleet.id,
            CurrentSpotFleetRequestState: STATES[fleet.state],
            PreviousSpotFleetRequestState: before[index],
          })),
        };
      },
    },
  },
});

export function activityOf(fleet: Fleet) {
  if (fleet.error !== undefined) return "error" as const;
  if (fleet.leaving.size > 0) return "pending_termination" as const;
  return fulfilled(fleet) < fleet.target
    ? ("pending_fulfillment" as const)
    : ("fulfilled" as const);
}

export function activeInstances({ members }: Fleet, store: Ec2Store): ActiveInstance[] {
  return [...members.values()].map(({ id, pool, market }) => ({
    InstanceId: id,
    InstanceType: pool.instanceType,
    InstanceHealth: "healthy",
    ...(market === "spot" && { SpotInstanceRequestId: `sir-${id.slice(-8)}` }),
    ...(store.instances.has(id) ? {} : { InstanceHealth: "unhealthy" as const }),
  }));
}

function shownFleet(fleet: Fleet): SpotFleetRequestConfig {
  return {
    SpotFleetRequestId: fleet.id,
    SpotFleetRequestState: STATES[fleet.state],
    ActivityStatus: activityOf(fleet),
    CreateTime: fleet.createdAt,
    Tags: tagList(fleet.tags),
    SpotFleetRequestConfig: {
      AllocationStrategy: "lowestPrice",
      OnDemandAllocationStrategy: "lowestPrice",
      InstanceInterruptionBehavior: "terminate",
      InstancePoolsToUseCount: 1,
      ReplaceUnhealthyInstances: false,
      TerminateInstancesWithExpiration: false,
      // Always a SpotFleetRequestConfigData: the stored request.
      ...(fleet.asked as SpotFleetRequestConfigData),
      Type: fleet.type,
      ExcessCapacityTerminationPolicy: fleet.keepsExcess ? "noTermination" : "default",
      TargetCapacity: fleet.target,
      OnDemandTargetCapacity: fleet.onDemandTarget,
      FulfilledCapacity: fulfilled(fleet),
      OnDemandFulfilledCapacity: fulfilled(fleet, "on-demand"),
    },
  };
}
