import { formatArn } from "../../core/arn";
import type { AccessCheck, CallContext } from "../../core/service";
import type { Tags } from "../../entities/tags";
import { api, ec2Error } from "./api";
import { instanceOperations, instances } from "./instances";
import { launchTemplates } from "./launchTemplates";
import { securityGroups } from "./securityGroups";
import { createStore, type Ec2Store, ZONES } from "./store";
import { subnets } from "./subnets";
import { createVpc, vpcs } from "./vpcs";

/**
 * Amazon EC2 as far as instances need it: the default VPC, VPCs, subnets, security groups, launch templates, instances.
 * No machine runs. Absent: routes, gateways, network interfaces, images, volumes, fleets.
 */
export const ec2 = api.service({
  createStore,
  entities: [vpcs, subnets, securityGroups, launchTemplates, instances],
  operations: {
    ...instanceOperations,
    CreateVpc: createVpc,
    DescribeAvailabilityZones: {
      run: (_input, { region }) => ({
        AvailabilityZones: ZONES.map((letter, index) => ({
          ZoneName: `${region}${letter}`,
          ZoneId: `${region.replace(/^(\w\w)-(\w)\w*-(\d)$/, "$1$2$3")}-az${index + 1}`,
          RegionName: region,
          State: "available",
          ZoneType: "availability-zone",
          OptInStatus: "opt-in-not-required",
        })),
      }),
    },
    CreateTags: {
      access: ({ Resources }, context) => tagChecks("CreateTags", Resources, context),
      run({ Resources, Tags }, { store }) {
        const all = Resources.map((id) => tagsOf(id, store));
        for (const { Key = "" } of Tags) if (/^aws:/i.test(Key)) throw api.errors.reservedTag(Key);
        for (const tags of all) for (const { Key = "", Value = "" } of Tags) tags.set(Key, Value);
      },
    },
    DeleteTags: {
      access: ({ Resources }, context) => tagChecks("DeleteTags", Resources, context),
      run({ Resources, Tags }, { store }) {
        for (const tags of Resources.map((id) => tagsOf(id, store))) {
          if (!Tags) tags.clear();
          // A value that is given must be the tag's own.
          for (const { Key = "", Value } of Tags ?? [])
            if (Value === undefined || Value === tags.get(Key)) tags.delete(Key);
        }
      },
    },
  },
});

/** `vpc-` -> the maps of each kind, by the beginning of its ids. */
function tagsOf(id: string, store: Ec2Store): Tags {
  const kinds = [
    store.vpcs,
    store.subnets,
    store.securityGroups,
    store.launchTemplates,
    store.instances,
  ];
  const found = kinds.flatMap((all) => all.get(id) ?? [])[0];
  if (found) return found.tags;
  throw ec2Error("InvalidID", `The ID '${id}' is not valid`);
}

const KINDS: Readonly<Record<string, string>> = {
  i: "instance",
  lt: "launch-template",
  sg: "security-group",
  subnet: "subnet",
  vpc: "vpc",
};

function tagChecks(
  action: string,
  ids: readonly string[],
  context: CallContext<Ec2Store>,
): AccessCheck[] {
  return ids.map((id) => ({
    action: `ec2:${action}`,
    resource: formatArn("ec2", context, `${KINDS[id.split("-")[0]] ?? "*"}/${id}`),
  }));
}
