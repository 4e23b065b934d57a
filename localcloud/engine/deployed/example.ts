/** The part of JSON Schema from which examples are made; `pattern` and `$ref` are not supported. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: string;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** Returns a small value that satisfies a model; the same parameter name gets the same example everywhere. */
export function exampleOf(schema: Schema, name = "value"): unknown {
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const choice = (schema.anyOf ?? schema.oneOf)?.[0];
  if (choice) return exampleOf(choice, name);
  if (schema.allOf) return exampleOf(Object.assign({}, ...schema.allOf) as Schema, name);
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([key]) => !schema.required || schema.required.includes(key))
          .map(([key, property]) => [key, exampleOf(property, key)]),
      );
    case "array":
      return exampleItems(schema, name);
    case "integer":
    case "number":
      return schema.minimum ?? Math.min(1, schema.maximum ?? 1);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return exampleString(schema, name);
  }
}

/** `pageId` -> `page-1`, `message` -> `a-message` */
export function exampleText(name: string): string {
  const id = /^(.+?)Id$/.exec(name);
  if (id) return `${id[1]}-1`;
  return /name$/i.test(name) ? "Ada" : `a ${name}`.replace(/ /g, "-");
}

function exampleItems({ items, minItems = 1 }: Schema, name: string): unknown[] {
  if (!items) return [];
  return Array.from({ length: Math.max(1, minItems) }, () => exampleOf(items, name));
}

/** https://json-schema.org/draft-04/draft-fge-json-schema-validation-00#rfc.section.7.3 */
const FORMATS: Readonly<Record<string, string>> = {
  "date-time": "2026-01-01T00:00:00Z",
  date: "2026-01-01",
  email: "ada@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  uri: "https://example.com/",
  uuid: "00000000-0000-4000-8000-000000000000",
};

function exampleString({ format = "", minLength = 0, maxLength }: Schema, name: string): string {
  return (FORMATS[format] ?? exampleText(name)).padEnd(minLength, "x").slice(0, maxLength);
}
