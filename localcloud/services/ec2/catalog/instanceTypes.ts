import type * as Sdk from "@aws-sdk/client-ec2";
import type { _InstanceType, ArchitectureType, InstanceTypeInfo } from "@aws-sdk/client-ec2";
import type { Machine } from "../../../core/events";
import type { OperationOf } from "../../../entities/api";
import { pageOf } from "../../../entities/paging";
import { api, ec2Error } from "../api";
import { checkFilters, matches } from "../queries/filters";
import type { Ec2Store } from "../store";

/** Number of vCPUs, of network interfaces, and of addresses per interface. */
type Limits = readonly [cpus: number, interfaces: number, addresses: number];

/** https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html#gp_network */
const BURSTABLE: Readonly<Record<string, Limits>> = {
  nano: [2, 2, 2],
  micro: [2, 2, 2],
  small: [2, 3, 4],
  medium: [2, 3, 6],
  large: [2, 3, 12],
  xlarge: [4, 4, 15],
  "2xlarge": [8, 4, 15],
};
const T2: Readonly<Record<string, Limits>> = {
  nano: [1, 2, 2],
  micro: [1, 2, 2],
  small: [1, 3, 4],
  medium: [2, 3, 6],
  large: [2, 3, 12],
  xlarge: [4, 3, 15],
  "2xlarge": [8, 3, 15],
};
const BURSTABLE_MEMORY_MIB: Readonly<Record<string, number>> = {
  nano: 512,
  micro: 1024,
  small: 2048,
  medium: 4096,
  large: 8192,
  xlarge: 16384,
  "2xlarge": 32768,
};
/** General purpose, compute and memory optimized types of the fifth to seventh generation. */
const SIZES: Readonly<Record<string, Limits>> = {
  medium: [1, 2, 4],
  large: [2, 3, 10],
  xlarge: [4, 4, 15],
  "2xlarge": [8, 4, 15],
  "4xlarge": [16, 8, 30],
  "8xlarge": [32, 8, 30],
  "9xlarge": [36, 8, 30],
  "12xlarge": [48, 8, 30],
  "16xlarge": [64, 15, 50],
  "18xlarge": [72, 15, 50],
  "24xlarge": [96, 15, 50],
};
const INTEL_SIZES = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"];
const C5_SIZES = ["large", "xlarge", "2xlarge", "4xlarge", "9xlarge", "12xlarge", "18xlarge"];
const ARM_SIZES = ["medium", ...INTEL_SIZES];

const GIB_PER_CPU: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ["m5", "m5a", "m6i", "m6a", "m7i", "m7a", "c6i", "c6a", "c7i", "c7a", "r5", "r6i", "r7i"].map(
      (family) => [family, [...INTEL_SIZES, "24xlarge"]],
    ),
  ),
  ...Object.fromEntries(
    ["m6g", "m7g", "c6g", "c7g", "r6g", "r7g"].map((family) => [family, ARM_SIZES]),
  ),
  c5: [...C5_SIZES, "24xlarge"],
};

const TYPES: ReadonlyMap<string, InstanceTypeInfo> = new Map(
  [
    ...Object.entries(FAMILIES).flatMap(([family, sizes]) =>
      sizes.map((size) => {
        const [cpus] = SIZES[size];
        return typeInfo(family, size, SIZES[size], cpus * 1024 * GIB_PER_CPU[family[0]]);
      }),
    ),
    ...["t3", "t3a", "t4g"].flatMap((family) =>
      Object.entries(BURSTABLE).map(([size, limits]) =>
        typeInfo(family, size, limits, BURSTABLE_MEMORY_MIB[size]),
      ),
    ),
    ...Object.entries(T2).map(([size, limits]) =>
      typeInfo("t2", size, limits, BURSTABLE_MEMORY_MIB[size]),
    ),
    typeInfo("m1", "small", [1, 2, 4], 1740),
  ].map((info) => [info.InstanceType ?? "", info]),
);

/** Returns the maximum number of interfaces of an instance; undefined for a type that this cloud does not know. */
export function maximumInterfaces(type: string | undefined): number | undefined {
  return TYPES.get(type ?? "")?.NetworkInfo?.MaximumNetworkInterfaces;
}

/** Returns vCPUs, memory and interfaces; undefined for a type that this cloud does not know. */
export function sizeOf(type: string | undefined): Machine["size"] {
  const { VCpuInfo: cpus, MemoryInfo: memory, NetworkInfo: network } = TYPES.get(type ?? "") ?? {};
  if (!cpus || !memory || !network) return undefined;
  return {
    cpus: cpus.DefaultVCpus ?? 0,
    memoryMib: memory.SizeInMiB ?? 0,
    interfaces: network.MaximumNetworkInterfaces ?? 0,
  };
}

/** Returns the architecture of a type; undefined for a type that this cloud does not know. */
export function architectureOf(type: string): ArchitectureType | undefined {
  return TYPES.get(type)?.ProcessorInfo?.SupportedArchitectures?.[0];
}

export const describeInstanceTypes: OperationOf<typeof Sdk, Ec2Store, "DescribeInstanceTypes"> = {
  run(input) {
    const { InstanceTypes: names = [] } = input;
    const unknown = names.filter((name) => !TYPES.has(name));
    if (unknown.length > 0)
      throw ec2Error(
        "InvalidInstanceType",
        `The following supplied instance types do not exist: [${unknown.join(", ")}]`,
      );
    checkFilters("DescribeInstanceTypes", input.Filters);
    const all = [...TYPES.values()].filter((shape) =>
      matches({ shape, tags: new Map() }, "DescribeInstanceTypes", input.Filters),
    );
    const { items, next } = pageOf(api.model("DescribeInstanceTypes"), input, {
      items: all.filter(({ InstanceType: name }) => !names.length || names.includes(name as never)),
      key: ({ InstanceType = "" }) => InstanceType,
      max: 100,
      invalidToken: api.errors.invalidToken,
    });
    return { InstanceTypes: [...items], ...next };
  },
};

function typeInfo(
  family: string,
  size: string,
  [cpus, interfaces, addresses]: Limits,
  SizeInMiB: number,
): InstanceTypeInfo {
  const isArm = /^\w\dg/.test(family);
  return {
    // The SDK's type enumerates all instance types.
    InstanceType: `${family}.${size}` as _InstanceType,
    CurrentGeneration: family !== "m1",
    BurstablePerformanceSupported: family.startsWith("t"),
    BareMetal: false,
    Hypervisor: "nitro",
    SupportedUsageClasses: ["on-demand", "spot"],
    ProcessorInfo: { SupportedArchitectures: [isArm ? "arm64" : "x86_64"] },
    VCpuInfo: { DefaultVCpus: cpus },
    MemoryInfo: { SizeInMiB },
    NetworkInfo: {
      MaximumNetworkInterfaces: interfaces,
      MaximumNetworkCards: 1,
      DefaultNetworkCardIndex: 0,
      NetworkCards: [{ NetworkCardIndex: 0, MaximumNetworkInterfaces: interfaces }],
      Ipv4AddressesPerInterface: addresses,
      Ipv6AddressesPerInterface: addresses,
      Ipv6Supported: family !== "m1",
      EfaSupported: false,
    },
  };
}
