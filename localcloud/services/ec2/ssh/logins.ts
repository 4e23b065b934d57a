import type { TemporaryKey } from "../../../core/machines/machine";
import type { UserDataKeys } from "./userData";

/**
 * Default users of AWS's images. An image is only an id here, so each of them is a default user of every image.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/managing-users.html#ami-default-user-names
 */
const DEFAULT_USERS = [
  "admin",
  "bitnami",
  "centos",
  "debian",
  "ec2-user",
  "fedora",
  "rocky",
  "ubuntu",
] as const;

/** Public keys of an instance's users. */
export interface Logins {
  /** Public key of the key pair that the instance was launched with. */
  readonly keyPair?: string;
  readonly userData: UserDataKeys;
  readonly temporaryKeys: readonly TemporaryKey[];
}

/** Returns the public keys that can log in as a user now; none for a user that does not exist. */
export function keysOf(
  user: string,
  { keyPair, userData, temporaryKeys }: Logins,
  now: number,
): string[] {
  const { defaultUser, defaultKeys, users } = userData;
  const isDefault = defaultUser === undefined ? isDefaultUser(user) : user === defaultUser;
  if (!isDefault && !users.has(user)) return [];
  return [
    ...(isDefault ? [...(keyPair === undefined ? [] : [keyPair]), ...defaultKeys] : []),
    ...(users.get(user) ?? []),
    ...temporaryKeys
      .filter((one) => one.user === user && one.until > now)
      .map((one) => one.publicKey),
  ].flatMap(withoutOptions);
}

function isDefaultUser(user: string): boolean {
  return DEFAULT_USERS.some((one) => one === user);
}

/** Removes the options before the key and the comment after it from a line of authorized_keys. */
function withoutOptions(line: string): string[] {
  const found = /(?:^|\s)((?:ssh|ecdsa|sk)-[\w@.-]+) +([A-Za-z0-9+/=]+)/.exec(line);
  return found ? [`${found[1]} ${found[2]}`] : [];
}
