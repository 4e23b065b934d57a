import type { SshHost } from "./model";
import type { Pin } from "./ssh/hostKeys";

export const deploymentOnlyModule = true;

/** Where a private key is read from; the names come from the environment, because they may be outputs of resources. */
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

/** Conditions that instances meet all of, as DescribeInstances takes them. */
export type TargetQuery = readonly { readonly Name: string; readonly Values: readonly string[] }[];

/** A host that is no instance. */
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

/** Hours of a day in which runs may begin; `to` before `from` goes over midnight. */
export interface RunWindow {
  /** `HH:MM`. */
  readonly from: string;
  readonly to: string;
  readonly timezone?: string;
}

/** Hosts in waves, so that a job that breaks hosts breaks few. */
export interface BatchSettings {
  /** Hosts of a wave, or such as `10%` of all. */
  readonly size: number | string;
  /** Seconds between two waves. */
  readonly pause: number;
  /** After more failures than this no wave begins. */
  readonly maxFailures: number;
}

/** What the program decides, as plain data. */
export interface SshCronSettings {
  readonly name: string;
  /** Whose its metrics are, `<project>/<stack>/<name>`: a job of another stack may have the same name. */
  readonly metricsName: string;
  readonly schedule: string;
  readonly timezone?: string;
  readonly window?: RunWindow;
  readonly transport: "ssh" | "ssm";
  readonly user: string;
  readonly address: "private" | "public" | "ipv6";
  readonly port: number | { readonly tag: string };
  readonly staticHosts: readonly StaticHost[];
  /** By host id. */
  readonly pins: Readonly<Record<string, readonly Pin[]>>;
  readonly trustOnFirstUse: boolean;
  readonly jumpHosts: readonly JumpHostSettings[];
  /** Empty when a function or a script says what to run. */
  readonly commands: readonly string[];
  readonly script?: { readonly text: string; readonly sha256: string };
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly sudo: boolean | string;
  readonly pty: boolean;
  readonly background: boolean;
  /** Asks after jobs in the background until they end; absent when nobody does. */
  readonly polling?: { readonly timeout: number };
  readonly batch?: BatchSettings;
  readonly successExitCodes: readonly number[];
  /** Seconds. */
  readonly connectTimeout: number;
  readonly readyTimeout: number;
  readonly commandTimeout: number;
  readonly timeout: number;
  /** Default: until the next occurrence. */
  readonly startWithin?: number;
  readonly connectAttempts: number;
  readonly overlap: "skip" | "allow";
  /** Bytes of a log. */
  readonly outputLimit: number;
  readonly recordDays: number;
}

/** An occurrence as `when` sees it. */
export interface DueOccurrence {
  /** ISO 8601. */
  readonly time: string;
}

/** An earlier occurrence as `when` sees it. */
export interface LastRuns {
  readonly time: string;
  readonly hosts: number;
  /** How many runs ended how; undefined while some have not. */
  readonly counts?: Readonly<Record<string, number>>;
}

/** Functions of the program, inline. */
export interface SshCronFunctions {
  readonly commands?: (host: SshHost) => readonly string[];
  readonly where?: (host: SshHost) => boolean;
  readonly when?: (occurrence: DueOccurrence, lastRuns: readonly LastRuns[]) => boolean;
}

/** What a run has to do with one host, as it lies in the queue; what is run stands in the function alone. */
export interface RunMessage {
  readonly occurrence: string;
  /** Milliseconds since the epoch. */
  readonly startBy: number;
  readonly host: SshHost;
  /** Whether it only asks after a job in the background that was started. */
  readonly poll?: boolean;
}

/** What the trigger is asked to send for an occurrence that has begun: its next wave, or questions after its jobs. */
export interface SendRequest {
  readonly occurrence: string;
  /** Ids. */
  readonly hosts: readonly string[];
  readonly poll: boolean;
}

/** The commands for a host; a function of the program may decide by it. */
export function commandsFor(
  settings: SshCronSettings,
  { commands }: SshCronFunctions,
  host: SshHost,
): readonly string[] {
  if (!commands) return settings.commands;
  const given: unknown = commands(host);
  const isList = Array.isArray(given) && given.every((one) => typeof one === "string" && one);
  if (!isList || given.length === 0)
    throw new Error("commands: it is to return a list of one or more commands");
  return given as string[];
}

/** Pins of the program for a host; none when its keys are to be learnt. */
export function pinsFor({ pins, staticHosts }: SshCronSettings, host: SshHost): readonly Pin[] {
  const own = staticHosts.find((one) => host.kind === "static" && staticId(one) === host.id)?.pins;
  return pins[host.id] ?? own ?? [];
}

/** What a static host is known by: several may answer at one address, at ports of their own. */
export function staticId({ host, port = 22 }: Pick<StaticHost, "host" | "port">): string {
  if (port === 22) return host;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
