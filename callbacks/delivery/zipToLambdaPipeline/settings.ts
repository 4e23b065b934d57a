import { type Environment, required } from "../../environment";
import type { AppManifest } from "./inspect/model";

export const deploymentOnlyModule = true;

/** How an app is called from outside: not at all, or by an address that asks for credentials of AWS (`AWS_IAM`). */
export type AppHttp = "none" | "functionUrl";

/** What a program says of an app; it wins over the zip's own lambda.json. */
export interface ProgramSettings extends AppManifest {
  readonly http?: AppHttp;
}

/** What the program decides; where things are comes from the environment. */
export interface PipelineSettings {
  /** `<project>/<stack>/<name>`, the tag by which a pipeline knows its own functions. */
  readonly pipeline: string;
  /** What stands before the name of an app: `<project>-<stack>-<name>-`. */
  readonly functionPrefix: string;
  /** Versions of each function that are kept, beside the one that LIVE serves. */
  readonly keepVersions: number;
  /** Days that the log of an app is kept. */
  readonly logRetentionInDays: number;
  /** Receives of a message in which its zip is worked on. What is received more often is given up, and told so. */
  readonly tries: number;
  /** Receives after which SQS gives a message up, told or not. */
  readonly maxReceiveCount: number;
  /** Seconds that `verify` may take; absent where there is none. */
  readonly verifyTimeout?: number;
}

/** What the program says of apps. */
export interface AppsSettings {
  /** What holds for every app, unless the app itself has it. */
  readonly appDefaults: ProgramSettings;
  readonly apps: Readonly<Record<string, ProgramSettings>>;
}

export interface WorkerConfig extends PipelineSettings {
  readonly bucketName: string;
  readonly tableName: string;
  readonly queueUrl: string;
  /** Where messages end that are given up. */
  readonly deadLettersUrl: string;
  readonly appRoleArn: string;
  /** Where asynchronous calls of apps end that failed for good. */
  readonly appFailuresArn: string;
  /** Absent without `verify`. */
  readonly verifierName?: string;
  /** Version of the object in the bucket that has `AppsSettings`; absent where the program says nothing of apps. */
  readonly settingsVersion?: string;
}

export interface PipelineConfig extends WorkerConfig, AppsSettings {}

/** The environment of a deployed worker. */
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

/** What the program says of one app, its own settings over those of all. */
export function settingsOf({ apps, appDefaults }: AppsSettings, name: string): ProgramSettings {
  const own = Object.hasOwn(apps, name) ? apps[name] : undefined;
  const environment = { ...appDefaults.environment, ...own?.environment };
  const { length } = Object.keys(environment);
  return { ...appDefaults, ...own, ...(length > 0 ? { environment } : {}) };
}

/** What the program says of the function itself, in the words of lambda.json. */
export function manifestOf(settings: ProgramSettings): AppManifest {
  const { http: _, ...manifest } = settings;
  return manifest;
}
