export const deploymentOnlyModule = true;

/** The logic alone: its unit tests are the first level. */
export function greetingFor(name: string): string {
  return `Hello, ${name.trim() || "World"}!`;
}
