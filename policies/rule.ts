/** A resource as a policy pack sees it: its inputs before a deployment, its outputs at the end of one. */
export interface PolicyResource {
  /** Such as `aws:sqs/queue:Queue`. */
  readonly type: string;
  /** The logical name, without the parents'. */
  readonly name: string;
  readonly urn: string;
  /** URN of the parent; empty for the stack itself. */
  readonly parent: string;
  /** UNKNOWN stands wherever a preview cannot know the value yet. */
  readonly props: Readonly<Record<string, unknown>>;
  readonly deleteBeforeReplace?: boolean;
  /** URNs of the resources that each top-level property was made from: known even where the value is not. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
}

interface RuleText {
  /** Ids in cdk-nag (AwsSolutions-*, Serverless-*) and Checkov (CKV*), or of our own (AwsCallbacks-*); the first names it. */
  readonly ids: readonly [string, ...string[]];
  /** What must hold, why, and how to mend it: one sentence. */
  readonly requires: string;
  /** Types of the resources that it looks at. */
  readonly types: readonly string[];
}

/** A rule that one resource satisfies by itself: it is decided before the resource is created. */
export interface ResourceRule extends RuleText {
  /** What is wrong with the resource, a text for each finding. */
  check(resource: PolicyResource): string[];
}

/** A rule about a resource and those around it: it is decided when all are known. */
export interface StackRule extends RuleText {
  checkInStack(resource: PolicyResource, stack: Stack): string[];
}

export type Rule = ResourceRule | StackRule;

/** A value that only the deployment will know. */
export const UNKNOWN: unique symbol = Symbol("unknown until deployed");

/** Thrown by a rule that would need an unknown value: it says neither yes nor no. */
export class Undecided extends Error {
  constructor(
    readonly resource: PolicyResource,
    readonly path: string,
  ) {
    super(`${path} of ${resource.name} is not known before the deployment`);
  }
}

/**
 * The value at a path such as `settings.loggingLevel`; undefined where there is none.
 *
 * @throws Undecided
 */
export function get(resource: PolicyResource, path: string): unknown {
  const value = peek(resource, path);
  if (value === UNKNOWN) throw new Undecided(resource, path);
  return value;
}

/** Whether there is anything at a path, known or not; false, 0, "" and empty lists are nothing. */
export function isGiven(resource: PolicyResource, path: string): boolean {
  const value = peek(resource, path);
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

/**
 * The list at a path; one value is a list of one.
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

/** What AWS knows a resource by, for references that were written by hand. */
const IDENTIFIERS = ["arn", "bucket", "id", "name", "stageName", "url"];

/** The resources of one stack and how they refer to one another. */
export class Stack {
  constructor(readonly resources: readonly PolicyResource[]) {}

  ofType(type: string): PolicyResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The resources of a type one of whose properties names this resource, such as the policies of a queue. */
  referring(resource: PolicyResource, type: string, property: string): PolicyResource[] {
    return this.ofType(type).filter((other) => refers(other, property, resource));
  }

  /** The resource of a type that a property names; undefined when it is not of this stack. */
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

/** Inputs of a resource, or a part of them. */
export type Block = Readonly<Record<string, unknown>>;

/** A value as a block to look into; what is none has no members. */
export function asBlock(value: unknown): Block {
  return Object(value ?? {}) as Block;
}

/** A value as text; `absent` where it is not given. */
export function textOf(value: unknown, absent = ""): string {
  if (value === undefined || value === null) return absent;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
