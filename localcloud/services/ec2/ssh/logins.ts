import type { LentKey } from "../../../core/machine";
import type { UserDataKeys } from "./userData";

/**
 * The first users of AWS's images. An image is only an id here, so that each of them is the default user of every one.
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

/** Public keys that an instance has for its users. */
export interface Logins {
  /** Public key of the key pair that it was launched with. */
  readonly keyPair?: string;
  readonly userData: UserDataKeys;
  readonly lent: readonly LentKey[];
}

/** The public keys that open a login at this time; nobody at all for a user that is not there. */
export function keysOf(user: string, { keyPair, userData, lent }: Logins, now: number): string[] {
  const { defaultUser, defaultKeys, users } = userData;
  const isDefault = defaultUser === undefined ? isDefaultUser(user) : user === defaultUser;
  if (!isDefault && !users.has(user)) return [];
  return [
    ...(isDefault ? [...(keyPair === undefined ? [] : [keyPair]), ...defaultKeys] : []),
    ...(users.get(user) ?? []),
    ...lent.filter((one) => one.user === user && one.until > now).map((one) => one.publicKey),
  ].flatMap(withoutOptions);
}

function isDefaultUser(user: string): boolean {
  return DEFAULT_USERS.some((one) => one === user);
}

/** A line of authorized_keys may begin with options and end with a comment. */
function withoutOptions(line: string): string[] {
  const found = /(?:^|\s)((?:ssh|ecdsa|sk)-[\w@.-]+) +([A-Za-z0-9+/=]+)/.exec(line);
  return found ? [`${found[1]} ${found[2]}`] : [];
}
