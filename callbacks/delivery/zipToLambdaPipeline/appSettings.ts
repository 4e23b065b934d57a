import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { AppsSettings, WorkerConfig } from "./settings";

export const deploymentOnlyModule = true;

/**
 * Folder in the bucket with the program's settings of its apps: the environment of a function holds 4 KB, which the
 * settings of a few dozen apps exceed. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const SETTINGS_FOLDER = "settings/";
export const SETTINGS_KEY = `${SETTINGS_FOLDER}apps.json`;

/**
 * Creates a function that reads the program's settings of apps once: each deployment of the worker has its own version
 * of them.
 */
export function appSettingsReader(
  s3: S3Client,
  { bucketName, settingsVersion }: Pick<WorkerConfig, "bucketName" | "settingsVersion">,
): () => Promise<AppsSettings> {
  let known: AppsSettings | undefined =
    settingsVersion === undefined ? { appDefaults: {}, apps: {} } : undefined;
  return async () => {
    if (known) return known;
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: bucketName, Key: SETTINGS_KEY, VersionId: settingsVersion }),
    );
    const { appDefaults = {}, apps = {} } = JSON.parse(
      (await Body?.transformToString()) ?? "{}",
    ) as Partial<AppsSettings>;
    known = { appDefaults, apps };
    return known;
  };
}
