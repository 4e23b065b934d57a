export const deploymentOnlyModule = true;

/** One interface that every instance gets, as plain data. */
export interface InterfaceSpec {
  /** Starts at 1: index 0 is the instance's primary interface. */
  readonly deviceIndex: number;
  /** Subnet ids by Availability Zone. */
  readonly subnets: Readonly<Record<string, string>>;
  readonly securityGroups: readonly string[];
  readonly sourceDestCheck?: boolean;
  /** Number of private IPv4 addresses, including the first. */
  readonly privateIpCount?: number;
  readonly ipv6AddressCount?: number;
  readonly ipv4PrefixCount?: number;
  readonly ipv6PrefixCount?: number;
  readonly networkCardIndex?: number;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** An existing interface, with the fields that matter here. */
export interface FoundInterface {
  readonly id: string;
  readonly deviceIndex: number;
  readonly instanceId: string;
  readonly generation: string;
  readonly status: string;
  readonly sourceDestCheck: boolean;
  readonly attachment?: {
    readonly id: string;
    readonly instanceId: string;
    readonly status: string;
    readonly deleteOnTermination: boolean;
  };
}

export interface FoundInstance {
  readonly id: string;
  readonly zone: string;
  /** `pending`, `running`, `stopped` ... */
  readonly state: string;
  /** Milliseconds since the epoch. */
  readonly launchedAt: number;
}

/** Tags that identify the interfaces of a component. */
export const TAGS = {
  /** `<project>/<stack>/<name>` */
  hook: "aws-callbacks:hook",
  instance: "aws-callbacks:instance",
  deviceIndex: "aws-callbacks:device-index",
  generation: "aws-callbacks:generation",
} as const;

/**
 * Returns a hash of the arguments that an interface was created from, so that instances with older arguments can be
 * found.
 */
export function generationOf(specs: readonly InterfaceSpec[]): string {
  const text = JSON.stringify(specs.map((spec) => Object.entries(spec).sort(byName)));
  let hash = 0;
  for (let at = 0; at < text.length; at += 1)
    hash = (Math.imul(hash, 31) + text.charCodeAt(at)) >>> 0;
  return hash.toString(16).padStart(8, "0");
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

/** Checks whether an instance exists, or will run again. */
export function isAlive(instance: FoundInstance | undefined): boolean {
  return instance !== undefined && !/^(shutting-down|terminated)$/.test(instance.state);
}
