export const deploymentOnlyModule = true;

/** One interface that every instance is to have, as plain data. */
export interface InterfaceSpec {
  /** 1 for the first one beside the instance's own. */
  readonly deviceIndex: number;
  /** Subnet ids by zone. */
  readonly subnets: Readonly<Record<string, string>>;
  readonly securityGroups: readonly string[];
  readonly sourceDestCheck?: boolean;
  /** Private IPv4 addresses, the first one included. */
  readonly privateIpCount?: number;
  readonly ipv6AddressCount?: number;
  readonly ipv4PrefixCount?: number;
  readonly ipv6PrefixCount?: number;
  readonly networkCardIndex?: number;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** An interface that is there, as far as it matters. */
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

/** What the interfaces of a component are known by. */
export const TAGS = {
  /** `<project>/<stack>/<name>` */
  hook: "aws-callbacks:hook",
  instance: "aws-callbacks:instance",
  deviceIndex: "aws-callbacks:device-index",
  generation: "aws-callbacks:generation",
} as const;

/** Says which arguments an interface was made from, so that an instance with older ones can be found. */
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

/** States in which an instance still is, or will be again. */
export function isAlive(instance: FoundInstance | undefined): boolean {
  return instance !== undefined && !/^(shutting-down|terminated)$/.test(instance.state);
}
