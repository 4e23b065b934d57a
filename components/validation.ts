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

// Arguments as tables: one row an argument gives its check and its sentence; the names of the rows are those allowed.

/** Where an argument stands, for the error about it. */
export interface ArgumentPlace {
  readonly resource: pulumi.Resource;
  /** Such as `asynchronous.maximumRetryAttempts`. */
  readonly argument: string;
}

/** @throws pulumi.ResourceError for a value that AWS would refuse or that would be silently ignored. */
export type Check = (value: unknown, place: ArgumentPlace) => void;

/** A check for every argument, and for nothing that is none. */
export type Checks<Args> = { readonly [Name in keyof Required<Args>]: Check };

/**
 * Refuses arguments that do not exist, and values that their checks refuse. An argument that is not given has its
 * default; one that must be given is `required`.
 *
 * @param argument where these arguments stand; "" for those of the component.
 */
export function checkArgs<Args extends object>(
  resource: pulumi.Resource,
  args: Args,
  checks: Checks<Args>,
  argument = "",
): void {
  // Whoever writes JavaScript may have left them out.
  if (Object(args) !== args)
    throw argumentError(
      resource,
      argument || "args",
      args,
      `give an object with ${Object.keys(checks).join(", ")}`,
    );
  checkKeys(resource, args, Object.keys(checks), argument);
  for (const [name, check] of Object.entries<Check>(checks)) {
    const value: unknown = Reflect.get(args, name);
    if (value === undefined && !REQUIRED.has(check)) continue;
    check(value, { resource, argument: argument ? `${argument}.${name}` : name });
  }
}

/** Checks that are asked about an argument that is not given, too. */
const REQUIRED = new WeakSet<Check>();

/** An argument without a default. */
export function required(check: Check): Check {
  const asked: Check = (value, place) => check(value, place);
  REQUIRED.add(asked);
  return asked;
}

/** A whole number in a range, which includes both ends. */
export function integer(range: readonly [number, number], unit: string): Check {
  return (value, { resource, argument }) => checkInteger(resource, argument, value, range, unit);
}

export function oneOf(allowed: readonly unknown[]): Check {
  return (value, { resource, argument }) => checkOneOf(resource, argument, value, allowed);
}

export const boolean = oneOf([true, false]);

/** A text of a form; `allowed` says which, as the end of a sentence. */
export function text(form: RegExp | ((value: string) => boolean), allowed: string): Check {
  const isGood = form instanceof RegExp ? (value: string) => form.test(value) : form;
  return (value, { resource, argument }) => {
    if (typeof value === "string" && isGood(value)) return;
    throw argumentError(resource, argument, value, allowed);
  };
}

/** A text of at most so many characters. */
export function textUpTo(most: number): Check {
  return (value, { resource, argument }) => {
    if (typeof value === "string" && value.length <= most) return;
    const given = typeof value === "string" ? `${value.length} characters` : typeof value;
    throw describedError(resource, argument, given, `allowed are ${most} characters`);
  };
}

/** A function of the caller's. */
export const fn: Check = (value, { resource, argument }) => {
  if (typeof value !== "function")
    throw describedError(resource, argument, typeof value, "give a function");
};

/** An object with arguments of its own. */
export function object<Args extends object>(checks: Checks<Args>): Check {
  return (value, { resource, argument }) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw argumentError(
        resource,
        argument,
        value,
        `give an object with ${Object.keys(checks).join(", ")}`,
      );
    checkArgs(resource, value as Args, checks, argument);
  };
}

/** An object, whatever is in it. */
export const isObject: Check = (value, { resource, argument }) => {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw argumentError(resource, argument, value, "give an object");
};

/** An object whose values each meet a check. */
export function record(item: Check): Check {
  return (value, place) => {
    isObject(value, place);
    for (const [key, one] of Object.entries(value as object))
      item(one, { ...place, argument: `${place.argument}.${key}` });
  };
}

/** A list whose items each meet a check. */
export function list(item: Check): Check {
  return (value, { resource, argument }) => {
    if (!Array.isArray(value)) throw argumentError(resource, argument, value, "give a list");
    value.forEach((one: unknown, index) =>
      item(one, { resource, argument: `${argument}[${index}]` }),
    );
  };
}

/** A value that its type tells, or that is checked with others: there is no rule for it alone. */
export const anything: Check = () => undefined;
