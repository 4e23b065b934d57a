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

/** Members of a structure or union in model order; none for the unit shape. */
export function membersOf(schema: Schema): Iterable<[name: string, member: Schema]> {
  return schema.structIterator();
}

/** Names of the members that a caller must send: the first ones of a structure, as its schema counts. */
export function requiredMembers(schema: Schema): readonly string[] {
  const shape: unknown = schema.getSchema();
  if (!isStaticShape(shape)) return [];
  const [, , , , names, , count] = shape;
  return typeof count === "number" && Array.isArray(names) ? names.slice(0, count) : [];
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
