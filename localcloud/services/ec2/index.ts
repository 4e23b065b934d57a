import type { Tag } from "@aws-sdk/client-ec2";
import { formatArn } from "../../core/arn";
import type { AccessCheck, CallContext } from "../../core/service";
import { tagValues, type Tags } from "../../entities/tags";
import { api, ec2Error } from "./api";
import { attachNetworkInterface, detachNetworkInterface } from "./networkInterfaces/attachments";
import { describeAvailabilityZones } from "./catalog/availabilityZones";
import { getConsoleOutput } from "./instances/consoleOutput";
import { checkTags, MAX_TAGS, requestTagContext } from "./queries/described";
import { describeImages } from "./catalog/describeImages";
import { withDryRun } from "./dryRun";
import { modifyInstanceAttribute } from "./instances/instanceAttributes";
import { createFleet } from "./fleets/createFleet";
import { ec2Fleets } from "./fleets/ec2Fleets";
import { fleetLoadControl } from "./fleets/fleetLoad";
import { poolsControl } from "./catalog/poolLimits";
import { requestSpotFleet } from "./fleets/requestSpotFleet";
import { spotFleets } from "./fleets/spotFleets";
import { instanceOperations, instances } from "./instances/instances";
import { describeInstanceStatus } from "./instances/instanceStatus";
import { describeInstanceTypes } from "./catalog/instanceTypes";
import { keyPairs } from "./instances/keyPairs";
import { launchTemplates } from "./instances/launchTemplates";
import { createNetworkInterface } from "./networkInterfaces/createNetworkInterface";
import { networkInterfaces } from "./networkInterfaces/networkInterfaces";
import { copyImage, createImage, deregisterImage } from "./instances/ownImages";
import { startInstances, stopInstances } from "./instances/power";
import { describeRouteTables } from "./network/routeTables";
import { securityGroups } from "./network/securityGroups";
import { spotControl } from "./instances/spot";
import { createStore, type Ec2Store } from "./store";
import { sshControl } from "./ssh/hosts";
import { subnets } from "./network/subnets";
import { describeTags, KINDS, taggedResources } from "./queries/tags";
import { createVpcEndpoint, deleteVpcEndpoints, vpcEndpoints } from "./network/vpcEndpoints";
import { saving } from "./saving";
import { createVpc, vpcs } from "./network/vpcs";

/**
 * Amazon EC2 to the extent that instances need it: the default VPC, VPCs, subnets, security groups, launch templates,
 * key pairs, instances, network interfaces, gateway and interface endpoints, AWS's public images,
 * images of instances, Spot Fleet requests and EC2 Fleets. A running instance serves SSH on 127.0.0.1; it has no
 * separate operating system. Not supported: other routes and gateways, images of snapshots, volumes, Spot prices.
 */
export const ec2 = withDryRun(
  api.service({
    createStore,
    saving,
    controls: { load: fleetLoadControl, pools: poolsControl, spot: spotControl, ssh: sshControl },
    stop: async ({ hosts }) => hosts.stop(),
    entities: [
      vpcs,
      subnets,
      securityGroups,
      launchTemplates,
      keyPairs,
      instances,
      networkInterfaces,
      vpcEndpoints,
      spotFleets,
      ec2Fleets,
    ],
    operations: {
      ...instanceOperations,
      AttachNetworkInterface: attachNetworkInterface,
      CopyImage: copyImage,
      CreateFleet: createFleet,
      CreateImage: createImage,
      CreateNetworkInterface: createNetworkInterface,
      CreateVpc: createVpc,
      CreateVpcEndpoint: createVpcEndpoint,
      DeleteVpcEndpoints: deleteVpcEndpoints,
      DeregisterImage: deregisterImage,
      DescribeImages: describeImages,
      DescribeInstanceStatus: describeInstanceStatus,
      DescribeTags: describeTags,
      DescribeRouteTables: describeRouteTables,
      DescribeInstanceTypes: describeInstanceTypes,
      DetachNetworkInterface: detachNetworkInterface,
      GetConsoleOutput: getConsoleOutput,
      ModifyInstanceAttribute: modifyInstanceAttribute,
      RequestSpotFleet: requestSpotFleet,
      StartInstances: startInstances,
      StopInstances: stopInstances,
      DescribeAvailabilityZones: describeAvailabilityZones,
      CreateTags: {
        access: ({ Resources, Tags }, context) => tagChecks("CreateTags", Resources, Tags, context),
        run({ Resources, Tags }, { store }) {
          const all = Resources.map((id) => tagsOf(id, store));
          checkTags(Tags);
          for (const tags of all)
            if (new Set([...tags.keys(), ...Tags.map(({ Key = "" }) => Key)]).size > MAX_TAGS)
              throw api.errors.tooManyTags("");
          for (const tags of all) for (const { Key = "", Value = "" } of Tags) tags.set(Key, Value);
        },
      },
      DeleteTags: {
        access: ({ Resources, Tags = [] }, context) =>
          tagChecks("DeleteTags", Resources, Tags, context),
        run({ Resources, Tags }, { store }) {
          for (const tags of Resources.map((id) => tagsOf(id, store))) {
            if (!Tags) tags.clear();
            // If a value is given, it must match the tag's value.
            for (const { Key = "", Value } of Tags ?? [])
              if (Value === undefined || Value === tags.get(Key)) tags.delete(Key);
          }
        },
      },
    },
  }),
);

function tagsOf(id: string, store: Ec2Store): Tags {
  const found = findTags(id, store);
  if (found) return found;
  throw ec2Error("InvalidID", `The ID '${id}' is not valid`);
}

function findTags(id: string, store: Ec2Store): Tags | undefined {
  return taggedResources(store).find((one) => one.id === id)?.tags;
}

function tagChecks(
  action: string,
  ids: readonly string[],
  tags: readonly Tag[],
  context: CallContext<Ec2Store>,
): AccessCheck[] {
  return ids.map((id) => ({
    action: `ec2:${action}`,
    context: {
      ...tagValues(api.tagConditions, findTags(id, context.store)),
      ...requestTagContext(tags),
    },
    // Images have no account in their ARN.
    resource: formatArn(
      "ec2",
      id.startsWith("ami-") ? { ...context, accountId: "" } : context,
      `${KINDS[id.split("-")[0]] ?? "*"}/${id}`,
    ),
  }));
}
