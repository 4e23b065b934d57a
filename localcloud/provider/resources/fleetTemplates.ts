import type * as Sdk from "@aws-sdk/client-ec2";
import { tagChanges, tagList } from "../define";
import { awsClient } from "../mapped/resource";
import type { ProviderContext } from "../types";

const ec2 = awsClient(() => require("@aws-sdk/client-ec2") as typeof Sdk);

/** Overrides of a launch template that both kinds of fleet support, in a program's form. */
export interface OverrideArgs {
  readonly availabilityZone?: string;
  readonly instanceType?: string;
  readonly maxPrice?: string;
  readonly priority?: number;
  readonly spotPrice?: string;
  readonly subnetId?: string;
  readonly weightedCapacity?: number;
}

const MEMBERS = {
  availabilityZone: "AvailabilityZone",
  instanceType: "InstanceType",
  maxPrice: "MaxPrice",
  priority: "Priority",
  spotPrice: "SpotPrice",
  subnetId: "SubnetId",
  weightedCapacity: "WeightedCapacity",
} as const satisfies Record<keyof OverrideArgs, string>;

export function overridesOf(overrides: readonly OverrideArgs[] | undefined): object[] | undefined {
  return overrides?.map((one) =>
    Object.fromEntries(
      Object.entries(MEMBERS).map(([name, member]) => [member, one[name as keyof OverrideArgs]]),
    ),
  );
}

export function overrideOutputs(overrides: readonly object[] | undefined): object[] | undefined {
  if (!overrides?.length) return undefined;
  return overrides.map((one) => {
    const told = new Map<string, unknown>(Object.entries(one));
    const entries = Object.entries(MEMBERS).map(([name, member]): [string, unknown] => [
      name,
      told.get(member),
    ]);
    return withoutUndefined(Object.fromEntries(entries));
  });
}

export function withoutUndefined(from: object): object {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined));
}

export async function retag(
  id: string,
  olds: Readonly<Record<string, string>> | undefined,
  news: Readonly<Record<string, string>> | undefined,
  context: ProviderContext,
): Promise<void> {
  const { set, remove } = tagChanges(olds, news);
  const Resources = [id];
  if (remove.length > 0)
    await ec2.send("DeleteTags", { Resources, Tags: remove.map((Key) => ({ Key })) }, context);
  if (Object.keys(set).length > 0)
    await ec2.send("CreateTags", { Resources, Tags: tagList(set) }, context);
}
