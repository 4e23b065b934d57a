export const deploymentOnlyModule = true;

/** Value of a parameter for the image that is rolling while none is. */
export const NO_ROLLING_IMAGE = "none";

/**
 * Milliseconds after which an image no longer counts as rolling. A deployment may wait a long time for room or for
 * healthy tasks, but one that never ends must not keep the pin from the program for ever.
 */
const ROLLING_LIFE = 24 * 3600_000;

/**
 * Returns the name of the parameter for the image that is rolling, beside the container's pin. Unlike the name of a
 * parameter, that of a container has no dot, so no container's pin has this name.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
export function rollingName(container: string): string {
  return `${container}.rolling`;
}

/** `acme/web:1.1 until 2026-01-02T00:00:00.000Z` */
export function formatRollingImage(image: string, now: number): string {
  return `${image} until ${new Date(now + ROLLING_LIFE).toISOString()}`;
}

/** Returns the image of such a value; undefined if none is rolling, or if its time is over. */
export function parseRollingImage(value: string | undefined, now: number): string | undefined {
  const [image, until = ""] = (value ?? "").split(" until ");
  return Date.parse(until) > now ? image : undefined;
}
