import * as pulumi from "@pulumi/pulumi";

/**
 * Returns the error for a wrong argument: shown for the resource, at preview, without a stack.
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
  return describedError(resource, argument, shown(given), allowed);
}

/** Returns a value as JSON, with words for what JSON has no form for; never the value of an Output. */
function shown(value: unknown): string {
  const words = wordsFor(value);
  if (words !== undefined) return words;
  // JSON calls `toJSON` before the replacer, which finds the original in its object.
  const replacer = function (this: object, key: string, converted: unknown): unknown {
    return wordsFor(Reflect.get(this, key)) ?? converted;
  };
  try {
    return JSON.stringify(value, replacer) ?? typeof value;
  } catch {
    return "an object that contains itself";
  }
}

function wordsFor(value: unknown): string | undefined {
  if (pulumi.Output.isInstance(value)) return "an Output";
  if (value instanceof Promise) return "a promise";
  const isSpecialNumber = typeof value === "number" && !Number.isFinite(value);
  return isSpecialNumber || typeof value === "bigint" ? String(value) : undefined;
}

/** Like argumentError, for a value that is described instead of shown: a secret, or something large. */
export function describedError(
  resource: pulumi.Resource | undefined,
  argument: string,
  description: string,
  allowed: string,
): pulumi.ResourceError {
  return new pulumi.ResourceError(`${argument}: given ${description}; ${allowed}.`, resource, true);
}

/** Refuses an unknown argument: a typing mistake would otherwise be ignored. Names the page of the component. */
export function checkKeys(
  resource: pulumi.Resource,
  args: object,
  allowed: readonly string[],
  argument = "",
): void {
  for (const key of Object.keys(args)) {
    if (allowed.includes(key)) continue;
    const where = argument ? `${argument}.${key}` : key;
    const names = `allowed names are ${allowed.join(", ")}`;
    const page = docsPage(resource);
    throw argumentError(resource, where, key, page ? `${names}; see ${page}` : names);
  }
}

/** Components that are explained on the page of another one. */
const EXPLAINED_WITH: Readonly<Record<string, string>> = {
  ApiAccount: "DynamoProxy",
  CommentsDynamoProxy: "DynamoProxy",
};

/** Returns the page of this package about a component; undefined for the resources of others. */
function docsPage(resource: pulumi.Resource): string | undefined {
  const type = String(Reflect.get(resource, "__pulumiType"));
  const [, name] = /^aws-callbacks:index:(\w+)$/.exec(type) ?? [];
  if (name === undefined) return undefined;
  const words = (EXPLAINED_WITH[name] ?? name).replace(/(?<=[a-z])[A-Z]/g, "-$&");
  return `docs/components/${words.toLowerCase()}.md`;
}

/** Checks for a value that may only be known during the deployment. */
export function isLater(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/** Refuses a number outside a range, or with a fraction. Undefined is allowed: a default applies. */
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

/** Refuses a value that is not in a list. Undefined is allowed: a default applies. */
export function checkOneOf(
  resource: pulumi.Resource,
  argument: string,
  value: unknown,
  allowed: readonly unknown[],
): void {
  if (value === undefined || allowed.includes(value)) return;
  throw argumentError(resource, argument, value, `allowed are ${allowed.join(", ")}`);
}

// Arguments as tables: the row of each argument gives its check and its message; other names are refused.

/** An argument and its resource, for the error about it. */
export interface ArgumentPlace {
  readonly resource: pulumi.Resource;
  /** Path of the argument, such as `asynchronous.maximumRetryAttempts`. */
  readonly argument: string;
}

/** @throws pulumi.ResourceError for a value that AWS would refuse or that would be silently ignored. */
export type Check = (value: unknown, place: ArgumentPlace) => void;

/** A check for every argument, and for no other name. */
export type Checks<Args> = { readonly [Name in keyof Required<Args>]: Check };

/**
 * Refuses unknown arguments, and values that their checks refuse. An argument that is not given gets its default,
 * unless it is `required`.
 *
 * @param argument path of these arguments; "" for those of the component.
 */
export function checkArgs<Args extends object>(
  resource: pulumi.Resource,
  args: Args,
  checks: Checks<Args>,
  argument = "",
): void {
  // JavaScript may have left them out.
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

/** Checks that also run if the argument is not given. */
const REQUIRED = new WeakSet<Check>();

/** Makes a check for an argument without a default. */
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

/** A text of a form; `allowed` describes it, as the end of a sentence. */
export function text(form: RegExp | ((value: string) => boolean), allowed: string): Check {
  const isGood = form instanceof RegExp ? (value: string) => form.test(value) : form;
  return (value, { resource, argument }) => {
    if (typeof value === "string" && isGood(value)) return;
    throw argumentError(resource, argument, value, allowed);
  };
}

/** A text with a maximum number of characters. */
export function textUpTo(most: number): Check {
  return (value, { resource, argument }) => {
    if (typeof value === "string" && value.length <= most) return;
    const given = typeof value === "string" ? `${value.length} characters` : typeof value;
    throw describedError(resource, argument, given, `allowed are ${most} characters`);
  };
}

/** Any function. */
export const fn: Check = (value, { resource, argument }) => {
  if (typeof value !== "function")
    throw describedError(resource, argument, typeof value, "give a function");
};

/** A function that must answer at once: a promise, which counts as true, would be taken for its answer. */
export const immediate: Check = (value, place) => {
  fn(value, place);
  if (Object.prototype.toString.call(value) === "[object Function]") return;
  const allowed = "give a plain function that returns its answer, without async";
  throw describedError(place.resource, place.argument, "an async function", allowed);
};

/** An object with its own arguments. */
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

/** Any object. */
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

/** Accepts any value: its type is enough, or it is checked in combination with others. */
export const anything: Check = () => undefined;

/** Checks an argument that is a resource or a name, which may not be known yet. */
export function checkNamed(
  self: pulumi.Resource,
  argument: string,
  value: unknown,
  isResource: (value: unknown) => boolean,
): void {
  const isText = typeof value === "string" && value !== "";
  if (isText || isResource(value) || pulumi.Output.isInstance(value) || value instanceof Promise)
    return;
  const allowed = `give the ${argument.split(".").at(-1)} or its name`;
  throw typeof value === "object" && value !== null
    ? describedError(self, argument, "an object", allowed)
    : argumentError(self, argument, value, allowed);
}
