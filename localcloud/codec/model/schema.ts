import { NormalizedSchema } from "@smithy/core/schema";

/** A Smithy shape in the SDK clients' form; the only internal of the SDK that is used. */
export type Schema = NormalizedSchema;

/** A value of a Smithy structure, union or map. */
export type Fields = Record<string, unknown>;

/** The Smithy traits that determine the wire format, see https://smithy.io/2.0/aws/protocols/. */
export type Traits = ReturnType<NormalizedSchema["getMergedTraits"]>;

/** Kinds of schema, by the first item of a schema array. */
export const staticKind = { error: -3, operation: 9 } as const;

/** An exported `X$` of a client module: `[kind, namespace, name, traits, ...parts]`. */
export type StaticShape = readonly [
  kind: number,
  namespace: string,
  name: string,
  traits: unknown,
  ...parts: unknown[],
];

export function isStaticShape(value: unknown): value is StaticShape {
  return (
    Array.isArray(value) &&
    value.length >= 5 &&
    typeof value[0] === "number" &&
    typeof value[2] === "string"
  );
}

export function schemaOf(reference: unknown): Schema {
  // Client modules export their schemas without types; `of` itself refuses anything else.
  return NormalizedSchema.of(reference as Parameters<typeof NormalizedSchema.of>[0]);
}

export type Member = [name: string, member: Schema];

/**
 * Cached, because the SDK creates them at each access, which costs more than reading the value that they describe.
 */
const members = new WeakMap<Schema, readonly Member[]>();
const named = new WeakMap<Schema, ReadonlyMap<string, Schema>>();
const values = new WeakMap<Schema, Schema>();

/** Returns the members of a structure or union in model order; none for the unit shape. */
export function membersOf(schema: Schema): readonly Member[] {
  let known = members.get(schema);
  if (!known) members.set(schema, (known = [...schema.structIterator()]));
  return known;
}

/** Returns a member of a structure or union by its name in the model. */
export function memberOf(schema: Schema, name: string): Schema | undefined {
  let known = named.get(schema);
  if (!known) named.set(schema, (known = new Map(membersOf(schema))));
  return known.get(name);
}

/** Returns the schema of a list's items or a map's values. */
export function valueSchemaOf(schema: Schema): Schema {
  let known = values.get(schema);
  if (!known) values.set(schema, (known = schema.getValueSchema()));
  return known;
}

/** Returns the names of required members: the first ones of a structure, whose number is in its schema. */
export function requiredMembers(schema: Schema): readonly string[] {
  const shape: unknown = schema.getSchema();
  if (!isStaticShape(shape)) return [];
  const [, , , , names, , count] = shape;
  return typeof count === "number" && Array.isArray(names)
    ? (names as string[]).slice(0, count)
    : [];
}

/** Returns the element name of a structure's member in XML and query strings. */
export function memberWireName(name: string, member: Schema): string {
  return member.getMemberTraits().xmlName ?? name;
}

/** Returns the element name inside a list, or of a map's keys and values. */
export function itemWireName(item: Schema, fallback: "member" | "key" | "value"): string {
  return item.getMergedTraits().xmlName ?? fallback;
}

/** Checks whether a member is an event stream, e.g. of InvokeWithResponseStream. */
export function isEventStream(member: Schema): boolean {
  return member.isStreaming() && member.isStructSchema();
}
