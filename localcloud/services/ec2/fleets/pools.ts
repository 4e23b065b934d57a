import type {
  FleetLaunchTemplateOverridesRequest,
  FleetLaunchTemplateSpecification,
  LaunchTemplateOverrides,
  SpotFleetLaunchSpecification,
} from "@aws-sdk/client-ec2";
import type { CallContext } from "../../../core/service";
import { ec2Error, invalidParameter } from "../api";
import { notFound } from "../queries/described";
import { dataOf } from "../instances/launchTemplates";
import { findTemplate, subnetOf } from "../instances/runInstances";
import type { Ec2Store } from "../store";
import type { Pool } from "./model";

type Context = CallContext<Ec2Store>;

/** A template with its overrides, in the form that both kinds of fleet accept. */
export interface TemplateConfig {
  readonly LaunchTemplateSpecification?: FleetLaunchTemplateSpecification;
  readonly Overrides?: readonly (LaunchTemplateOverrides | FleetLaunchTemplateOverridesRequest)[];
}

/** Returns one pool for each type in each given subnet. @throws if a template or subnet does not exist */
export function poolsOfTemplates(configs: readonly TemplateConfig[], context: Context): Pool[] {
  return configs.flatMap(({ LaunchTemplateSpecification: template, Overrides }) => {
    if (!template) throw ec2Error("MissingParameter", "LaunchTemplateSpecification is missing.");
    const { Version } = template;
    const data = dataOf(findTemplate(template, context), Version);
    const overrides = Overrides?.length ? Overrides : [{}];
    return overrides.flatMap((override) => {
      if (override.InstanceRequirements)
        throw invalidParameter(
          "The local cloud chooses no types by InstanceRequirements; name the instance types.",
        );
      const InstanceType = override.InstanceType ?? data.InstanceType;
      if (InstanceType === undefined)
        throw ec2Error(
          "MissingParameter",
          "Neither the template nor its override has an instance type.",
        );
      return places(override, context).map(({ zone, place }): Pool => ({
        instanceType: InstanceType,
        zone,
        weight: override.WeightedCapacity ?? 1,
        ...(override.Priority === undefined ? {} : { priority: override.Priority }),
        launch: { LaunchTemplate: template, InstanceType, ...place },
        reported: {
          LaunchTemplateAndOverrides: {
            LaunchTemplateSpecification: template,
            Overrides: override,
          },
        },
      }));
    });
  });
}

/** Returns the pools of launch specifications, the older form that only Spot Fleet has. */
export function poolsOfSpecifications(
  specifications: readonly SpotFleetLaunchSpecification[],
  context: Context,
): Pool[] {
  return specifications.flatMap((one) => {
    const { ImageId, KeyName, UserData, IamInstanceProfile, Monitoring, InstanceType } = one;
    if (InstanceType === undefined)
      throw ec2Error("MissingParameter", "A launch specification has no instance type.");
    const groups = one.SecurityGroups?.flatMap(({ GroupId }) => GroupId ?? []);
    return places({ ...one.Placement, SubnetId: one.SubnetId }, context).map(
      ({ zone, place }): Pool => ({
        instanceType: InstanceType,
        zone,
        weight: one.WeightedCapacity ?? 1,
        launch: {
          ...{ ImageId, KeyName, UserData, IamInstanceProfile, InstanceType },
          ...(Monitoring && { Monitoring }),
          ...(groups?.length && { SecurityGroupIds: groups }),
          ...place,
        },
        reported: {},
      }),
    );
  });
}

/** Splits lists of subnets and zones, which are separated by commas. */
function places(
  { SubnetId, AvailabilityZone }: { SubnetId?: string; AvailabilityZone?: string },
  { store }: Context,
): { readonly zone: string; readonly place: object }[] {
  const parts = (text = ""): string[] =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean);
  const subnets = parts(SubnetId);
  if (subnets.length > 0)
    return subnets.map((id) => {
      const found = store.subnets.get(id);
      if (!found) throw notFound("subnet", id);
      return { zone: found.shape.AvailabilityZone ?? "", place: { SubnetId: id } };
    });
  const zones = parts(AvailabilityZone);
  const asked = zones.length > 0 ? zones : [undefined];
  return asked.map((zone) => {
    const Placement = { AvailabilityZone: zone };
    const subnet = subnetOf({ MinCount: 1, MaxCount: 1, Placement }, store);
    return { zone: subnet.shape.AvailabilityZone ?? "", place: { SubnetId: subnet.id } };
  });
}
