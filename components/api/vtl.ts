// Builders of API Gateway mapping templates (VTL). Pure; API Gateway runs the templates.
import { attributeOf, type ItemSchema, storedType } from "./dynamoProxy/itemSchema";

/**
 * Writes a reference as the inside of a JSON string. `escapeJavaScript` also escapes `'` as `\'`, which JSON does not
 * allow, so that escape is undone.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#util-template-reference
 */
export function escaped(reference: string): string {
  return `$util.escapeJavaScript(${reference}).replaceAll("\\\\'","'")`;
}

/** The source of an attribute's value; `vtl` is a reference such as `$context.extendedRequestId`. */
export interface ValueSource {
  readonly name: string;
  readonly vtl: string;
  readonly type: "S" | "N" | "BOOL";
  /** Written only if the body contains it. */
  readonly optional?: boolean;
}

/** The attributes of the request's body, read through `$body`. */
export function bodySources(schema: ItemSchema, names: readonly string[]): ValueSource[] {
  return names.map((name) => {
    const attribute = attributeOf(schema, name);
    const type = storedType(attribute);
    return { name, vtl: `$body.${name}`, type, optional: attribute.optional };
  });
}

/** `{"S": "..."}`: DynamoDB's protocol sends numbers as strings and booleans as they are. */
function attributeValue({ vtl, type }: ValueSource): string {
  if (type === "BOOL") return `{"BOOL": ${vtl}}`;
  return type === "N" ? `{"N": "${vtl}"}` : `{"S": "${escaped(vtl)}"}`;
}

/** Members of an attribute map. Required ones come first, so that each optional one can start with a comma. */
function attributeMap(sources: readonly ValueSource[]): string {
  const required = sources.filter(({ optional }) => !optional);
  const optional = sources.filter((source) => source.optional);
  const first = required
    .map((source) => `"${source.name}": ${attributeValue(source)}`)
    .join(",\n    ");
  const rest = optional.map(
    (source) =>
      `#if($body.containsKey("${source.name}")),\n    "${source.name}": ${attributeValue(source)}#end`,
  );
  return first + rest.join("");
}

/** PutItem of exactly these attributes; with `refuseExisting` an existing item with the same key is a conflict. */
export function putItemTemplate(options: {
  table: string;
  sources: readonly ValueSource[];
  setup?: readonly string[];
  refuseExisting?: string;
}): string {
  const condition = options.refuseExisting
    ? `,\n  "ConditionExpression": "attribute_not_exists(#key)",\n  "ExpressionAttributeNames": {"#key": "${options.refuseExisting}"}`
    : "";
  return [
    `#set($body = $input.path('$'))`,
    ...(options.setup ?? []),
    `{`,
    `  "TableName": "${options.table}",`,
    `  "Item": {`,
    `    ${attributeMap(options.sources)}`,
    `  }${condition}`,
    `}`,
  ].join("\n");
}

/** GetItem or DeleteItem by key; the values of the key come from the path. */
export function keyTemplate(table: string, key: readonly ValueSource[]): string {
  return `{\n  "TableName": "${table}",\n  "Key": {${attributeMap(key)}}\n}`;
}

export interface QueryOptions {
  readonly table: string;
  readonly index?: string;
  /** The partition key; its value comes from the path only. */
  readonly partition: ValueSource;
  /** Key attributes that a cursor contains besides the partition key. */
  readonly cursor: readonly { readonly name: string; readonly type: "S" | "N" }[];
  readonly ascending: boolean;
  /** Items of a page when the client gives no limit: 1 to 1000, the most that #foreach repeats. */
  readonly defaultLimit: number;
}

/**
 * A number as DynamoDB writes it: magnitude 1E-130 to 9.9E+125, with up to 38 significant digits.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number
 */
const NUMBER = "-?[0-9]{1,126}([.][0-9]{1,170})?([eE][+-]?[0-9]{1,3})?";

/**
 * Query of one partition, page by page. A malformed limit or cursor makes a request that DynamoDB refuses (`Limit` 0),
 * and so a 400: a request template has no other way to answer 400.
 */
