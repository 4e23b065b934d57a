import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { SshHost } from "../../../callbacks/instances/sshCron/model";
import type { DueOccurrence, LastRuns } from "../../../callbacks/instances/sshCron/settings";
import type { CallbackOptions } from "../../function/callbackOptions";

/** The hosts: instances that are running when an occurrence is due, or hosts that are not instances. */
export type SshTarget =
  /** Instances with this tag. */
  | { tag: string; value: pulumi.Input<string> | pulumi.Input<string>[] }
  /** Instances that match all of these filters of DescribeInstances. */
  | { filters: { name: string; values: pulumi.Input<string>[] }[] }
  /** Instances of an Auto Scaling group. */
  | { group: aws.autoscaling.Group | pulumi.Input<string> }
  | { instances: pulumi.Input<string>[] }
  /** A host by its name or address; its host keys must be given. */
  | { host: string; port?: number; hostKeys: string[] };

/** Where the private key is stored. It is read when a job runs, and never is in the state, a log or a package. */
export type SshKey =
  /**
   * An S3 object: it needs no access from a VPC except S3's free gateway endpoint. `kmsKey` is the ARN of its KMS key,
   * if that is your own.
   */
  | {
      bucket: aws.s3.Bucket | pulumi.Input<string>;
      key: string;
      versionId?: string;
      kmsKey?: pulumi.Input<string>;
    }
  /** A SecureString; `kmsKey` as above. */
  | { ssmParameter: pulumi.Input<string>; kmsKey?: pulumi.Input<string> }
  /** ARN of a secret in the region of the component, of any account; `kmsKey` as above. */
  | { secret: pulumi.Input<string>; kmsKey?: pulumi.Input<string> }
  /** A new key for each run, which EC2 Instance Connect accepts for a minute: nothing is stored. */
  | { instanceConnect: true };

/** Where the worker runs. */
export type SshNetwork =
  | {
      vpcId: pulumi.Input<string>;
      subnetIds: pulumi.Input<string>[];
      /** Security groups of the worker. Default: a new one, `workerSecurityGroupId`. */
      securityGroupIds?: pulumi.Input<string>[];
      /** Whether the subnets have a NAT gateway, or endpoints of the services that the key needs. Default false. */
      nat?: boolean;
    }
  /** Outside of a VPC, for hosts that are reachable from the internet; the text says why that is right here. */
  | { public: string };

export interface SshJumpHost {
  host: string;
  /** Default 22. */
  port?: number;
  /** Default: the user of the job. */
  user?: string;
  hostKeys: string[];
  /** Id, if the jump host is an instance; EC2 Instance Connect needs it. Default: none. */
  instanceId?: pulumi.Input<string>;
}

export interface SshHostKeys {
  /** Up to two host keys per instance id: `ssh-ed25519 AAAA...` or `SHA256:...`. Default: none. */
  pins?: Record<string, string[]>;
  /** Trusts the first key that a host presents, unverified, and remembers it by the instance's id. Default false. */
  trustOnFirstUse?: boolean;
}

/** Where the logs of runs are stored. */
export interface SshLogs {
  /** Your own bucket. Default: the component creates one. */
  bucket?: aws.s3.Bucket | pulumi.Input<string>;
  /** Prefix of their keys, such as `ssh/`. Default: none. */
  prefix?: string;
  /** Days that the component's bucket keeps them, 1 to 3650. Default 30. */
  retentionInDays?: number;
  /**
   * Bytes of one log, of which half are from the beginning and half from the end, 1024 to 10 485 760. Default 1 048
   * 576.
   */
  maxBytes?: number;
  /** ARN of your KMS key that encrypts the bucket. Default: a key of S3. */
  kmsKey?: pulumi.Input<string>;
}

export interface SshBatch {
  /** Hosts of a wave, 1 to 1000, or a percentage of all such as `"10%"`. */
  size: number | string;
  /** Seconds between the end of a wave and the next one, 0 to 3600; waves start at full minutes. Default 0. */
  pause?: number;
  /** Failures after which no further wave starts, and the remaining hosts are `skipped`, 0 to 1000. Default 0. */
  maxFailures?: number;
}

/** A job that may take longer than the function that starts it may run. */
export interface SshBackground {
  /** The host is polled each minute until the job ends. */
  poll: true;
  /** Seconds after which the job is stopped, 60 to 86 400. Default 3600. */
  timeout?: number;
}

export interface SshCronArgs extends Pick<
  CallbackOptions,
  "alarmActions" | "logLevel" | "logRetentionInDays" | "runtime" | "tags" | "tracing"
