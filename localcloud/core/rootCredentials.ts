/** Long-term keys of the account's owner; any other key that the cloud did not issue works as well. */
export const ROOT_CREDENTIALS = {
  accessKeyId: "AKIALOCALCLOUD000000",
  secretAccessKey: "localcloud",
} as const;
