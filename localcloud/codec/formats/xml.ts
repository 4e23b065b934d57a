import { checkDepth, malformed } from "../malformed";
import { readText, writeText } from "./scalars";
import { type Fields, itemWireName, membersOf, memberWireName, type Schema } from "../model/schema";
import type { XmlElement } from "./xmlReader";

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/**
 * Escapes text for an element or attribute; line ends become references, because XML parsers change them otherwise.
 */
export function escapeXml(text: string): string {
  return text.replace(
    /[&<>"'\r\n\u0085\u2028]/g,
    (character) =>
      escapes[character] ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`,
  );
}

/** Writes attributes and child elements of a structure; `includes` selects its members (all by default). */
export function writeXmlMembers(
  schema: Schema,
  value: object,
  includes: (member: Schema) => boolean = () => true,
): { attributes: string; content: string } {
  const fields = value as Fields;
  let attributes = writeNamespace(schema);
  let content = "";
  for (const [name, member] of membersOf(schema)) {
    const field = fields[name];
    if (field === undefined || field === null || !includes(member)) continue;
    const wireName = memberWireName(name, member);
    if (member.getMergedTraits().xmlAttribute)
      attributes += ` ${wireName}="${escapeXml(writeText(member, field, "date-time"))}"`;
    else content += writeXml(member, field, wireName);
  }
  return { attributes, content };
}

/** Writes a value as elements named `name`: one, or one per item if the schema flattens it. */
export function writeXml(schema: Schema, value: unknown, name: string): string {
  if (schema.isStructSchema()) {
    const { attributes, content } = writeXmlMembers(schema, value as object);
    return `<${name}${attributes}>${content}</${name}>`;
  }
  const flat = Boolean(schema.getMergedTraits().xmlFlattened);
  const wrap = (items: string): string => (flat ? items : `<${name}>${items}</${name}>`);
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const itemName = flat ? name : itemWireName(item, "member");
    return wrap((value as readonly unknown[]).map((e) => writeXml(item, e, itemName)).join(""));
  }
  if (schema.isMapSchema()) {
    const keyName = itemWireName(schema.getKeySchema(), "key");
    const item = schema.getValueSchema();
    const itemName = itemWireName(item, "value");
    const entryName = flat ? name : "entry";
    const entries = Object.entries(value as Fields).map(
      ([key, entry]) =>
        `<${entryName}><${keyName}>${escapeXml(key)}</${keyName}>` +
        `${writeXml(item, entry, itemName)}</${entryName}>`,
    );
    return wrap(entries.join(""));
  }
  return `<${name}>${escapeXml(writeText(schema, value, "date-time"))}</${name}>`;
}

/** Reads a shape's value from the elements with its name; there can be several only if it is flattened. */
export function readXml(schema: Schema, elements: readonly XmlElement[], depth = 0): unknown {
  checkDepth(depth);
  const [element] = elements;
  if (schema.isStructSchema()) return readXmlMembers(schema, element, depth);
  const flat = Boolean(schema.getMergedTraits().xmlFlattened);
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const itemName = itemWireName(item, "member");
    const items = flat ? elements : element.children.filter(({ name }) => name === itemName);
    return items.map((child) => readXml(item, [child], depth + 1));
  }
  if (schema.isMapSchema()) {
    const entries = flat ? elements : element.children.filter(({ name }) => name === "entry");
    return Object.fromEntries(entries.map((entry) => readXmlEntry(schema, entry, depth)));
  }
  return readText(schema, element.text);
}

function readXmlMembers(schema: Schema, element: XmlElement, depth: number): Fields {
  const fields: Fields = {};
  for (const [name, member] of membersOf(schema)) {
    const wireName = memberWireName(name, member);
    if (member.getMergedTraits().xmlAttribute) {
      const attribute = element.attributes.get(wireName);
      if (attribute !== undefined) fields[name] = readText(member, attribute);
      continue;
    }
    const children = element.children.filter((child) => child.name === wireName);
    if (children.length > 0) fields[name] = readXml(member, children, depth + 1);
  }
  return fields;
}

function readXmlEntry(schema: Schema, entry: XmlElement, depth: number): [string, unknown] {
  const keyName = itemWireName(schema.getKeySchema(), "key");
  const item = schema.getValueSchema();
  const itemName = itemWireName(item, "value");
  const key = entry.children.find(({ name }) => name === keyName);
  const value = entry.children.find(({ name }) => name === itemName);
  if (!key || !value)
    throw malformed(`Malformed XML: a map entry without ${keyName} and ${itemName}.`);
  return [key.text, readXml(item, [value], depth + 1)];
}

function writeNamespace(schema: Schema): string {
  // The trait is [prefix, uri]; in the SDK's types it is only a list.
  const namespace: unknown = schema.getMergedTraits().xmlNamespace;
  if (!Array.isArray(namespace)) return "";
  const [prefix, uri] = namespace as unknown[];
  return ` xmlns${prefix ? `:${String(prefix)}` : ""}="${escapeXml(String(uri))}"`;
}
