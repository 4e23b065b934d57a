import type { SshHost } from "./model";
import type { Pin } from "./ssh/hostKeys";

export const deploymentOnlyModule = true;

/** Source of a private key; the names come from the environment, because they may be outputs of resources. */
export type KeySource =
  | {
      readonly kind: "s3";
      readonly bucket: string;
      readonly key: string;
      readonly versionId?: string;
    }
  | { readonly kind: "ssm"; readonly parameter: string }
  | { readonly kind: "secret"; readonly secret: string }
  | { readonly kind: "instanceConnect" };

/** Filters of DescribeInstances; an instance must match all of them. */
export type TargetQuery = readonly { readonly Name: string; readonly Values: readonly string[] }[];

/** A host that is not an EC2 instance. */
export interface StaticHost {
  readonly host: string;
  readonly port?: number;
  readonly pins: readonly Pin[];
}

export interface JumpHostSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly pins: readonly Pin[];
}

/** Time of day in which runs may begin; `to` before `from` spans midnight. */
export interface RunWindow {
  /** `HH:MM`. */
  readonly from: string;
  readonly to: string;
  readonly timezone?: string;
}

/** Splits the hosts into waves, so that a job that damages hosts damages few. */
export interface BatchSettings {
  /** Hosts per wave, a number or a share such as `10%`. */
  readonly size: number | string;
  /** Seconds between two waves. */
  readonly pause: number;
  /** After more failures than this no further wave begins. */
  readonly maxFailures: number;
}

/** Settings that the program decides, as plain data. */
export interface SshCronSettings {
  readonly name: string;
  /** Name in metrics, `<project>/<stack>/<name>`: a job of another stack may have the same name. */
  readonly metricsName: string;
  readonly schedule: string;
  readonly timezone?: string;
  readonly window?: RunWindow;
  readonly transport: "ssh" | "ssm";
  readonly user: string;
  readonly address: "private" | "public" | "ipv6";
  readonly port: number | { readonly tag: string };
  readonly staticHosts: readonly StaticHost[];
  /** Pinned host keys by host id. */
  readonly pins: Readonly<Record<string, readonly Pin[]>>;
  readonly trustOnFirstUse: boolean;
  readonly jumpHosts: readonly JumpHostSettings[];
  /** Empty when a function or a script provides the commands. */
  readonly commands: readonly string[];
  readonly script?: { readonly text: string; readonly sha256: string };
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly sudo: boolean | string;
  readonly pty: boolean;
  readonly background: boolean;
  /** Polls background jobs until they end; absent when they are not polled. */
  readonly polling?: { readonly timeout: number };
  readonly batch?: BatchSettings;
  readonly successExitCodes: readonly number[];
  /** Seconds. */
  readonly connectTimeout: number;
  readonly readyTimeout: number;
  readonly commandTimeout: number;
  readonly timeout: number;
  /** Seconds within which a run must begin. Default: until the next occurrence. */
  readonly startWithin?: number;
  readonly connectAttempts: number;
  readonly overlap: "skip" | "allow";
  /** Most bytes of a log. */
  readonly outputLimit: number;
  readonly recordDays: number;
}

/** An occurrence as `when` receives it. */
export interface DueOccurrence {
  /** ISO 8601. */
  readonly time: string;
}

/** An earlier occurrence as `when` receives it. */
export interface LastRuns {
  readonly time: string;
  readonly hosts: number;
  /** Number of runs by final state; undefined while some have not ended. */
  readonly counts?: Readonly<Record<string, number>>;
}

/** Inline functions of the program. */
export interface SshCronFunctions {
  readonly commands?: (host: SshHost) => readonly string[];
  readonly where?: (host: SshHost) => boolean;
  readonly when?: (occurrence: DueOccurrence, lastRuns: readonly LastRuns[]) => boolean;
}

/** Queue message about a run on one host; the commands are only in the function. */
export interface RunMessage {
  readonly occurrence: string;
  /** Milliseconds since the epoch. */
  readonly startBy: number;
  readonly host: SshHost;
  /** Whether the message only polls a background job that was started. */
  readonly poll?: boolean;
}

/** Request to the trigger about an occurrence that has begun: send its next wave, or poll its jobs. */
export interface SendRequest {
  readonly occurrence: string;
  /** Host ids. */
  readonly hosts: readonly string[];
  readonly poll: boolean;
}

/** Returns the commands for a host; a function of the program may choose them by the host. */
export function commandsFor(
  settings: SshCronSettings,
  { commands }: SshCronFunctions,
  host: SshHost,
): readonly string[] {
  if (!commands) return settings.commands;
  const given: unknown = commands(host);
  const isList = Array.isArray(given) && given.every((one) => typeof one === "string" && one);
  if (!isList || given.length === 0)
    throw new Error("commands: the function must return a list of one or more commands");
  return given as string[];
}

/** Returns the program's pins for a host; none when its keys are to be learned. */
export function pinsFor({ pins, staticHosts }: SshCronSettings, host: SshHost): readonly Pin[] {
  const own = staticHosts.find((one) => host.kind === "static" && staticId(one) === host.id)?.pins;
  return pins[host.id] ?? own ?? [];
}

/** Returns the id of a static host: several hosts may share an address, with different ports. */
export function staticId({ host, port = 22 }: Pick<StaticHost, "host" | "port">): string {
  if (port === 22) return host;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
