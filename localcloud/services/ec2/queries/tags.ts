import type { ResourceType, TagDescription } from "@aws-sdk/client-ec2";
import type * as Sdk from "@aws-sdk/client-ec2";
import type { OperationOf } from "../../../entities/api";
import { pageOf } from "../../../entities/paging";
import type { Tags } from "../../../entities/tags";
import { api } from "../api";
import { checkFilters, matches } from "./filters";
import type { Ec2Store } from "../store";

const OPERATION = "DescribeTags";

/** A resource that has tags. */
export interface Tagged {
  readonly id: string;
  readonly tags: Tags;
}

/** Types of resources by the beginning of their ids. */
export const KINDS: Readonly<Record<string, ResourceType>> = {
  ami: "image",
  eni: "network-interface",
  fleet: "fleet",
  i: "instance",
  key: "key-pair",
  lt: "launch-template",
  sfr: "spot-fleet-request",
  sg: "security-group",
  subnet: "subnet",
  vpc: "vpc",
  vpce: "vpc-endpoint",
};

/** Returns all resources that can have tags. */
export function taggedResources(store: Ec2Store): Tagged[] {
  const kinds: ReadonlyMap<string, Tagged>[] = [
    store.vpcs,
    store.subnets,
    store.securityGroups,
    store.launchTemplates,
    store.instances,
    store.images,
    store.networkInterfaces,
    store.vpcEndpoints,
    store.spotFleets,
    store.ec2Fleets,
    store.keyPairs,
  ];
  return kinds.flatMap((all) => [...all.values()]);
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html */
export const describeTags: OperationOf<typeof Sdk, Ec2Store, typeof OPERATION> = {
  run(input, { store }) {
    checkFilters(OPERATION, input.Filters);
    const all = taggedResources(store).flatMap(({ id, tags }) =>
      [...tags].map(([Key, Value]) => descriptionOf(id, Key, Value)),
    );
    const { items, next } = pageOf(api.model(OPERATION), input, {
      // The filter `tag:<key>` selects this tag, not every tag of its resource.
      items: all.filter((shape) => {
        const tags = new Map([[shape.Key ?? "", shape.Value ?? ""]]);
        return matches({ shape, tags }, OPERATION, input.Filters);
      }),
      key: ({ ResourceId, Key }) => `${ResourceId} ${Key}`,
      max: 1000,
      invalidToken: api.errors.invalidToken,
    });
    return { Tags: [...items], ...next };
  },
};

function descriptionOf(ResourceId: string, Key: string, Value: string): TagDescription {
  return { ResourceId, ResourceType: KINDS[ResourceId.split("-")[0]], Key, Value };
}
