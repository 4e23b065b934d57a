import { AwsError } from "../core/errors";
import {
  compileConstraint,
  type Breach,
  type Constraint,
  type Constraints,
} from "./model/constraints";
import type { OperationModel, ServiceCodec } from "./model/serviceCodec";
import { queryName } from "./formats/query";
import {
  type Fields,
  isStaticShape,
  membersOf,
  requiredMembers,
  type Schema,
} from "./model/schema";

/** Path to a member, outermost step first; list items are numbered from 1. */
type Path = readonly Step[];
type Step = { readonly name: string; readonly member?: Schema };
/** A member that is missing, or has a value that the model does not allow. */
interface Fault {
  readonly path: Path;
  /** Absent if the member is missing. */
  readonly breach?: Breach;
}
type Check = (value: unknown) => readonly Fault[];

/** A service's constraints of inputs beyond the SDK's schemas, and how it reports violations. */
export interface InputRules {
  readonly table: Constraints;
  /** Error code instead of the protocol's usual one. */
  readonly code?: string;
  /** Whether paths to members of the body begin with the input's name, as in `createStageInput.tags`. */
  readonly namesBody?: boolean;
  /** Whether messages omit the values, and name the constraint of list items to be present. */
  readonly hidesValues?: boolean;
  /** For a service with its own messages: returns the error for the first violation, or nothing for the usual one. */
  refuse?(violation: InputViolation): AwsError | undefined;
}

export interface InputViolation {
  readonly operation: string;
  /** Names of the member and of the members around it, outermost first; list items are numbered from 1. */
  readonly path: readonly string[];
  /** Name of the header or query parameter that has the value. */
  readonly parameter?: string;
  readonly missing: boolean;
  readonly value?: string;
  /** What the member must satisfy; absent if it is missing. */
  readonly constraint?: Constraint;
  /** The wrong items, keys and values of a list or map. */
  readonly wrongParts?: readonly unknown[];
}

/**
 * Returns a check that refuses an input which lacks required members or violates the model's constraints, including
 * nested ones, with the service's message.
 *
 * Most services use the validation message of AWS's framework, e.g. `1 validation error detected: Value null at
 * 'roleName' failed to satisfy constraint: Member must not be null`; EC2, SQS and CloudWatch name the first missing
 * parameter.
 */
export function inputCheck(
  codec: ServiceCodec,
  { name, input }: OperationModel,
  rules?: InputRules,
): (input: object) => void {
  const check = checkOf(input, rules?.table ?? {}, new Map());
  const body = rules?.namesBody ? `${lowerFirst(name)}Input` : undefined;
  return (given) => {
    const faults = check(given);
    if (faults.length > 0)
      throw (
        rules?.refuse?.({ operation: name, ...violation(faults[0]) }) ??
        refusal(codec, faults, { ...rules, body })
      );
  };
}

function violation({ path, breach }: Fault): Omit<InputViolation, "operation"> {
  const { httpHeader, httpQuery } = path[0].member?.getMergedTraits() ?? {};
  return {
    path: path.map(({ name }) => name),
    parameter: path.length === 1 ? (httpHeader ?? httpQuery) : undefined,
    missing: breach === undefined,
    value: breach?.value,
    constraint: breach?.constraint,
    wrongParts: breach?.wrongParts,
  };
}

function refusal(
  codec: ServiceCodec,
  faults: readonly Fault[],
  { code, body, hidesValues = false }: Omit<Partial<InputRules>, "table"> & { body?: string },
): AwsError {
  const missing = faults.find(({ breach }) => !breach);
  if (missing && codec.protocol === "ec2Query")
    return missingParameter(`The request must contain the parameter ${ec2Path(missing.path)}`);
  const nameMissing = missingTexts.get(codec.id);
  if (missing && nameMissing) return missingParameter(nameMissing(dotted(missing.path)));
  const texts = faults.map(({ path, breach }) => {
    const rule = ruleText(breach, hidesValues);
    return `${shownValue(breach, hidesValues)} at '${placeOf(path, body)}' failed to satisfy constraint: ${rule}`;
  });
  const noun = texts.length === 1 ? "error" : "errors";
  return new AwsError(
    code ??
      validationCodes.get(codec.id) ??
      (codec.protocol === "awsQuery" ? "ValidationError" : "ValidationException"),
    `${texts.length} validation ${noun} detected: ${texts.join("; ")}`,
    { status: 400 },
  );
}

function shownValue(breach: Breach | undefined, hidden: boolean): string {
  if (hidden) return "Value";
  if (!breach) return "Value null";
  return breach.value === undefined ? "Value" : `Value '${breach.value}'`;
}

function ruleText(breach: Breach | undefined, namesNull: boolean): string {
  const rule = breach?.rule ?? "Member must not be null";
  const ofItems = namesNull && rule.startsWith("Member must satisfy constraint: [");
  return ofItems ? rule.replace(/\]$/, ", Member must not be null]") : rule;
}

/** Services that report a missing parameter in a sentence. */
const missingTexts: ReadonlyMap<string, (parameter: string) => string> = new Map([
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
  ["SQS", (parameter) => `The request must contain the parameter ${parameter}.`],
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html
  ["CloudWatch", (parameter) => `The parameter ${parameter} is required.`],
]);