export function queryTemplate(options: QueryOptions): string {
  const { partition, cursor } = options;
  const fields = cursor.map((field, index) =>
    attributeValue({ name: field.name, type: field.type, vtl: `$field${index}` }),
  );
  const names = [partition, ...cursor].map(({ name }) => `"${name}"`);
  const values = [attributeValue(partition), ...fields];
  const startKey = names.map((name, index) => `${name}: ${values[index]}`).join(", ");
  const partPattern = "[A-Za-z0-9_-]+";
  const pattern = cursor.map(() => partPattern).join("[.]");
  return [
    `#set($limit = "${options.defaultLimit}")`,
    `#set($start = false)`,
    `#set($asked = $input.params('limit'))`,
    `#if($asked && $asked != "")#if($asked.matches("[1-9][0-9]{0,2}|1000"))#set($limit = $asked)#else#set($limit = "0")#end#end`,
    `#set($token = $input.params('nextToken'))`,
    `#if($token && $token != "")`,
    `#if($token.matches("${pattern}"))`,
    `#set($parts = $token.split("[.]"))`,
    ...cursor.map(
      (_field, index) =>
        `#set($field${index} = $util.base64Decode($parts[${index}].replace("-","+").replace("_","/")))`,
    ),
    `#set($start = true)`,
    ...cursor.flatMap(({ type }, index) =>
      type === "N"
        ? [`#if(!$field${index}.matches("${NUMBER}"))#set($start = false)#set($limit = "0")#end`]
        : [],
    ),
    `#else#set($limit = "0")#end`,
    `#end`,
    `{`,
    `  "TableName": "${options.table}",`,
    ...(options.index ? [`  "IndexName": "${options.index}",`] : []),
    `  "KeyConditionExpression": "#partition = :partition",`,
    `  "ExpressionAttributeNames": {"#partition": "${partition.name}"},`,
    `  "ExpressionAttributeValues": {":partition": ${attributeValue(partition)}},`,
    `  "ScanIndexForward": ${options.ascending},`,
    `  "Limit": $limit#if($start),`,
    `  "ExclusiveStartKey": {${startKey}}#end`,
    `}`,
  ].join("\n");
}

/** One attribute of an answer, with the name that clients see. */
export interface Shown {
  readonly name: string;
  readonly type: "S" | "N" | "BOOL";
}

function shownValue({ name, type }: Shown): string {
  const reference = `$item.${name}.${type}`;
  return type === "S" ? `"${escaped(reference)}"` : reference;
}

/** One stored item as plain JSON; attributes that the item does not have are left out. */
function itemTemplate(shown: readonly Shown[]): string {
  const members = shown.map(
    (attribute) =>
      `#if($item.containsKey("${attribute.name}"))$separator"${attribute.name}": ${shownValue(attribute)}#set($separator = ", ")#end`,
  );
  return `{#set($separator = "")${members.join("")}}`;
}

/** `{"<list>": [...], "nextToken": "..."}`; the token is present if more items follow. */
export function queryResponseTemplate(options: {
  list: string;
  shown: readonly Shown[];
  cursor: readonly { readonly name: string; readonly type: "S" | "N" }[];
}): string {
  const urlSafe = (reference: string): string =>
    `$util.base64Encode(${reference}).replace("+","-").replace("/","_").replace("=","")`;
  const token = options.cursor.map(({ name, type }) => urlSafe(`$last.${name}.${type}`)).join(".");
  return [
    `#set($last = $input.path('$.LastEvaluatedKey'))`,
    `{"${options.list}": [#foreach($item in $input.path('$.Items'))`,
    `${itemTemplate(options.shown)}#if($foreach.hasNext),#end#end`,
    `]#if($last && $last != "" && $last.size() > 0), "nextToken": "${token}"#end}`,
  ].join("\n");
}

/** The item, or 404 if there is none. */
export function getResponseTemplate(shown: readonly Shown[]): string {
  return [
    `#set($item = $input.path('$.Item'))`,
    `#if($item && $item != "")${itemTemplate(shown)}#else`,
    `#set($context.responseOverride.status = 404)`,
    `{"message": "Not found"}#end`,
  ].join("\n");
}

/** The answer to a write: the given members, either escaped strings or plain numbers. */
export function writtenResponseTemplate(members: readonly ValueSource[]): string {
  const texts = members.map(({ name, vtl, type }) =>
    type === "S" ? `"${name}": "${escaped(vtl)}"` : `"${name}": ${vtl}`,
  );
  return `{${texts.join(", ")}}`;
}

/**
 * The answer to an error of DynamoDB. Every error comes as HTTP 400 with its type in `__type`. Its text is never passed
 * on, because it names tables and roles.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export function dynamoErrorTemplate(): string {
  const cases: [types: string[], status: number, message: string][] = [
    [["ConditionalCheckFailed", "TransactionConflict"], 409, "Conflict"],
    [
      ["ProvisionedThroughputExceeded", "Throttling", "RequestLimitExceeded"],
      429,
      "Too many requests",
    ],
    [["ValidationException", "SerializationException"], 400, "Bad request"],
  ];
  const branches = cases.map(([types, status, message], index) => {
    const test = types.map((type) => `$type.contains("${type}")`).join(" || ");
    return (
      `${index === 0 ? "#if" : "#elseif"}(${test})#set($context.responseOverride.status = ${status})\n` +
      `{"message": "${message}"}`
    );
  });
  return [
    `#set($type = "$!input.path('$.__type')")`,
    `${branches.join("\n")}`,
    `#else#set($context.responseOverride.status = 500)`,
    `{"message": "Internal server error"}#end`,
  ].join("\n");
}
