import { NormalizedSchema } from "@smithy/core/schema";

/** A Smithy shape as the SDK clients carry it; the one thing that is taken from the SDK's internals. */
export type Schema = NormalizedSchema;

/** A value of a Smithy structure, union or map. */
export type Fields = Record<string, unknown>;

/** The Smithy traits that decide about the wire, see https://smithy.io/2.0/aws/protocols/. */
export type Traits = ReturnType<NormalizedSchema["getMergedTraits"]>;

/** What the first item of a schema array says it is. */
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
  // Client modules export their schemas untyped to us; `of` itself refuses what is not a schema.
  return NormalizedSchema.of(reference as Parameters<typeof NormalizedSchema.of>[0]);
}

type Member = [name: string, member: Schema];

/** The SDK makes these anew whenever they are asked for, which costs more than to read the value they describe. */
const members = new WeakMap<Schema, readonly Member[]>();
const values = new WeakMap<Schema, Schema>();

/** Members of a structure or union in model order; none for the unit shape. */
export function membersOf(schema: Schema): readonly Member[] {
  let known = members.get(schema);
  if (!known) members.set(schema, (known = [...schema.structIterator()]));
  return known;
}

/** What a list or a map holds. */
export function valueSchemaOf(schema: Schema): Schema {
  let known = values.get(schema);
  if (!known) values.set(schema, (known = schema.getValueSchema()));
  return known;
}

/** Names of the members that a caller must send: the first ones of a structure, as its schema counts. */
export function requiredMembers(schema: Schema): readonly string[] {
  const shape: unknown = schema.getSchema();
  if (!isStaticShape(shape)) return [];
  const [, , , , names, , count] = shape;
  return typeof count === "number" && Array.isArray(names)
    ? (names as string[]).slice(0, count)
    : [];
}

/** Element name of a structure's member in XML and query strings. */
export function memberWireName(name: string, member: Schema): string {
  return member.getMemberTraits().xmlName ?? name;
}

/** Element name inside a list, or of the keys and values of a map. */
export function itemWireName(item: Schema, fallback: "member" | "key" | "value"): string {
  return item.getMergedTraits().xmlName ?? fallback;
}

/** True for a member that is a stream of events, e.g. of InvokeWithResponseStream. */
export function isEventStream(member: Schema): boolean {
  return member.isStreaming() && member.isStructSchema();
}
