import type * as pulumi from "@pulumi/pulumi";
import type { AppManifest } from "../../../callbacks/delivery/zipToLambdaPipeline/inspect/model";
import type { AppHttp } from "../../../callbacks/delivery/zipToLambdaPipeline/settings";
import type { Verify } from "../../../callbacks/delivery/zipToLambdaPipeline/verifier";
import type { CallbackOptions } from "../../function/callbackOptions";
import type { Statement } from "../../iam/statement";
import type { WorkerInstances } from "./instances/args";

/** The program's settings of an app; they override the zip's lambda.json. */
export interface AppSettings extends Omit<AppManifest, "environment"> {
  /**
   * Variables: a text, `{ parameter }` of SSM or `{ secret }` of Secrets Manager, read when a zip is deployed. Default:
   * none.
   */
  environment?: Record<
    string,
    pulumi.Input<string> | { readonly parameter: string } | { readonly secret: string }
  >;
  /**
   * `functionUrl` gives LIVE a function URL that requires AWS credentials. Default `none`: LIVE is invoked by its name.
   */
  http?: AppHttp;
}

/** Who may upload zips of some apps: a role that they can assume, with the permissions that `deploy-zip` needs. */
export interface Uploader {
  /** Names of apps; a `*` at the end of a name matches any rest: `["web", "shop-*"]`. */
  apps: string[];
  /** ARNs of IAM roles and users that may assume the role. Default: none. */
  principals?: pulumi.Input<string>[];
  /** Workflows that may assume it with a token of an OpenID Connect provider, such as GitHub Actions. Default: none. */
  openIdConnect?: {
    /** ARN of the provider in IAM. */
    providerArn: pulumi.Input<string>;
    /** Audience (`aud`) of the token. Default `sts.amazonaws.com`. */
    audience?: string;
    /** Subjects (`sub`) of the token: `["repo:shop/web:ref:refs/heads/main"]`; a `*` only after a name. */
    subjects: string[];
  };
}

export interface ZipToLambdaPipelineArgs extends Pick<
  CallbackOptions,
  "alarmActions" | "logLevel" | "logRetentionInDays" | "runtime" | "tags" | "tracing"
> {
  /**
   * `{ actions, resources, conditions?, effect?, sid? }[]`, the AWS permissions of the apps, the same for all. Default:
   * only to write their logs.
   */
  appPermissions?: Statement[];
  /** Checks each version before LIVE moves to it, inline: it passes by returning nothing or true. Default: none. */
  verify?: Verify;
  /** Seconds that `verify` may take, 1 to 300. Default 30. */
  verifyTimeout?: number;
  /**
   * Settings of every app: handler, runtime, memorySize, timeout, environment ... Default: those of the zip's
   * lambda.json, or detected from the zip's files.
   */
  appDefaults?: AppSettings;
  /** Settings of single apps, by name. Default: none. */
  apps?: Record<string, AppSettings>;
  /**
   * Who may upload which apps, by names that you choose; nobody else may then. Default: everybody whom IAM allows to
   * upload, for any app.
   */
  uploaders?: Record<string, Uploader>;
  /** Names of SSM parameters that environments may refer to. Default: none. */
  parameters?: string[];
  /** ARNs of secrets that environments may refer to. Default: none. */
  secrets?: pulumi.Input<string>[];
  /**
   * Versions of each function that are kept in addition to the current and the previous one of LIVE, 1 to 100. Default
   * 5.
   */
  keepVersions?: number;
  /**
   * What Lambda does with a zip: `copy` it, or `reference` it, which means that it reads the zip where it is for as long
   * as a version of the function needs it. Default `copy`.
   */
  storage?: "copy" | "reference";
  /** What happens to an app whose zip is deleted: `keep` it deployed, or `remove` its function too. Default `keep`. */
  onDelete?: "keep" | "remove";
  /**
   * ARN of a policy that limits what apps may do. Default: the component creates one that allows `appPermissions` and
   * their logs.
   */
  permissionsBoundary?: pulumi.Input<string>;
  /**
   * What processes zips: a Lambda function, or EC2 `instances` that start for uploads and end when idle. Default
   * `lambda`.
   */
  worker?: "lambda" | "instances";
  /**
   * `{ vpcId, subnetIds, max?, zipsPerWorker?, idleTime?, instanceType?, imageId? }` for `worker: "instances"`.
   * Default: none.
   */
  instances?: WorkerInstances;
  /** Zips that a Lambda worker processes at the same time, 2 to 1000. Default 5. */
  maximumConcurrency?: number;
  /** Megabytes of a Lambda worker's memory, 256 to 10 240; its CPU share grows with it. Default 1024. */
  workerMemorySize?: number;
  /** Lets `pulumi destroy` delete the bucket although zips are in it. Default false. */
  forceDestroy?: boolean;
}
