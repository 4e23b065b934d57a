import { checkDepth, malformed } from "../malformed";
import { readText } from "./scalars";
import { type Fields, itemWireName, membersOf, memberWireName, type Schema } from "../model/schema";
import { writeXmlMembers } from "./xml";

/** The two query protocols, whose names differ: EC2 capitalizes members and flattens every list. */
export type QueryDialect = "awsQuery" | "ec2Query";

/** A query request's parameters as a tree: `Tag.1.Key` is the node Key in the node 1 in the node Tag. */
interface Parameter {
  value?: string;
  readonly children: Map<string, Parameter>;
}

/**
 * Reads the input from query parameters. A service whose JSON model kept its XML traits (SQS) uses them, as in
 * `Attribute.1.Name`. For a model without them, lists are assumed to be `Name.member.N` and maps `Name.entry.N.key`,
 * which is right for CloudWatch but would miss flattened lists of other services.
 */
export function readQuery(
  dialect: QueryDialect,
  schema: Schema,
  parameters: Iterable<readonly [name: string, value: string]>,
): Fields {
  const root: Parameter = { children: new Map() };
  for (const [name, value] of parameters) insert(root, name.split("."), value);
  return readStructure(dialect, schema, root);
}

/** Returns a member's name in a query string, e.g. `ImageId`; EC2's errors use it too. */
export function queryName(dialect: QueryDialect, name: string, member: Schema): string {
  const { ec2QueryName } = member.getMergedTraits();
  if (dialect === "ec2Query" && ec2QueryName) return String(ec2QueryName);
  const wireName = memberWireName(name, member);
  return dialect === "awsQuery" ? wireName : wireName[0].toUpperCase() + wireName.slice(1);
}

/** Returns the XML document of a query response. */
export function writeQueryResult(
  dialect: QueryDialect,
  call: { operation: string; output: Schema; xmlNamespace: string; requestId: string },
  output: object,
): string {
  const { operation, requestId } = call;
  const unit = call.output.isUnitSchema();
  const content = unit ? "" : writeXmlMembers(call.output, output).content;
  const body =
    dialect === "ec2Query"
      ? `<requestId>${requestId}</requestId>${content}`
      : `${unit ? "" : `<${operation}Result>${content}</${operation}Result>`}` +
        `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n` +
    `<${operation}Response xmlns="${call.xmlNamespace}">${body}</${operation}Response>`
  );
}

function insert(root: Parameter, path: readonly string[], value: string): void {
  checkDepth(path.length);
  let node = root;
  for (const step of path) {
    const known = node.children.get(step);
    const next = known ?? { children: new Map() };
    if (!known) node.children.set(step, next);
    node = next;
  }
  node.value = value;
}

function read(dialect: QueryDialect, schema: Schema, node: Parameter): unknown {
  if (schema.isStructSchema()) return readStructure(dialect, schema, node);
  const flat = Boolean(schema.getMergedTraits().xmlFlattened);
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const list =
      flat || dialect === "ec2Query" ? node : node.children.get(itemWireName(item, "member"));
    return list ? numbered(list).map((entry) => read(dialect, item, entry)) : [];
  }
  if (schema.isMapSchema()) {
    const map = flat || dialect === "ec2Query" ? node : node.children.get("entry");
    const entries = map ? numbered(map) : [];
    return Object.fromEntries(entries.map((entry) => readEntry(dialect, schema, entry)));
  }
  if (node.value === undefined) throw malformed("A structure was sent where a value was expected.");
  return readText(schema, node.value);
}

function readStructure(dialect: QueryDialect, schema: Schema, node: Parameter): Fields {
  const fields: Fields = {};
  for (const [name, member] of membersOf(schema)) {
    const child = node.children.get(queryName(dialect, name, member));
    if (child) fields[name] = read(dialect, member, child);
  }
  return fields;
}

function readEntry(dialect: QueryDialect, schema: Schema, entry: Parameter): [string, unknown] {
  const item = schema.getValueSchema();
  const keyName = itemWireName(schema.getKeySchema(), "key");
  const valueName = itemWireName(item, "value");
  const key = entry.children.get(keyName)?.value;
  const value = entry.children.get(valueName);
  if (key === undefined || !value)
    throw malformed(`A map entry was sent without ${keyName} and ${valueName}.`);
  return [key, read(dialect, item, value)];
}

/** Returns the items of a list by their numbers, which may have gaps. */
function numbered(node: Parameter): Parameter[] {
  return [...node.children]
    .filter(([index]) => /^[1-9]\d{0,9}$/.test(index))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, item]) => item);
}
