import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { SshHost } from "../../../callbacks/instances/sshCron/model";
import type { DueOccurrence, LastRuns } from "../../../callbacks/instances/sshCron/settings";
import type { CallbackOptions } from "../../function/callbackOptions";

/** Which hosts: instances that run when an occurrence is due, or hosts that are no instances. */
export type SshTarget =
  /** Instances with this tag. */
  | { tag: string; value: pulumi.Input<string> | pulumi.Input<string>[] }
  /** Instances that meet all of these, as DescribeInstances takes them. */
  | { filters: { name: string; values: pulumi.Input<string>[] }[] }
  /** Instances of an Auto Scaling group. */
  | { group: aws.autoscaling.Group | pulumi.Input<string> }
  | { instances: pulumi.Input<string>[] }
  /** A host by its name or address; its keys must be known. */
  | { host: string; port?: number; hostKeys: string[] };

/** Where the private key is. It is read when a job runs, and is in no state, log or package. */
export type SshKey =
  /**
   * An object of S3: needs no way out of a VPC but S3's free gateway endpoint. `kmsKey` is the ARN of the key that it is
   * encrypted with, when that is one of yours.
   */
  | {
      bucket: aws.s3.Bucket | pulumi.Input<string>;
      key: string;
      versionId?: string;
      kmsKey?: pulumi.Input<string>;
    }
  /** A SecureString; `kmsKey` as above. */
  | { ssmParameter: pulumi.Input<string>; kmsKey?: pulumi.Input<string> }
  /** ARN of a secret; `kmsKey` as above. */
  | { secret: pulumi.Input<string>; kmsKey?: pulumi.Input<string> }
  /** A new key for each run, which EC2 Instance Connect lets in for a minute: nothing is stored. */
  | { instanceConnect: true };

/** Where the worker runs. */
export type SshNetwork =
  | {
      vpcId: pulumi.Input<string>;
      subnetIds: pulumi.Input<string>[];
      /** Security groups of the worker. Default: one of its own, `workerSecurityGroupId`. */
      securityGroupIds?: pulumi.Input<string>[];
      /** Whether the subnets have a NAT gateway, or endpoints of the services that the key needs. Default false. */
      nat?: boolean;
    }
  /** Outside of a VPC, for hosts that the internet reaches; the sentence says why that is right here. */
  | { public: string };

export interface SshJumpHost {
  host: string;
  /** Default 22. */
  port?: number;
  /** Default: the user of the job. */
  user?: string;
  hostKeys: string[];
  /** Id of the instance that it is; EC2 Instance Connect lets a key in by it. Default: none. */
  instanceId?: pulumi.Input<string>;
}

export interface SshHostKeys {
  /** Up to two keys of a host, by its instance id: `ssh-ed25519 AAAA...` or `SHA256:...`. Default: none. */
  pins?: Record<string, string[]>;
  /** Trusts the first key that a host shows, unseen, and remembers it by the instance's id. Default false. */
  trustOnFirstUse?: boolean;
}

/** Where logs of runs go. */
export interface SshLogs {
  /** A bucket of yours. Default: one of the component. */
  bucket?: aws.s3.Bucket | pulumi.Input<string>;
  /** What their keys begin with, such as `ssh/`. Default: nothing. */
  prefix?: string;
  /** Days that the component's bucket keeps them, 1 to 3650. Default 30. */
  retentionInDays?: number;
  /** Bytes of one log, half from the beginning and half from the end, 1024 to 10 485 760. Default 1 048 576. */
  maxBytes?: number;
  /** ARN of the key of yours that the bucket encrypts by. Default: a key of S3. */
  kmsKey?: pulumi.Input<string>;
}

export interface SshBatch {
  /** Hosts of a wave, 1 to 1000, or such as `"10%"` of all. */
  size: number | string;
  /** Seconds between the end of a wave and the next one, 0 to 3600; a wave begins with a minute. Default 0. */
  pause?: number;
  /** Failures after which no other wave begins, and the other hosts are `skipped`, 0 to 1000. Default 0. */
  maxFailures?: number;
}

/** A job that may take longer than the function that starts it. */
export interface SshBackground {
  /** The host is asked each minute until the job ends. */
  poll: true;
  /** Seconds after which it is told to end, 60 to 86 400. Default 3600. */
  timeout?: number;
}

export interface SshCronArgs extends Pick<
  CallbackOptions,
  "alarmActions" | "logLevel" | "logRetentionInDays" | "runtime" | "tags" | "tracing"
