import { membersOf, type Fields, type Schema } from "../../codec/model/schema";
import type { Properties } from "../types";
import { tagForm } from "../../entities/tags";

/** Exceptions where Pulumi's property names, or the forms of values, do not follow the rule for the API's. */
export interface Naming {
  /** API member, at any depth -> property. */
  readonly names?: Readonly<Record<string, string>>;
  /** API member, at any depth -> conversion of its value. */
  readonly forms?: Readonly<Record<string, Form>>;
}

export interface Form {
  toWire(value: never): unknown;
  fromWire(value: never): unknown;
}

/** `ScheduleExpression` -> `scheduleExpression`, `ARN` -> `arn`, `EnableECSManagedTags` -> `enableEcsManagedTags`. */
export function propertyName(member: string, { names }: Naming): string {
  const words = member.replace(
    /([A-Z])([A-Z]+)(?=[A-Z][a-z]|\d|$)/g,
    (_, head: string, tail: string) => head + tail.toLowerCase(),
  );
  return names?.[member] ?? words[0].toLowerCase() + words.slice(1);
}

/** Converts the properties for which a structure has members. */
export function toWire(schema: Schema, properties: Properties, naming: Naming): Fields {
  const wire: Fields = {};
  for (const [member, shape] of membersOf(schema)) {
    const value = properties[propertyName(member, naming)];
    if (value === undefined || value === null) continue;
    const form = naming.forms?.[member];
    wire[member] = form ? form.toWire(value as never) : valueToWire(shape, value, naming);
  }
  const tags = tagForm(schema);
  if (tags && properties.tags) wire[tags.member] = tags.write(Object.entries(properties.tags));
  return wire;
}

function valueToWire(shape: Schema, value: unknown, naming: Naming): unknown {
  if (shape.isStructSchema()) return toWire(shape, value as Properties, naming);
  if (shape.isListSchema())
    return [value].flat().map((item) => valueToWire(shape.getValueSchema(), item, naming));
  if (shape.isTimestampSchema()) return new Date(String(value));
  if (shape.isBlobSchema()) return Buffer.from(String(value), "base64");
  return shape.isStringSchema() ? String(value) : value;
}

/** Converts every member of the structure to a property; one that AWS left out becomes undefined. */
export function fromWire(schema: Schema, fields: Fields, naming: Naming): Properties {
  const properties: Properties = {};
  for (const [member, shape] of membersOf(schema)) {
    const value = fields[member];
    const form = naming.forms?.[member];
    properties[propertyName(member, naming)] =
      value === undefined || value === null
        ? undefined
        : form
          ? form.fromWire(value as never)
          : valueFromWire(shape, value, naming);
  }
  return properties;
}

function valueFromWire(shape: Schema, value: unknown, naming: Naming): unknown {
  if (shape.isStructSchema()) return withoutUndefined(fromWire(shape, value as Fields, naming));
  if (shape.isListSchema())
    return (value as unknown[]).map((item) => valueFromWire(shape.getValueSchema(), item, naming));
  if (value instanceof Date) return value.toISOString().replace(".000Z", "Z");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return value;
}

function withoutUndefined(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
