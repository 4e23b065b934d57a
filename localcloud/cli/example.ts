/** The part of JSON Schema that says what an example may look like. */
interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
}

/** A small value that satisfies a model; the same parameter name gets the same example everywhere. */
export function exampleOf(schema: Schema, name = "value"): unknown {
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([key]) => !schema.required || schema.required.includes(key))
          .map(([key, property]) => [key, exampleOf(property, key)]),
      );
    case "array":
      return schema.items ? [exampleOf(schema.items, name)] : [];
    case "integer":
    case "number":
      return schema.minimum ?? 1;
    case "boolean":
      return true;
    default:
      return exampleText(name);
  }
}

/** `pageId` -> `page-1`, `message` -> `a message` */
export function exampleText(name: string): string {
  const id = /^(.+?)Id$/.exec(name);
  if (id) return `${id[1]}-1`;
  return /name$/i.test(name) ? "Ada" : `a ${name}`.replace(/ /g, "-");
}
