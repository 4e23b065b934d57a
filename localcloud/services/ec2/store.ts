import type {
  Image,
  Instance,
  KeyPairInfo,
  LaunchTemplate,
  LaunchTemplateVersion,
  NetworkInterface,
  SecurityGroup,
  Subnet,
  Vpc,
  VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { formatArn } from "../../core/arn";
import type { ClockTimer } from "../../core/clock";
import type { StoreScope } from "../../core/service";
import type { Tags } from "../../entities/tags";
import { FleetKeeper } from "./fleets/keeper";
import type { Fleet } from "./fleets/model";
import type { PoolLimit } from "./catalog/poolLimits";
import { InstancePrograms } from "./instances/programs";
import { SshHosts } from "./ssh/hosts";

/** A resource in the shape that EC2's responses have, and its tags, which all kinds have in common. */
export interface Stored<Shape> {
  readonly id: string;
  shape: Shape;
  readonly tags: Tags;
}

export interface StoredVpc extends Stored<Vpc> {
  readonly attributes: { EnableDnsSupport: boolean; EnableDnsHostnames: boolean };
}

export interface StoredTemplate extends Stored<LaunchTemplate> {
  /** By number. */
  readonly versions: Map<number, LaunchTemplateVersion>;
}

export interface StoredInstance extends Stored<Instance> {
  readonly reservationId: string;
  /** Public key of the key pair that the instance was launched with. */
  readonly keyPair?: string;
  /** In base64, as in the launch request. */
  userData?: string;
  /** Whether it may not be terminated through the API. */
  isProtected?: boolean;
  /** When it last started running, milliseconds of cloud time. */
  bootedAt?: number;
  /** Timer of its next change of state. */
  timer?: ClockTimer;
  /** Timer of the interruption that Spot has announced. */
  interruption?: ClockTimer;
}

export interface StoredInterface extends Stored<NetworkInterface> {
  /** Timer of its next change of state. */
  timer?: ClockTimer;
}

export interface StoredKeyPair extends Stored<KeyPairInfo> {
  readonly publicKey: string;
}

/** EC2's state in a region, including the default VPC of every account. Tests control `bootMs`. */
export interface Ec2Store {
  readonly scope: StoreScope;
  readonly vpcs: Map<string, StoredVpc>;
  readonly subnets: Map<string, Stored<Subnet>>;
  readonly securityGroups: Map<string, Stored<SecurityGroup>>;
  readonly launchTemplates: Map<string, StoredTemplate>;
  /** By name. */
  readonly keyPairs: Map<string, StoredKeyPair>;
  /** The account's own images. */
  readonly images: Map<string, Stored<Image>>;
  /** Ids of its images that were deregistered. */
  readonly deregistered: Set<string>;
  /** SSH servers of instances. */
  readonly hosts: SshHosts;
  /** Programs that instances run. */
  readonly programs: InstancePrograms;
  /** Including terminated ones as long as EC2 shows them. */
  readonly instances: Map<string, StoredInstance>;
  /** Results of RunInstances by their client token. */
  readonly runs: Map<string, { readonly request: string; readonly ids: readonly string[] }>;
  readonly networkInterfaces: Map<string, StoredInterface>;
  readonly vpcEndpoints: Map<string, Stored<VpcEndpoint>>;
  /** Results of CreateNetworkInterface by client token; kept after the interface is deleted. */
  readonly interfaceTokens: Map<
    string,
    { readonly request: string; readonly made: StoredInterface }
  >;
  /** Used addresses by subnet, as offsets from its first address. */
  readonly addresses: Map<string, { readonly used: Set<number>; last: number }>;
  readonly spotFleets: Map<string, Fleet>;
  readonly ec2Fleets: Map<string, Fleet>;
  readonly fleetKeeper: FleetKeeper;
  /** Simulated limits of available instances. */
  poolLimits: readonly PoolLimit[];
  /** Returns the time from the start of an instance until it runs, milliseconds of cloud time. */
  bootMs(): number;
}

/** Availability Zones of every region in this cloud. */
export const ZONES = ["a", "b", "c"];

/** Boots take between 45 and 180 seconds, in a sequence that is the same in each cloud. */
const [SHORTEST_BOOT_S, LONGEST_BOOT_S] = [45, 180];

export function createStore(scope: StoreScope): Ec2Store {
  const store: Ec2Store = {
    scope,
    vpcs: new Map(),
    subnets: new Map(),
    securityGroups: new Map(),
    launchTemplates: new Map(),
    keyPairs: new Map(),
    images: new Map(),
    deregistered: new Set(),
    hosts: new SshHosts(scope),
    programs: new InstancePrograms(scope),
    instances: new Map(),
    runs: new Map(),
    networkInterfaces: new Map(),
    vpcEndpoints: new Map(),
    interfaceTokens: new Map(),
    addresses: new Map(),
    spotFleets: new Map(),
    ec2Fleets: new Map(),
    get fleetKeeper() {
      return keeper;
    },
    poolLimits: [],
    bootMs: seededBoots(1),
  };
  const keeper = new FleetKeeper(store);
  addDefaultVpc(store);
  return store;
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html */
function addDefaultVpc(store: Ec2Store): void {
  const { region, accountId } = store.scope;
  const VpcId = `vpc-0default${hex(region, 9)}`;
  addVpc(store, VpcId, {
    VpcId,
    CidrBlock: "172.31.0.0/16",
    InstanceTenancy: "default",
    State: "available",
    OwnerId: accountId,
    IsDefault: true,
  });
  ZONES.forEach((zone, index) => {
    const id = `subnet-0default${hex(region + zone, 9)}`;
    store.subnets.set(id, {
      id,
      tags: new Map(),
      shape: {
        SubnetId: id,
        VpcId,
        CidrBlock: `172.31.${index * 16}.0/20`,
        AvailabilityZone: `${region}${zone}`,
        State: "available",
        OwnerId: accountId,
        SubnetArn: formatArn("ec2", store.scope, `subnet/${id}`),
        MapPublicIpOnLaunch: true,
        DefaultForAz: true,
      },
    });
  });
}

/** Adds a VPC with its default security group. */
export function addVpc(store: Ec2Store, id: string, shape: Vpc, tags: Tags = new Map()): StoredVpc {
  const isDefault = shape.IsDefault ?? false;
  const attributes = { EnableDnsSupport: true, EnableDnsHostnames: isDefault };
  const vpc = { id, shape, tags, attributes };
  store.vpcs.set(id, vpc);
  const groupId = `sg-${id.slice("vpc-".length)}`;
  addSecurityGroup(store, groupId, {
    GroupName: "default",
    Description: "default VPC security group",
    VpcId: id,
    IpPermissions: [
      {
        IpProtocol: "-1",
        UserIdGroupPairs: [{ GroupId: groupId, UserId: store.scope.accountId }],
        IpRanges: [],
        Ipv6Ranges: [],
        PrefixListIds: [],
      },
    ],
  });
  return vpc;
}

/** Adds a security group; a new one allows all outgoing traffic. */
export function addSecurityGroup(
  store: Ec2Store,
  id: string,
  shape: SecurityGroup,
  tags: Tags = new Map(),
): void {
  const everywhere = {
    IpProtocol: "-1",
    IpRanges: [{ CidrIp: "0.0.0.0/0" }],
    Ipv6Ranges: [],
    UserIdGroupPairs: [],
    PrefixListIds: [],
  };
  store.securityGroups.set(id, {
    id,
    tags,
    shape: {
      GroupId: id,
      OwnerId: store.scope.accountId,
      SecurityGroupArn: formatArn("ec2", store.scope, `security-group/${id}`),
      IpPermissions: [],
      IpPermissionsEgress: [everywhere],
      ...shape,
    },
  });
}

/**
 * A generator of the sequence: https://en.wikipedia.org/wiki/Linear_congruential_generator, with the parameters of
 * Numerical Recipes.
 */
function seededBoots(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const range = LONGEST_BOOT_S - SHORTEST_BOOT_S + 1;
    return (SHORTEST_BOOT_S + (state % range)) * 1000;
  };
}

function hex(text: string, length: number): string {
  return Buffer.from(text).toString("hex").slice(-length).padStart(length, "0");
}
