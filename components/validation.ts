import * as pulumi from "@pulumi/pulumi";

/**
 * The error for a wrong argument: shown against the resource, at preview, without a stack.
 *
 * @param given the value itself; see describedError for one that must not be shown.
 * @param allowed what would be accepted, and what to do.
 */
export function argumentError(
  resource: pulumi.Resource | undefined,
  argument: string,
  given: unknown,
  allowed: string,
): pulumi.ResourceError {
  return describedError(resource, argument, JSON.stringify(given) ?? typeof given, allowed);
}

/** The same for a value that is described instead of shown: a secret, or something large. */
export function describedError(
  resource: pulumi.Resource | undefined,
  argument: string,
  description: string,
  allowed: string,
): pulumi.ResourceError {
  return new pulumi.ResourceError(`${argument}: given ${description}; ${allowed}.`, resource, true);
}

/** Refuses an argument that does not exist: a typing mistake would otherwise be ignored. */
export function checkKeys(
  resource: pulumi.Resource,
  args: object,
  allowed: readonly string[],
  argument = "",
): void {
  for (const key of Object.keys(args)) {
    if (allowed.includes(key)) continue;
    const where = argument ? `${argument}.${key}` : key;
    throw argumentError(resource, where, key, `allowed names are ${allowed.join(", ")}`);
  }
}

/** Refuses a number outside a range, or with a fraction. Absent is fine: a default applies. */
export function checkInteger(
  resource: pulumi.Resource,
  argument: string,
  value: unknown,
  [least, most]: readonly [number, number],
  unit: string,
): void {
  if (value === undefined) return;
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most)
    return;
  const allowed = `allowed are whole ${unit} from ${least} to ${most}`;
  throw argumentError(resource, argument, value, allowed);
}

/** Refuses a value that is not in a list. Absent is fine: a default applies. */
export function checkOneOf(
  resource: pulumi.Resource,
  argument: string,
  value: unknown,
  allowed: readonly unknown[],
): void {
  if (value === undefined || allowed.includes(value)) return;
  throw argumentError(resource, argument, value, `allowed are ${allowed.join(", ")}`);
}
