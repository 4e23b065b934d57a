import type { Properties } from "./types";

/** Provider settings without effect here: the local cloud decides who calls AWS and where. */
const WITHOUT_MEANING = new Set([
  "accessKey",
  // They protect real accounts; the local cloud's account is fictitious.
  "allowedAccountIds",
  "endpoints",
  "forbiddenAccountIds",
  "maxRetries",
  "profile",
  "region",
  "retryMode",
  "s3UsePathStyle",
  "secretKey",
  "sharedConfigFiles",
  "sharedCredentialsFiles",
  "skipCredentialsValidation",
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "skipRequestingAccountId",
  "token",
  "version",
]);

/** Returns the names of settings that would change what is deployed and that this provider does not support. */
export function unsupportedSettings(settings: Properties): string[] {
  return Object.entries(settings)
    .filter(([name, value]) => !WITHOUT_MEANING.has(name) && !isUnset(value))
    .map(([name]) => name);
}

/** Checks whether a setting is empty. The SDK sends lists, objects and flags as JSON texts. */
function isUnset(value: unknown): boolean {
  return [undefined, null, "", "[]", "{}", "false", "null", false].includes(
    value as string | boolean | null | undefined,
  );
}