> {
  /** `rate(15 minutes)`, or `cron(0 9 ? * MON-FRI *)` in the `timezone`. */
  schedule: string;
  /** IANA name of the zone whose clocks count, such as `Europe/Berlin`. Default UTC. */
  timezone?: string;
  /** False = nothing is started, and everything else stays. Default true. */
  enabled?: boolean;
  /** Minutes within which an occurrence may be started, 1 to 1440, less than `startWithin`. Default: at its time. */
  flexibleMinutes?: number;
  /** No occurrence before, as ISO 8601. Default: now. */
  startDate?: string;
  /** No occurrence after, as ISO 8601. Default: none. */
  endDate?: string;
  /** Hours in which runs may begin: `{ from: "22:00", to: "06:00", timezone }`. Default: all. */
  window?: { from: string; to: string; timezone?: string };
  /** Decides inline whether an occurrence runs, with the last ones to look at. Default: it does. */
  when?: (occurrence: DueOccurrence, lastRuns: readonly LastRuns[]) => boolean;
  /** `{ tag, value }`, `{ filters }`, `{ group }`, `{ instances }` or `{ host, hostKeys }`; several are added up. */
  targets: SshTarget | SshTarget[];
  /** Decides inline whether a host of the targets is one. Default: all are. */
  where?: (host: SshHost) => boolean;
  /** `ssh`, or `ssm`: Run Command of Systems Manager, for instances with its agent, without a key or a network. Default `ssh`. */
  transport?: "ssh" | "ssm";
  /** Who logs in, or as whom an agent runs the commands, such as `ec2-user`. */
  user: string;
  /** `{ bucket, key }`, `{ ssmParameter }`, `{ secret }` or `{ instanceConnect: true }`; two while one replaces the other. Default: a pair that the first deployment makes, see `publicKey`. */
  key?: SshKey | SshKey[];
  /** Lines for the host's shell, in order until one fails; or a function that answers with those of a host. */
  commands?: string[] | ((host: SshHost) => string[]);
  /** A script that the host's `/bin/sh` reads, after the commands: `{ file }`, `{ text }` or an object of S3. Default: none. */
  script?:
    | { file: string }
    | { text: string }
    | {
        bucket: aws.s3.Bucket | pulumi.Input<string>;
        key: string;
        versionId?: string;
        sha256?: string;
        /** ARN of the key that it is encrypted with, when that is one of yours. */
        kmsKey?: pulumi.Input<string>;
      };
  /** `{ vpcId, subnetIds }`, or `{ public: "why" }` for hosts that the internet reaches. Default: none, which `ssm` alone does without. */
  network?: SshNetwork;
  /** Which address of an instance is called. Default `private`. */
  address?: "private" | "public" | "ipv6";
  /** Port, or the tag of the instance that holds it, with 22 where that is absent. Default 22. */
  port?: number | { tag: string };
  /** Hosts to go through, in order. Default: none. */
  jumpHosts?: SshJumpHost[];
  /** `{ pins, trustOnFirstUse }`. Default: keys that instances show on their consoles. */
  hostKeys?: SshHostKeys;
  /** Variables, set by assignment. Secrets do not belong here. Default: none. */
  environment?: Record<string, string>;
  /** Folder in which commands run; `~` is the home of who runs them. Default: the user's own. */
  cwd?: string;
  /** As root, or as this user, by `sudo -n`. Default false. */
  sudo?: boolean | string;
  /** Gives commands a terminal. Default false. */
  pty?: boolean;
  /** Starts the commands and does not wait: `true`, and output and exit code stay on the host; or `{ poll: true, timeout }`, and the host is asked for them each minute until the job ends. Default false. */
  background?: boolean | SshBackground;
  /** `{ size, pause, maxFailures }`: hosts in waves, the first one as a trial. Default: all at once. */
  batch?: SshBatch;
  /** Exit codes that are no failure. Default `[0]`. */
  successExitCodes?: number[];
  /** Seconds for the TCP connection, 1 to 60. Default 5. */
  connectTimeout?: number;
  /** Seconds for handshake and login, 1 to 120. Default 20. */
  readyTimeout?: number;
  /** Seconds for each command, 1 to 840. Default 300, or the `timeout` where that is less. */
  commandTimeout?: number;
  /** Seconds for everything on one host, 10 to 840. Default 300. */
  timeout?: number;
  /** Times that a host is called that cannot be reached, 1 to 5. Default 2. */
  connectAttempts?: number;
  /** Seconds after its time until which a run may begin, 60 to 86 400. Default: until the next occurrence. */
  startWithin?: number;
  /** What happens while the run before is still on the host. Default `skip`. */
  overlap?: "skip" | "allow";
  /** Hosts that are worked on at once, 2 to 1000. Default 50. */
  maximumConcurrency?: number;
  /** `{ bucket, prefix, retentionInDays, maxBytes }`. Default: a bucket of the component. */
  logs?: SshLogs;
  /** Days that records of runs are kept, 1 to 3650. Default 30. */
  recordRetentionInDays?: number;
  /** Whether `pulumi destroy` deletes logs and keys in the component's buckets. Default false: it then refuses. */
  forceDestroy?: boolean;
}
