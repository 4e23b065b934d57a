import type {
  CreateFleetRequest,
  FleetData,
  FleetStateCode,
  HistoryRecordEntry,
  SpotOptions,
} from "@aws-sdk/client-ec2";
import { formatArn } from "../../../core/arn";
import { refuseOptions } from "../../../core/errors";
import type { Entity } from "../../../entities/entity";
import { api, ec2Error } from "../api";
import { selectResources, tagList } from "../queries/described";
import type { Ec2Store } from "../store";
import { type Fleet, fulfilled } from "./model";
import { retarget } from "./newFleet";
import { poolsOfTemplates } from "./pools";
import { activeInstances, activityOf } from "./spotFleets";

const STATES: Readonly<Record<Fleet["state"], FleetStateCode>> = {
  submitted: "submitted",
  active: "active",
  modifying: "modifying",
  ended: "deleted",
  ending: "deleted_terminating",
  leftRunning: "deleted_running",
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html, of the types maintain and request */
export const ec2Fleets: Entity<Ec2Store, Fleet> = api.entity<Fleet>({
  all: (store) => store.ec2Fleets,
  arn: (id, place) => formatArn("ec2", place, `fleet/${id || "*"}`),
  notFound: (id) => ec2Error("InvalidFleetId.NotFound", `The fleet ID '${id}' does not exist`),
  tags: (fleet) => fleet.tags,
  operations: {
    DescribeFleets: {
      lists: "Fleets",
      max: 1000,
      among({ FleetIds: ids, Filters }, context) {
        const all = context.store.ec2Fleets;
        const found = ids?.length ? ids.map((id) => ec2Fleets.at(id, context)) : [...all.values()];
        const shapes = new Map(
          found.map((fleet) => [fleet.id, { ...fleet, shape: shownFleet(fleet) }]),
        );
        const wanted = selectResources(shapes, "fleet", undefined, "DescribeFleets", Filters).map(
          ({ id }) => id,
        );
        return found.filter(({ id }) => wanted.includes(id));
      },
      view: shownFleet,
    },
    DescribeFleetInstances: {
      names: "FleetId",
      does({ FleetId: id }, context) {
        const fleet = ec2Fleets.at(id, context);
        return { FleetId: id, ActiveInstances: activeInstances(fleet, context.store) };
      },
    },
    DescribeFleetHistory: {
      names: "FleetId",
      does({ FleetId: id, StartTime, EventType }, context) {
        const { history } = ec2Fleets.at(id, context);
        const since = history.filter(({ Timestamp = StartTime }) => Timestamp >= StartTime);
        // The types of events were stored with the names of this kind of fleet.
        const records = since as HistoryRecordEntry[];
        const HistoryRecords = records.filter((one) =>
          [undefined, one.EventType].includes(EventType),
        );
        return { FleetId: id, HistoryRecords, StartTime, LastEvaluatedTime: context.clock.date() };
      },
    },
    ModifyFleet: {
      on: "FleetId",
      run(fleet, input, context) {
        refuseOptions(input, ["Context"], "ec2:ModifyFleet");
        if (fleet.state !== "active" || fleet.type !== "maintain")
          throw ec2Error(
            "FleetNotInModifiableState",
            `The fleet ${fleet.id} is not in a modifiable state (${fleet.type}, ${STATES[fleet.state]}).`,
          );
        const { TargetCapacitySpecification: given, ExcessCapacityTerminationPolicy: excess } =
          input;
        const { LaunchTemplateConfigs } = input;
        if (LaunchTemplateConfigs?.length) {
          // For new instances only: the present ones stay.
          fleet.pools = poolsOfTemplates(LaunchTemplateConfigs, context);
          fleet.asked = { ...fleet.asked, LaunchTemplateConfigs };
        }
        retarget(fleet, {
          target: given?.TotalTargetCapacity,
          onDemandTarget: given?.OnDemandTargetCapacity,
          keepsExcess: excess && excess === "no-termination",
        });
        context.store.fleetKeeper.modify(fleet);
        return { Return: true };
      },
    },
    DeleteFleets: {
      names: "FleetIds",
      async does({ FleetIds: ids, TerminateInstances }, context) {
        const found = ids.map((id) => ec2Fleets.at(id, context));
        const before = found.map(({ state }) => STATES[state]);
        for (const fleet of found)
          if (!STATES[fleet.state].startsWith("deleted"))
            await context.store.fleetKeeper.end(fleet, TerminateInstances);
        return {
          UnsuccessfulFleetDeletions: [],
          SuccessfulFleetDeletions: found.map((fleet, index) => ({
            FleetId: fleet.id,
            CurrentFleetState: STATES[fleet.state],
            PreviousFleetState: before[index],
          })),
        };
      },
    },
  },
});

function shownFleet(fleet: Fleet): FleetData {
  // Always a CreateFleetRequest: beginFleet stored it.
  const asked = fleet.asked as CreateFleetRequest;
  const { OnDemandOptions, SpotOptions, TargetCapacitySpecification: capacity } = asked;
  return {
    FleetId: fleet.id,
    FleetState: STATES[fleet.state],
    // The SDK's two models spell the same values differently.
    ActivityStatus: activityOf(fleet),
    CreateTime: fleet.createdAt,
    Type: fleet.type,
    Tags: tagList(fleet.tags),
    ExcessCapacityTerminationPolicy: fleet.keepsExcess ? "no-termination" : "termination",
    TerminateInstancesWithExpiration: asked.TerminateInstancesWithExpiration ?? false,
    ReplaceUnhealthyInstances: fleet.replacesUnhealthy,
    FulfilledCapacity: fulfilled(fleet),
    FulfilledOnDemandCapacity: fulfilled(fleet, "on-demand"),
    LaunchTemplateConfigs: asked.LaunchTemplateConfigs,
    OnDemandOptions: { AllocationStrategy: "lowest-price", ...OnDemandOptions },
    SpotOptions: {
      AllocationStrategy: "lowest-price",
      InstanceInterruptionBehavior: "terminate",
      InstancePoolsToUseCount: 1,
      ...(SpotOptions as SpotOptions),
    },
    TargetCapacitySpecification: {
      TotalTargetCapacity: fleet.target,
      OnDemandTargetCapacity: fleet.onDemandTarget,
      SpotTargetCapacity: fleet.target - fleet.onDemandTarget,
      DefaultTargetCapacityType: capacity?.DefaultTargetCapacityType ?? "spot",
    },
  };
}
