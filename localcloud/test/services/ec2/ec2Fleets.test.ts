import {
  CreateFleetCommand,
  DeleteFleetsCommand,
  DescribeFleetHistoryCommand,
  DescribeFleetInstancesCommand,
  DescribeFleetsCommand,
  ModifyFleetCommand,
} from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { expectAwsError } from "../../support/expectAwsError";
import { Ec2Cloud } from "./ec2Cloud";
import { FLEET_POOLS, MODIFYING_S } from "./fleetPools";

describe("fleets of EC2", () => {
  let c: Ec2Cloud;
  beforeEach(async () => {
    c = await Ec2Cloud.start();
    c.store.bootMs = () => 30_000;
    await c.launchTemplate("node");
  });
  afterEach(() => c.stop());

  it("of the newer kind launch new instances from other templates, once they are given, and keep the others", async () => {
    const ofType = (InstanceType: "m5.large" | "m5.xlarge") => [
      {
        LaunchTemplateSpecification: { LaunchTemplateName: "node", Version: "$Latest" },
        Overrides: [{ InstanceType }],
      },
    ];
    const target = (TotalTargetCapacity: number) =>
      ({
        TargetCapacitySpecification: { TotalTargetCapacity, DefaultTargetCapacityType: "spot" },
      }) as const;
    const { FleetId = "" } = await c.client.send(
      new CreateFleetCommand({ LaunchTemplateConfigs: ofType("m5.large"), ...target(1) }),
    );
    await c.seconds(1);
    await c.client.send(
      new ModifyFleetCommand({
        FleetId,
        LaunchTemplateConfigs: ofType("m5.xlarge"),
        TargetCapacitySpecification: { TotalTargetCapacity: 2 },
      }),
    );
    await c.seconds(MODIFYING_S);
    const { ActiveInstances = [] } = await c.client.send(
      new DescribeFleetInstancesCommand({ FleetId }),
    );
    const types = ActiveInstances.map(({ InstanceType }) => InstanceType);
    expect(types.sort()).to.deep.equal(["m5.large", "m5.xlarge"]);
    await c.client.send(new DeleteFleetsCommand({ FleetIds: [FleetId], TerminateInstances: true }));
  });

  it("of the newer kind (EC2 Fleet) do the same, without their own role", async () => {
    const { FleetId = "" } = await c.client.send(
      new CreateFleetCommand({
        LaunchTemplateConfigs: [
          {
            LaunchTemplateSpecification: { LaunchTemplateName: "node", Version: "$Latest" },
            Overrides: FLEET_POOLS,
          },
        ],
        SpotOptions: { AllocationStrategy: "price-capacity-optimized" },
        ExcessCapacityTerminationPolicy: "no-termination",
        TargetCapacitySpecification: {
          TotalTargetCapacity: 3,
          OnDemandTargetCapacity: 1,
          DefaultTargetCapacityType: "spot",
        },
      }),
    );
    const describeFleet = async () => {
      const { Fleets = [] } = await c.client.send(
        new DescribeFleetsCommand({ FleetIds: [FleetId] }),
      );
      const [one] = Fleets;
      return [
        one.FleetState,
        one.TargetCapacitySpecification?.TotalTargetCapacity,
        one.FulfilledCapacity,
        one.ExcessCapacityTerminationPolicy,
      ];
    };
    await c.seconds(1);
    // The last instance counts as two units.
    expect(await describeFleet()).to.deep.equal(["active", 3, 4, "no-termination"]);
    const change = new ModifyFleetCommand({
      FleetId,
      TargetCapacitySpecification: { TotalTargetCapacity: 5 },
    });
    await c.client.send(change);
    await expectAwsError(c.client.send(change), "FleetNotInModifiableState");
    await c.seconds(MODIFYING_S);
    expect((await describeFleet()).slice(0, 2)).to.deep.equal(["active", 5]);
    // Settings that a change omits are kept.
    expect((await describeFleet()).at(3)).to.equal("no-termination");
    const { ActiveInstances = [] } = await c.client.send(
      new DescribeFleetInstancesCommand({ FleetId }),
    );
    expect(ActiveInstances.length).to.be.at.least(3);
    const { HistoryRecords = [] } = await c.client.send(
      new DescribeFleetHistoryCommand({
        FleetId,
        StartTime: new Date(0),
        EventType: "fleet-change",
      }),
    );
    expect(HistoryRecords.map((one) => one.EventInformation?.EventSubType)).to.deep.equal([
      "submitted",
      "active",
      "modify_in_progress",
      "modify_successful",
    ]);
    await c.client.send(new DeleteFleetsCommand({ FleetIds: [FleetId], TerminateInstances: true }));
    await c.seconds(5);
    expect((await describeFleet())[0]).to.equal("deleted");
  });
});
