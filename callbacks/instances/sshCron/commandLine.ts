export const deploymentOnlyModule = true;

/** How commands run on a host. */
export interface CommandSettings {
  /** Set by assignment: sshd drops variables that a client sends. */
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** As root, or as this user, without a password. */
  readonly sudo?: boolean | string;
}

/**
 * One argument of a POSIX shell, whatever is in it: use it for everything that comes from a host, such as a tag.
 *
 * @throws Error for a text with a NUL, which no argument can have.
 */
export function shellQuote(text: string): string {
  if (text.includes("\0")) throw new Error("an argument of a shell cannot hold a NUL character");
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The line that the host's shell is given for one command. */
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

/** A shell knows a home, `~` or `~user`, only where it is not quoted. */
function quoteFolder(folder: string): string {
  const [, home, rest] = /^(~[A-Za-z0-9_.-]*)(?:\/+(.*))?$/s.exec(folder) ?? [];
  if (home === undefined) return shellQuote(folder);
  return rest ? `${home}/${shellQuote(rest)}` : home;
}
