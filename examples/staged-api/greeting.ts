export const deploymentOnlyModule = true;

/** The logic by itself: its unit tests are the first level. */
export function greetingFor(name: string): string {
  return `Hello, ${name.trim() || "World"}!`;
}
