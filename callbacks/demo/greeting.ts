/** Makes Pulumi copy only the parts of this module that a callback uses, wherever the package is installed. */
export const deploymentOnlyModule = true;

/** The API's request template turns a request into this. */
export interface GreetingRequest {
  /** Name to greet; "" when the request has none. */
  readonly name: string;
}

export interface Greeting {
  readonly greeting: string;
}

/** Longest name that is accepted, in characters. */
const MAX_NAME = 100;

/**
 * Greets by name, or greets the world when there is no name.
 *
 * @throws Error beginning with `[400]`, which the API answers as that status, for a name that is too long.
 */
export async function greeting({ name }: GreetingRequest): Promise<Greeting> {
  const who = name.trim();
  if (who.length > MAX_NAME) throw new Error(`[400] name: allowed are ${MAX_NAME} characters`);
  return { greeting: `Hello, ${who || "World"}!` };
}
