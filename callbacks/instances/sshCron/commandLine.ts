export const deploymentOnlyModule = true;

/** How commands run on a host. */
export interface CommandSettings {
  /** Set by assignment: sshd ignores variables that a client sends. */
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Run as root, or as this user, without a password. */
  readonly sudo?: boolean | string;
}

/**
 * Quotes one argument for a POSIX shell: use it for everything that comes from a host, such as a tag.
 *
 * @throws Error for a text with a NUL, which no argument can contain.
 */
export function shellQuote(text: string): string {
  if (text.includes("\0")) throw new Error("an argument of a shell cannot hold a NUL character");
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Returns the line for the host's shell that runs one command. */
export function commandLine(
  command: string,
  { environment, cwd, sudo = false }: CommandSettings,
): string {
  const assignments = Object.entries(environment).map(
    ([name, value]) => `export ${name}=${shellQuote(value)}`,
  );
  const move = cwd === undefined ? [] : [`cd -- ${quoteFolder(cwd)} || exit 1`];
  const whole = [...assignments, ...move, command].join("\n");
  if (sudo === false) return whole;
  const user = sudo === true ? "" : ` -u ${shellQuote(sudo)}`;
  return `sudo -n${user} -- /bin/sh -c ${shellQuote(whole)}`;
}

/** A shell expands `~` or `~user` only where it is not quoted. */
function quoteFolder(folder: string): string {
  const [, home, rest] = /^(~[A-Za-z0-9_.-]*)(?:\/+(.*))?$/s.exec(folder) ?? [];
  if (home === undefined) return shellQuote(folder);
  return rest ? `${home}/${shellQuote(rest)}` : home;
}