/** Services whose code is neither ValidationException (JSON) nor ValidationError (query). */
const validationCodes: ReadonlyMap<string, string> = new Map([
  ["CloudWatch", "ValidationError"],
  ["CloudWatch Logs", "InvalidParameterException"],
]);

function missingParameter(message: string): AwsError {
  return new AwsError("MissingParameter", message, { status: 400 });
}

const nothing: readonly Fault[] = [];
const pass: Check = () => nothing;

/** Returns the check of a shape, created once; a recursive shape (DynamoDB's values) finds the existing one. */
function checkOf(schema: Schema, table: Constraints, known: Map<unknown, Check>): Check {
  const shape: unknown = schema.getSchema();
  if (schema.isListSchema()) return listCheck(checkOf(schema.getValueSchema(), table, known));
  if (schema.isMapSchema()) return mapCheck(checkOf(schema.getValueSchema(), table, known));
  if (!schema.isStructSchema() || schema.isUnitSchema()) return pass;
  if (!asksAnything(schema, table, new Set())) return pass;
  const found = known.get(shape);
  if (found) return found;
  let made = pass;
  known.set(shape, (value) => made(value));
  made = structureCheck(schema, table, known);
  known.set(shape, made);
  return made;
}

/**
 * Checks whether a structure or its members have required members or constraints; most of DynamoDB's items have none.
 */
function asksAnything(schema: Schema, table: Constraints, seen: Set<unknown>): boolean {
  if (schema.isListSchema() || schema.isMapSchema())
    return asksAnything(schema.getValueSchema(), table, seen);
  const shape: unknown = schema.getSchema();
  if (!schema.isStructSchema() || schema.isUnitSchema() || seen.has(shape)) return false;
  seen.add(shape);
  const constraints = isStaticShape(shape) ? (table[shape[2]] ?? {}) : {};
  if (requiredMembers(schema).length > 0 || Object.keys(constraints).length > 0) return true;
  return [...membersOf(schema)].some(([, member]) => asksAnything(member, table, seen));
}

function structureCheck(schema: Schema, table: Constraints, known: Map<unknown, Check>): Check {
  const shape: unknown = schema.getSchema();
  const constraints = isStaticShape(shape) ? table[shape[2]] : undefined;
  const required = new Set(requiredMembers(schema));
  const members = [...membersOf(schema)].map(([name, member]) => ({
    name,
    step: { name, member },
    required: required.has(name),
    test: compileConstraint(constraints?.[name], member.getMergedTraits().sensitive !== undefined),
    check: checkOf(member, table, known),
  }));
  const checked = members.filter((one) => one.required || one.test || one.check !== pass);
  if (checked.length === 0) return pass;
  return (value) => {
    if (typeof value !== "object" || value === null) return nothing;
    let faults = nothing;
    for (const { name, step, required: mustBe, test, check } of checked) {
      const inner = (value as Fields)[name];
      if (inner === undefined || inner === null) {
        if (mustBe && inner === undefined) faults = [...faults, { path: [step] }];
        continue;
      }
      const breaches = test?.(inner) ?? [];
      if (breaches.length > 0)
        faults = [...faults, ...breaches.map((breach) => ({ path: [step], breach }))];
      const below = check(inner);
      if (below.length > 0) faults = [...faults, ...under(below, step)];
    }
    return faults;
  };
}

function listCheck(check: Check): Check {
  if (check === pass) return pass;
  return (value) =>
    Array.isArray(value)
      ? value.flatMap((item, index) =>
          under(check(item), { name: "member" }, { name: `${index + 1}` }),
        )
      : nothing;
}

function mapCheck(check: Check): Check {
  if (check === pass) return pass;
  return (value) =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, item]) =>
          under(check(item), { name: key }, { name: "member" }),
        )
      : nothing;
}

function under(faults: readonly Fault[], ...steps: Step[]): readonly Fault[] {
  if (faults.length === 0) return nothing;
  return faults.map((fault) => ({ ...fault, path: [...steps, ...fault.path] }));
}

/** Returns the path, after the input's name if the outermost member is one of the body. */
function placeOf(path: Path, body: string | undefined): string {
  const { httpLabel, httpQuery, httpHeader } = path[0].member?.getMergedTraits() ?? {};
  const elsewhere = httpLabel ?? httpQuery ?? httpHeader;
  const place = frameworkPath(path);
  return body === undefined || elsewhere !== undefined ? place : `${body}.${place}`;
}

/**
 * Formats a path like AWS's framework: list item numbers come before the word member, names are spelled as Java
 * fields.
 */
function frameworkPath(path: Path): string {
  const names = path.map(({ name, member }) => (member ? lowerFirst(name) : name));
  return names.join(".").replace(/member\.(\d+)/g, "$1.member");
}

function dotted(path: Path): string {
  return path.map(({ name }) => name).join(".");
}

/** Formats a path like EC2, which numbers list items without a word: `BlockDeviceMapping.1.Ebs`. */
function ec2Path(path: Path): string {
  return path
    .filter(({ name, member }) => member !== undefined || /^\d+$/.test(name))
    .map(({ name, member }) => (member ? queryName("ec2Query", name, member) : name))
    .join(".");
}

function lowerFirst(name: string): string {
  return name[0].toLowerCase() + name.slice(1);
}
