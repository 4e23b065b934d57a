export const deploymentOnlyModule = true;

/**
 * Parses the value in a parameter's text.
 *
 * @throws Error with instructions when somebody edited the parameter manually.
 */
export function readParameterText<Value>(
  name: string,
  text: string,
  isValue: (value: unknown) => value is Value,
): Value {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (isValue(value)) return value;
  throw new Error(
    `Parameter ${name} was edited by hand and is not valid any more. Put an earlier value back, which ` +
      `'aws ssm get-parameter-history --name ${name}' shows.`,
  );
}

/** Checks whether a value has members of these names that are strings. */
export function hasTexts(value: unknown, ...names: readonly string[]): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return names.every((name) => typeof Reflect.get(value, name) === "string");
}
