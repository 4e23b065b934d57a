import type * as pulumi from "@pulumi/pulumi";
import { argumentError } from "../../validation";

/** One attribute of an item: how clients send it, and how DynamoDB stores it. */
export type AttributeSchema = StringAttribute | NumberAttribute | BooleanAttribute;

interface CommonAttribute {
  /** Clients may leave it out. Default false. */
  optional?: boolean;
}

export interface StringAttribute extends CommonAttribute {
  type: "string";
  /** Characters. Default 1. */
  minLength?: number;
  /** Characters, at most 100 000. Default 1 024. */
  maxLength?: number;
  /** The only values that are accepted. */
  enum?: string[];
}

export interface NumberAttribute extends CommonAttribute {
  type: "number" | "integer";
  minimum?: number;
  maximum?: number;
}

export interface BooleanAttribute extends CommonAttribute {
  type: "boolean";
}

/** The attributes that clients send, by name. */
export type ItemSchema = Record<string, AttributeSchema>;

/** Returns an attribute of a schema. The schema is already checked to contain it. */
export function attributeOf(schema: ItemSchema, name: string): AttributeSchema {
  const attribute = schema[name];
  if (!attribute) throw new Error(`attributes has no '${name}'`);
  return attribute;
}

/**
 * Returns DynamoDB's letter for a type:
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 */
export function storedType({ type }: AttributeSchema): "S" | "N" | "BOOL" {
  if (type === "string") return "S";
  return type === "boolean" ? "BOOL" : "N";
}

/** Returns the model with which API Gateway validates bodies (JSON Schema draft 4). */
export function requestModel(title: string, schema: ItemSchema, names: readonly string[]): object {
  return {
    $schema: "http://json-schema.org/draft-04/schema#",
    title,
    type: "object",
    properties: Object.fromEntries(
      names.map((name) => [name, propertySchema(attributeOf(schema, name))]),
    ),
    required: names.filter((name) => !attributeOf(schema, name).optional),
    additionalProperties: false,
  };
}

function propertySchema(attribute: AttributeSchema): object {
  if (attribute.type === "boolean") return { type: "boolean" };
  if (attribute.type !== "string")
    return { type: attribute.type, minimum: attribute.minimum, maximum: attribute.maximum };
  return {
    type: "string",
    minLength: attribute.minLength ?? 1,
    maxLength: attribute.maxLength ?? 1024,
    enum: attribute.enum,
    // Half of a surrogate pair is not a character: DynamoDB stores UTF-8 and would change it silently.
    pattern: "^[^\\uD800-\\uDFFF]*$",
  };
}

/** Names that VTL references and DynamoDB expressions accept without escaping. */
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** Refuses attributes that templates could not name or a model could not express. */
export function checkItemSchema(resource: pulumi.Resource, schema: ItemSchema): void {
  for (const [name, attribute] of Object.entries(schema)) {
    const argument = `attributes.${name}`;
    if (!NAME.test(name))
      throw argumentError(
        resource,
        "attributes",
        name,
        "allowed are names of at most 64 letters, digits and _, beginning with a letter",
      );
    if (!["string", "number", "integer", "boolean"].includes(attribute.type))
      throw argumentError(
        resource,
        `${argument}.type`,
        attribute.type,
        "allowed are string, number, integer and boolean",
      );
    if (attribute.type === "string") checkLengths(resource, argument, attribute);
  }
}

function checkLengths(
  resource: pulumi.Resource,
  argument: string,
  attribute: StringAttribute,
): void {
  const { minLength = 1, maxLength = 1024 } = attribute;
  // An item holds 400 KB and a character takes up to 4 bytes:
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
  if (!Number.isInteger(maxLength) || maxLength < 1 || maxLength > 100_000)
    throw argumentError(
      resource,
      `${argument}.maxLength`,
      maxLength,
      "allowed are 1 to 100000 characters",
    );
  if (!Number.isInteger(minLength) || minLength < 0 || minLength > maxLength)
    throw argumentError(
      resource,
      `${argument}.minLength`,
      minLength,
      `allowed are 0 to maxLength (${maxLength}) characters`,
    );
}
