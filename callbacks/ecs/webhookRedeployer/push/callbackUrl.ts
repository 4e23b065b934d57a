export const deploymentOnlyModule = true;

/** The only hosts that are ever called back. */
const HOSTS = ["registry.hub.docker.com", "hub.docker.com"];
/** Real ones have about a hundred characters. */
const MAX_LENGTH = 2048;

/**
 * Returns the callback URL of Docker Hub; undefined unless its host is certainly Docker Hub's own: the body of a
 * webhook must not make this function call anything else. Redirects must not be followed either.
 */
export function safeCallbackUrl(text: string | undefined): string | undefined {
  if (text === undefined || text.length > MAX_LENGTH) return undefined;
  // A strict pattern before any parser: refuses URLs that parsers read differently.
  const [, host] = /^https:\/\/([a-z.]+)(\/[A-Za-z0-9\-._~/%]*)$/.exec(text) ?? [];
  return host !== undefined && HOSTS.includes(host) ? text : undefined;
}
