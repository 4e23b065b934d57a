export const deploymentOnlyModule = true;

/** The only hosts that are ever called back. */
const HOSTS = ["registry.hub.docker.com", "hub.docker.com"];
/** Characters of a real one are about a hundred. */
const MAX_LENGTH = 2048;

/**
 * The address to answer Docker Hub at; undefined unless it is plainly Docker Hub's own: the body of a webhook must not
 * be able to make us call anything else. Redirects must not be followed either.
 */
export function safeCallbackUrl(text: string | undefined): string | undefined {
  if (text === undefined || text.length > MAX_LENGTH) return undefined;
  // What parsers disagree about is refused before one of them is asked.
  const [, host] = /^https:\/\/([a-z.]+)(\/[A-Za-z0-9\-._~/%]*)$/.exec(text) ?? [];
  return host !== undefined && HOSTS.includes(host) ? text : undefined;
}
