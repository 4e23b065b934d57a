import type * as pulumi from "@pulumi/pulumi";
import type { AppManifest } from "../../../callbacks/delivery/zipToLambdaPipeline/inspect/model";
import type { AppHttp } from "../../../callbacks/delivery/zipToLambdaPipeline/settings";
import type { Verify } from "../../../callbacks/delivery/zipToLambdaPipeline/verifier";
import type { CallbackOptions } from "../../function/callbackOptions";
import type { Statement } from "../../iam/iamPolicy";
import type { WorkerInstances } from "./instances/args";

/** What the program says of an app; it wins over the zip's own lambda.json. */
export interface AppSettings extends Omit<AppManifest, "environment"> {
  /** Variables: a text, `{ parameter }` of SSM or `{ secret }` of Secrets Manager, read when a zip is deployed. Default: none. */
  environment?: Record<
    string,
    pulumi.Input<string> | { readonly parameter: string } | { readonly secret: string }
  >;
  /** `functionUrl` gives LIVE an address that asks for credentials of AWS. Default `none`: it is invoked by its name. */
  http?: AppHttp;
}

/** Who may upload zips of some apps: a role that is theirs to take, which may do what `deploy-zip` does. */
export interface Uploader {
  /** Names of apps; a `*` at the end of one stands for any rest: `["web", "shop-*"]`. */
  apps: string[];
  /** ARNs of IAM roles and users that may take the role. Default: none. */
  principals?: pulumi.Input<string>[];
  /** Workflows that may take it with a token of an OpenID Connect provider, such as GitHub Actions. Default: none. */
  openIdConnect?: {
    /** ARN of the provider in IAM. */
    providerArn: pulumi.Input<string>;
    /** Whom the token is meant for. Default `sts.amazonaws.com`. */
    audience?: string;
    /** Whose token it is: `["repo:shop/web:ref:refs/heads/main"]`; a `*` only behind a name. */
    subjects: string[];
  };
}

export interface ZipToLambdaPipelineArgs extends Pick<
  CallbackOptions,
  "alarmActions" | "logLevel" | "logRetentionInDays" | "runtime" | "tags" | "tracing"
> {
  /** `{ actions, resources, conditions?, effect?, sid? }[]`, what apps may do in AWS, all of them the same. Default: nothing but their logs. */
  appPermissions?: Statement[];
  /** Judges each version before LIVE moves to it, inline: it passes by returning nothing or true. Default: none. */
  verify?: Verify;
  /** Seconds that `verify` may take, 1 to 300. Default 30. */
  verifyTimeout?: number;
  /** What holds for every app: handler, runtime, memorySize, timeout, environment ... Default: the zip's own lambda.json, or what is found in it. */
  appDefaults?: AppSettings;
  /** The same for one app, by its name. Default: none. */
  apps?: Record<string, AppSettings>;
  /** Who may upload which apps, by names of your own; nobody else may then. Default: whoever IAM lets upload, any app. */
  uploaders?: Record<string, Uploader>;
  /** Names of SSM parameters that environments may refer to. Default: none. */
  parameters?: string[];
  /** ARNs of secrets that environments may refer to. Default: none. */
  secrets?: pulumi.Input<string>[];
  /** Versions of each function that are kept beside those that LIVE has and had before, 1 to 100. Default 5. */
  keepVersions?: number;
  /** What becomes of an app whose zip is deleted: it goes on, or its function is deleted too. Default `keep`. */
  onDelete?: "keep" | "remove";
  /** ARN of a policy that bounds what apps may do. Default: the component creates one that allows `appPermissions` and their logs. */
  permissionsBoundary?: pulumi.Input<string>;
  /** What works on zips: a function, or `instances` that come with the uploads and go after them. Default `lambda`. */
  worker?: "lambda" | "instances";
  /** `{ vpcId, subnetIds, max?, zipsPerWorker?, idleTime?, instanceType?, imageId? }` of `worker: "instances"`. Default: none. */
  instances?: WorkerInstances;
  /** Zips that a Lambda worker works on at once, 2 to 1000. Default 5. */
  maximumConcurrency?: number;
  /** Megabytes of a Lambda worker's memory, 256 to 10 240; the processor share grows with it. Default 1024. */
  workerMemorySize?: number;
  /** Lets `pulumi destroy` delete the bucket with the zips in it. Default false. */
  forceDestroy?: boolean;
}
