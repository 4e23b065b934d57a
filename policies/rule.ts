/** A resource as the policy pack sees it: its inputs before a deployment, its outputs after one. */
export interface PolicyResource {
  /** Pulumi type, such as `aws:sqs/queue:Queue`. */
  readonly type: string;
  /** The logical name, without the parents'. */
  readonly name: string;
  readonly urn: string;
  /** URN of the parent; empty for a child of the stack itself. */
  readonly parent: string;
  /** Properties; UNKNOWN for each value that a preview does not know yet. */
  readonly props: Readonly<Record<string, unknown>>;
  readonly deleteBeforeReplace?: boolean;
  /** URNs of the resources that each top-level property was made from: known even if its value is not. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
}

interface RuleText {
  /**
   * Ids in cdk-nag (AwsSolutions-*, Serverless-*) and Checkov (CKV*), or this pack's own (AwsCallbacks-*); the first is
   * its name.
   */
  readonly ids: readonly [string, ...string[]];
  /** What is required, why, and how to fix a violation: one sentence. */
  readonly requires: string;
  /** Types of the resources that it checks. */
  readonly types: readonly string[];
}

/** A rule that needs one resource only: it is checked before the resource is created. */
export interface ResourceRule extends RuleText {
  /** Returns what is wrong with the resource, one text for each finding. */
  check(resource: PolicyResource): string[];
}

/** A rule about a resource and related ones: it is checked when all of them are known. */
export interface StackRule extends RuleText {
  checkInStack(resource: PolicyResource, stack: Stack): string[];
}

export type Rule = ResourceRule | StackRule;

/** A value that is known only after the deployment. */
export const UNKNOWN: unique symbol = Symbol("unknown until deployed");

/** Thrown by a rule that needs an unknown value, so that it neither passes nor fails. */
export class Undecided extends Error {
  constructor(
    readonly resource: PolicyResource,
    readonly path: string,
  ) {
    super(`${path} of ${resource.name} is not known before the deployment`);
  }
}

/**
 * Returns the value at a path such as `settings.loggingLevel`; undefined if there is none.
 *
 * @throws Undecided
 */
export function get(resource: PolicyResource, path: string): unknown {
  const value = peek(resource, path);
  if (value === UNKNOWN) throw new Undecided(resource, path);
  return value;
}

/** Checks whether a path has a value, known or not; false, 0, "" and empty lists do not count. */
export function isGiven(resource: PolicyResource, path: string): boolean {
  const value = peek(resource, path);
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

/**
 * Returns the list at a path; a single value becomes a list of one.
 *
 * @throws Undecided
 */
export function list(resource: PolicyResource, path: string): unknown[] {
  const value = get(resource, path);
  if (value === undefined) return [];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  if (values.includes(UNKNOWN)) throw new Undecided(resource, path);
  return values;
}

function peek(resource: PolicyResource, path: string): unknown {
  let value: unknown = resource.props;
  for (const key of path.split(".")) {
    if (value === UNKNOWN) return UNKNOWN;
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value ?? undefined;
}

/** Properties that identify a resource at AWS, for references that are literal texts. */
const IDENTIFIERS = ["arn", "bucket", "id", "name", "stageName", "url"];

/** The resources of one stack and their references to each other. */
export class Stack {
  constructor(readonly resources: readonly PolicyResource[]) {}

  ofType(type: string): PolicyResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** Returns the resources of a type with a property that refers to this resource, such as the policies of a queue. */
  referring(resource: PolicyResource, type: string, property: string): PolicyResource[] {
    return this.ofType(type).filter((other) => refers(other, property, resource));
  }

  /** Returns the resource of a type that a property refers to; undefined if it is not part of this stack. */
  referred(resource: PolicyResource, property: string, type: string): PolicyResource | undefined {
    return this.ofType(type).find((other) => refers(resource, property, other));
  }
}

function refers(from: PolicyResource, property: string, to: PolicyResource): boolean {
  const sources = from.sources[property] ?? [];
  if (sources.length > 0) return sources.includes(to.urn);
  const identifiers = IDENTIFIERS.map((key) => to.props[key]).filter(
    (value): value is string => typeof value === "string" && value !== "",
  );
  return texts(from.props[property]).some((text) =>
    identifiers.some((id) => text === id || (id.startsWith("arn:") && text.includes(`"${id}"`))),
  );
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(texts);
}

/** Inputs of a resource, or part of them. */
export type Block = Readonly<Record<string, unknown>>;

/** Returns a value as a block; anything that is not an object becomes an empty one. */
export function asBlock(value: unknown): Block {
  return Object(value ?? {}) as Block;
}

/** Returns a value as text; `absent` if it is not given. */
export function textOf(value: unknown, absent = ""): string {
  if (value === undefined || value === null) return absent;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