> {
  /** `rate(15 minutes)`, or `cron(0 9 ? * MON-FRI *)` in the `timezone`. */
  schedule: string;
  /** IANA name of the schedule's time zone, such as `Europe/Berlin`. Default UTC. */
  timezone?: string;
  /** Whether jobs are started; with false the component's resources stay. Default true. */
  enabled?: boolean;
  /** Minutes within which an occurrence may start, 1 to 1440, less than `startWithin`. Default: at its time. */
  flexibleMinutes?: number;
  /** Time of the earliest occurrence, as ISO 8601. Default: now. */
  startDate?: string;
  /** Time of the last occurrence, as ISO 8601. Default: none. */
  endDate?: string;
  /** Hours in which runs may start: `{ from: "22:00", to: "06:00", timezone }`. Default: all. */
  window?: { from: string; to: string; timezone?: string };
  /** Decides inline whether an occurrence runs, given the last ones. Default: it does. */
  when?: (occurrence: DueOccurrence, lastRuns: readonly LastRuns[]) => boolean;
  /** `{ tag, value }`, `{ filters }`, `{ group }`, `{ instances }` or `{ host, hostKeys }`; several are combined. */
  targets: SshTarget | SshTarget[];
  /** Decides inline whether a host of the targets is included. Default: all are. */
  where?: (host: SshHost) => boolean;
  /**
   * `ssh`, or `ssm`: Run Command of Systems Manager, for instances with its agent; it needs no key and no network.
   * Default `ssh`.
   */
  transport?: "ssh" | "ssm";
  /** The user who logs in, or as whom an agent runs the commands, such as `ec2-user`. */
  user: string;
  /**
   * `{ bucket, key }`, `{ ssmParameter }`, `{ secret }` or `{ instanceConnect: true }`; two during a key rotation.
   * Default: a key pair that the first deployment creates, see `publicKey`.
   */
  key?: SshKey | SshKey[];
  /** Lines for the host's shell, run in order until one fails; or a function that returns those of a host. */
  commands?: string[] | ((host: SshHost) => string[]);
  /**
   * A script that the host's `/bin/sh` runs after the commands: `{ file }`, `{ text }` or an S3 object. Default: none.
   */
  script?:
    | { file: string }
    | { text: string }
    | {
        bucket: aws.s3.Bucket | pulumi.Input<string>;
        key: string;
        versionId?: string;
        sha256?: string;
        /** ARN of the script's KMS key, if that is your own. */
        kmsKey?: pulumi.Input<string>;
      };
  /**
   * `{ vpcId, subnetIds }`, or `{ public: "why" }` for hosts that are reachable from the internet. Default: none, which
   * only `ssm` allows.
   */
  network?: SshNetwork;
  /** Address of an instance to connect to: `private`, `public` or `ipv6`. Default `private`. */
  address?: "private" | "public" | "ipv6";
  /** Port, or the tag of the instance that contains it; 22 if the tag is missing. Default 22. */
  port?: number | { tag: string };
  /** Jump hosts to connect through, in order. Default: none. */
  jumpHosts?: SshJumpHost[];
  /** `{ pins, trustOnFirstUse }`. Default: host keys from the instances' console output. */
  hostKeys?: SshHostKeys;
  /** Environment variables of the commands. Secrets do not belong here. Default: none. */
  environment?: Record<string, string>;
  /** Working folder of the commands; `~` is the home of the user who runs them. Default: the user's home. */
  cwd?: string;
  /** Runs as root (`true`) or as the named user, by `sudo -n`. Default false. */
  sudo?: boolean | string;
  /** Runs commands in a terminal. Default false. */
  pty?: boolean;
  /**
   * Starts the commands without waiting: with `true`, output and exit code stay on the host; with `{ poll: true,
   * timeout }`, the host is polled for them each minute until the job ends. Default false.
   */
  background?: boolean | SshBackground;
  /** `{ size, pause, maxFailures }`: processes hosts in waves, the first one as a trial. Default: all at once. */
  batch?: SshBatch;
  /** Exit codes that are not failures. Default `[0]`. */
  successExitCodes?: number[];
  /** Seconds for the TCP connection, 1 to 60. Default 5. */
  connectTimeout?: number;
  /** Seconds for handshake and login, 1 to 120. Default 20. */
  readyTimeout?: number;
  /** Seconds for each command, 1 to 840. Default 300, or the `timeout` if that is less. */
  commandTimeout?: number;
  /** Seconds for everything on one host, 10 to 840. Default 300. */
  timeout?: number;
  /** Attempts to connect to a host that is unreachable, 1 to 5. Default 2. */
  connectAttempts?: number;
  /** Seconds after its time in which a run may still start, 60 to 86 400. Default: until the next occurrence. */
  startWithin?: number;
  /** If the previous run is still active on the host: `skip` the next one, or `allow` both. Default `skip`. */
  overlap?: "skip" | "allow";
  /** Hosts that are processed at the same time, 2 to 1000. Default 50. */
  maximumConcurrency?: number;
  /** `{ bucket, prefix, retentionInDays, maxBytes }`. Default: the component creates a bucket. */
  logs?: SshLogs;
  /** Days that records of runs are kept, 1 to 3650. Default 30. */
  recordRetentionInDays?: number;
  /** Whether `pulumi destroy` deletes logs and keys in the component's buckets. Default false: it refuses then. */
  forceDestroy?: boolean;
}
