/** Long-term keys of the account's root user; any other key that the cloud did not issue works too. */
export const ROOT_CREDENTIALS = {
  accessKeyId: "AKIALOCALCLOUD000000",
  secretAccessKey: "localcloud",
} as const;
