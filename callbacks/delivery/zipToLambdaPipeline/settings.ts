import { type Environment, required } from "../../environment";
import type { AppManifest } from "./inspect/model";

export const deploymentOnlyModule = true;

/** How an app is called from outside: not at all, or by a URL that requires AWS credentials (`AWS_IAM`). */
export type AppHttp = "none" | "functionUrl";

/** The program's settings of an app; they override the zip's own lambda.json. */
export interface ProgramSettings extends AppManifest {
  readonly http?: AppHttp;
}

/** Settings that the program decides; the environment names the resources. */
export interface PipelineSettings {
  /** `<project>/<stack>/<name>`, the tag by which a pipeline recognizes its own functions. */
  readonly pipeline: string;
  /** Prefix of the function names: `<project>-<stack>-<name>-`; the name of the app follows. */
  readonly functionPrefix: string;
  /** Versions of each function that are kept, in addition to the one that LIVE serves. */
  readonly keepVersions: number;
  /** Days that the log of an app is kept. */
  readonly logRetentionInDays: number;
  /**
   * Receives of a message in which its zip is worked on. After more receives the upload is given up, and that is
   * reported.
   */
  readonly tries: number;
  /** Receives after which SQS gives a message up, reported or not. */
  readonly maxReceiveCount: number;
  /** Seconds that `verify` may take; absent without `verify`. */
  readonly verifyTimeout?: number;
  /** Lambda reads zips where they are; absent: it copies them. */
  readonly storage?: "reference";
}

/** The program's settings of its apps. */
export interface AppsSettings {
  /** Settings of every app, unless the app itself overrides them. */
  readonly appDefaults: ProgramSettings;
  readonly apps: Readonly<Record<string, ProgramSettings>>;
}

export interface WorkerConfig extends PipelineSettings {
  readonly bucketName: string;
  readonly tableName: string;
  readonly queueUrl: string;
  /** URL of the queue for messages that are given up. */
  readonly deadLettersUrl: string;
  readonly appRoleArn: string;
  /** ARN of the queue for asynchronous calls of apps that failed permanently. */
  readonly appFailuresArn: string;
  /** Absent without `verify`. */
  readonly verifierName?: string;
  /** Version of the object in the bucket with `AppsSettings`; absent when the program has no settings of apps. */
  readonly settingsVersion?: string;
}

export interface PipelineConfig extends WorkerConfig, AppsSettings {}

/** Reads the environment of a deployed worker. */
export function configurationFrom(env: Environment): Omit<WorkerConfig, keyof PipelineSettings> {
  return {
    bucketName: required(env, "BUCKET_NAME"),
    tableName: required(env, "TABLE_NAME"),
    queueUrl: required(env, "QUEUE_URL"),
    deadLettersUrl: required(env, "DEAD_LETTERS_URL"),
    appRoleArn: required(env, "APP_ROLE_ARN"),
    appFailuresArn: required(env, "APP_FAILURES_ARN"),
    ...(env.VERIFIER_NAME === undefined ? {} : { verifierName: env.VERIFIER_NAME }),
    ...(env.SETTINGS_VERSION === undefined ? {} : { settingsVersion: env.SETTINGS_VERSION }),
  };
}

/** Returns the program's settings of one app, which override those of all apps. */
export function settingsOf({ apps, appDefaults }: AppsSettings, name: string): ProgramSettings {
  const own = Object.hasOwn(apps, name) ? apps[name] : undefined;
  const environment = { ...appDefaults.environment, ...own?.environment };
  const { length } = Object.keys(environment);
  return { ...appDefaults, ...own, ...(length > 0 ? { environment } : {}) };
}

/** Returns the settings of the function itself, in the words of lambda.json. */
export function manifestOf(settings: ProgramSettings): AppManifest {
  const { http: _, ...manifest } = settings;
  return manifest;
}
