import { parse } from "yaml";

/** Public keys in user data, by user name. */
export interface UserDataKeys {
  /** Name of the default user if the data renames it. */
  readonly defaultUser?: string;
  /** Keys of the default user. */
  readonly defaultKeys: readonly string[];
  /** Users that the data creates, with their keys. */
  readonly users: ReadonlyMap<string, readonly string[]>;
}

const NOBODY: UserDataKeys = { defaultKeys: [], users: new Map() };

/**
 * Parses users and keys of cloud-init data: a `#cloud-config`, alone or in a multipart. Nothing in it is executed.
 * https://docs.cloud-init.io/en/latest/reference/modules.html#users-and-groups
 */
export function readUserData(base64: string | undefined): UserDataKeys {
  if (!base64) return NOBODY;
  const text = Buffer.from(base64, "base64").toString("utf8");
  const config = cloudConfigs(text)
    .map(readYaml)
    .reduce((all, one) => ({ ...all, ...one }), {});
  const renamed = asObject(asObject(config.system_info).default_user).name;
  const users = new Map<string, readonly string[]>();
  for (const one of Array.isArray(config.users) ? config.users : []) {
    const { name, ssh_authorized_keys: keys } = asObject(one);
    if (typeof name === "string") users.set(name, texts(keys));
  }
  return {
    ...(typeof renamed === "string" && { defaultUser: renamed }),
    defaultKeys: texts(config.ssh_authorized_keys),
    users,
  };
}

/** Each part of a multipart starts with its headers and an empty line. */
function cloudConfigs(text: string): string[] {
  const boundary = /^Content-Type: *multipart\/[^]*?boundary="?([^"\r\n;]+)"?/im.exec(text)?.[1];
  const parts = boundary === undefined ? [text] : text.split(`--${boundary}`);
  return parts.flatMap((part) => {
    const start = part.search(/^#cloud-config\b/m);
    const isMultipart = boundary !== undefined;
    return start === 0 || (isMultipart && start > 0) ? [part.slice(start)] : [];
  });
}

function readYaml(text: string): Record<string, unknown> {
  try {
    return asObject(parse(text));
  } catch {
    // cloud-init also boots the instance despite invalid data.
    return {};
  }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function texts(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [];
  return list.filter((one): one is string => typeof one === "string");
}
