import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { LifecycleHookArgs } from "../lifecycleHooks/args";

/** One additional network interface of every instance. */
export interface InstanceInterface {
  /** Subnets of the interface, one for each zone of the groups: as resources, or ids by zone. */
  subnets: aws.ec2.Subnet[] | Record<string, pulumi.Input<string>>;
  /** Ids of its security groups, at least one. */
  securityGroups: pulumi.Input<string>[];
  /** False for an appliance that forwards traffic of others, such as a firewall or NAT. Default true. */
  sourceDestCheck?: boolean;
  /** Private IPv4 addresses, 1 to 50. Default 1. */
  privateIpCount?: number;
  /** IPv6 addresses, 1 to 50. Default: none. */
  ipv6AddressCount?: number;
  /** Prefixes of 16 IPv4 addresses, 1 to 16, instead of further addresses. Default: none. */
  ipv4PrefixCount?: number;
  /** Prefixes of IPv6 addresses, 1 to 16, instead of single ones. Default: none. */
  ipv6PrefixCount?: number;
  /** Network card, for instance types that have several, 0 to 31. Default 0. */
  networkCardIndex?: number;
  /** Device index on the instance, 1 to 31. Default: the position in the list, from 1. */
  deviceIndex?: number;
  /** Shown in the console, 1 to 255 characters. Default: a text that names the instance. */
  description?: string;
  /** Further tags of the interface, besides those that the component finds it by. Default: none. */
  tags?: Record<string, string>;
}

export interface EniLifecycleHookArgs extends LifecycleHookArgs {
  /** The interfaces that every instance gets in addition to its first one, 1 to 15. */
  interfaces: InstanceInterface[];
  /**
   * Instance types of the groups: lets the preview refuse more interfaces than one of them supports. Default: those in
   * a group's mixed instances policy.
   */
  instanceTypes?: string[];
}

/** Options for one group. */
export interface AttachOptions {
  /**
   * A subnet and security groups from `interfaces`, for the first interface of this group's instances. Default: by
   * zone.
   */
  metadata?: { SubnetId?: pulumi.Input<string>; SecurityGroups?: pulumi.Input<string>[] };
}
