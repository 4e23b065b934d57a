export const deploymentOnlyModule = true;

export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error when the variable is not set: the program that deploys the function sets all of them. */
export function required(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}
