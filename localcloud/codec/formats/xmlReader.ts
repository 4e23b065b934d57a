import { checkDepth, malformed } from "../malformed";

/** An element: its local name (without the prefix), attributes, child elements and text. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const entities: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** One token at a time: CDATA, comment, instruction, end tag, start tag (with attributes) or text. */
const token = new RegExp(
  [
    String.raw`<!\[CDATA\[(?<cdata>[^]*?)\]\]>`,
    String.raw`<!--[^]*?-->`,
    String.raw`<\?[^]*?\?>`,
    String.raw`<\/(?<end>[^\s<>/]+)\s*>`,
    String.raw`<(?<start>[^\s<>/!?=]+)(?<attributes>(?:\s+[^\s<>/=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/?)>`,
    String.raw`(?<text>[^<]+)`,
  ].join("|"),
  "y",
);

interface Open {
  readonly qualifiedName: string;
  readonly element: XmlElement;
}

/**
 * Returns the root element of a document. Throws SerializationException if it is not well-formed, and for document
 * type declarations, whose entities are an attack vector.
 */
export function parseXml(text: string): XmlElement {
  const document: XmlElement = { name: "", attributes: new Map(), children: [], text: "" };
  const open: Open[] = [{ qualifiedName: "", element: document }];
  for (const groups of tokens(text)) {
    const top = open[open.length - 1];
    if (groups.cdata !== undefined) top.element.text += groups.cdata;
    else if (groups.text !== undefined) top.element.text += expandEntities(groups.text);
    else if (groups.end !== undefined) {
      if (top.qualifiedName !== groups.end) throw malformed(`Malformed XML at </${groups.end}>.`);
      open.pop();
    } else if (groups.start !== undefined) {
      const element = startElement(groups.start, groups.attributes ?? "");
      top.element.children.push(element);
      if (groups.empty !== "/") open.push({ qualifiedName: groups.start, element });
      checkDepth(open.length);
    }
  }
  if (open.length !== 1 || document.children.length !== 1 || document.text.trim() !== "")
    throw malformed("Malformed XML: one closed root element was expected.");
  return document.children[0];
}

function* tokens(text: string): Generator<Partial<Record<string, string>>> {
  token.lastIndex = 0;
  for (let at = 0; at < text.length;) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) throw malformed(`Malformed XML at character ${at}.`);
    at = token.lastIndex;
    yield match.groups ?? {};
  }
}

function startElement(qualifiedName: string, attributes: string): XmlElement {
  const pairs = [...attributes.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
  return {
    name: qualifiedName.slice(qualifiedName.indexOf(":") + 1),
    attributes: new Map(pairs.map(([, name, a, b]) => [name, expandEntities(a ?? b)])),
    children: [],
    text: "",
  };
}

function expandEntities(text: string): string {
  return text.replace(/&([^;&]*);?/g, (reference, name: string) => {
    if (!reference.endsWith(";")) throw malformed("Malformed XML: a bare ampersand.");
    const character = entities.get(name) ?? numbered(name);
    if (character === undefined) throw malformed(`Malformed XML: unknown entity ${name}.`);
    return character;
  });
}

/** Returns the character of `#65` or `#x41`. */
function numbered(name: string): string | undefined {
  const [, hex, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name) ?? [];
  const code = hex === undefined ? Number(decimal ?? NaN) : parseInt(hex, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
