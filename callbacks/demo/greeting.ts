/** Lets Pulumi copy only what a callback uses of this module, wherever the package is installed. */
export const deploymentOnlyModule = true;

/** What the API's request template makes of a request. */
export interface GreetingRequest {
  /** Who is greeted; "" when the request does not say. */
  readonly name: string;
}

export interface Greeting {
  readonly greeting: string;
}

/** Longest name that is greeted, in characters. */
const MAX_NAME = 100;

/**
 * Greets by name, and the world without one.
 *
 * @throws Error beginning with `[400]`, which the API answers as that status, for a name that is too long.
 */
export async function greeting({ name }: GreetingRequest): Promise<Greeting> {
  const who = name.trim();
  if (who.length > MAX_NAME) throw new Error(`[400] name: allowed are ${MAX_NAME} characters`);
  return { greeting: `Hello, ${who || "World"}!` };
}
