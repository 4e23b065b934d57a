import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { LifecycleHookArgs } from "../lifecycleHooks/args";

/** One further network interface of every instance. */
export interface InstanceInterface {
  /** Subnets that it may be in, one for each zone of the groups: as resources, or ids by zone. */
  subnets: aws.ec2.Subnet[] | Record<string, pulumi.Input<string>>;
  /** Ids of its security groups, at least one. */
  securityGroups: pulumi.Input<string>[];
  /** False for an appliance that passes on what is not for itself, such as a firewall or NAT. Default true. */
  sourceDestCheck?: boolean;
  /** Private IPv4 addresses, 1 to 50. Default 1. */
  privateIpCount?: number;
  /** IPv6 addresses, 1 to 50. Default: none. */
  ipv6AddressCount?: number;
  /** Prefixes of 16 IPv4 addresses, 1 to 16, instead of further addresses. Default: none. */
  ipv4PrefixCount?: number;
  /** Prefixes of IPv6 addresses, 1 to 16, instead of single ones. Default: none. */
  ipv6PrefixCount?: number;
  /** Network card of an instance type that has several, 0 to 31. Default 0. */
  networkCardIndex?: number;
  /** Place on the instance, 1 to 31. Default: that in the list, from 1. */
  deviceIndex?: number;
  /** Shown in the console, 1 to 255 characters. Default: which instance it is of. */
  description?: string;
  /** Its tags beside those it is found by. Default: none. */
  tags?: Record<string, string>;
}

export interface EniLifecycleHookArgs extends LifecycleHookArgs {
  /** The interfaces that every instance gets beside its own, 1 to 15. */
  interfaces: InstanceInterface[];
  /** Instance types of the groups, so that more interfaces than one of them takes are refused at preview. Default: those that a group's mixed instances policy names. */
  instanceTypes?: string[];
}

/** How a group is attached. */
export interface AttachOptions {
  /** A subnet and security groups of `interfaces` that the first interface of this group's instances is to be in. Default: by zone. */
  metadata?: { SubnetId?: pulumi.Input<string>; SecurityGroups?: pulumi.Input<string>[] };
}
