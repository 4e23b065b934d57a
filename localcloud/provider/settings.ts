import type { Properties } from "./types";

/** Settings of a provider that mean nothing here: who calls AWS and where is the local cloud's own affair. */
const WITHOUT_MEANING = new Set([
  "accessKey",
  // They guard real accounts; the local cloud's is nobody's.
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

/** Names of the settings that would change what is deployed and that this provider does not follow. */
export function unsupportedSettings(settings: Properties): string[] {
  return Object.entries(settings)
    .filter(([name, value]) => !WITHOUT_MEANING.has(name) && !isUnset(value))
    .map(([name]) => name);
}

/** The SDK sends lists, objects and flags as JSON texts. */
function isUnset(value: unknown): boolean {
  return [undefined, null, "", "[]", "{}", "false", "null", false].includes(
    value as string | boolean | null | undefined,
  );
}
