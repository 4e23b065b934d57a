import { AwsError } from "../core/errors";
import type { OperationModel, Protocol, ServiceCodec } from "./model";
import { queryName } from "./query";
import { type Fields, membersOf, requiredMembers, type Schema, valueSchemaOf } from "./schema";

/** Steps to a member that is missing, outermost first; list items by their number from 1. */
type Path = readonly Step[];
type Step = { readonly name: string; readonly member?: Schema };

/**
 * Refuses an input that lacks required members, nested ones too, in the words of the service.
 *
 * Most services answer with the validation text of AWS's framework, e.g. `1 validation error detected: Value
 * null at 'roleName' failed to satisfy constraint: Member must not be null`; EC2, SQS and CloudWatch name the
 * first missing parameter.
 */
export function checkRequired(
  codec: ServiceCodec,
  protocol: Protocol,
  { input: schema }: OperationModel,
  input: Fields,
): void {
  const missing = [...missingMembers(schema, input, [])];
  if (missing.length === 0) return;
  if (protocol === "ec2Query")
    throw new AwsError(
      "MissingParameter",
      `The request must contain the parameter ${ec2Path(missing[0])}`,
      { status: 400 },
    );
  const refuse = refusals.get(codec.id);
  if (refuse) throw refuse(missing);
  throw validationError(
    codec.protocol === "awsQuery" ? "ValidationError" : "ValidationException",
    missing,
  );
}

/** Services that do not answer a missing member with ValidationException (JSON) or ValidationError (query). */
const refusals: ReadonlyMap<string, (missing: readonly Path[]) => AwsError> = new Map([
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
  [
    "SQS",
    ([first]) => missingParameter(`The request must contain the parameter ${dotted(first)}.`),
  ],
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html
  ["CloudWatch", ([first]) => missingParameter(`The parameter ${dotted(first)} is required.`)],
  ["CloudWatch Logs", (missing) => validationError("InvalidParameterException", missing)],
  ["API Gateway", (missing) => validationError("BadRequestException", missing)],
]);

function validationError(code: string, missing: readonly Path[]): AwsError {
  const errors = missing.map(
    (path) =>
      `Value null at '${frameworkPath(path)}' failed to satisfy constraint: Member must not be null`,
  );
  const noun = errors.length === 1 ? "error" : "errors";
  return new AwsError(code, `${errors.length} validation ${noun} detected: ${errors.join("; ")}`, {
    status: 400,
  });
}

function missingParameter(message: string): AwsError {
  return new AwsError("MissingParameter", message, { status: 400 });
}

function* missingMembers(schema: Schema, value: unknown, path: Path): Generator<Path> {
  // Nothing is missing in a scalar; most of an input is that, or absent.
  if (typeof value !== "object" || value === null) return;
  if (schema.isListSchema() && Array.isArray(value)) {
    const item = valueSchemaOf(schema);
    for (const [index, entry] of value.entries())
      yield* missingMembers(item, entry, [...path, { name: "member" }, { name: `${index + 1}` }]);
  } else if (schema.isMapSchema()) {
    const item = valueSchemaOf(schema);
    for (const [key, entry] of Object.entries(value))
      yield* missingMembers(item, entry, [...path, { name: key }, { name: "member" }]);
  } else if (schema.isStructSchema()) {
    const fields = value as Fields;
    const required = requiredMembers(schema);
    for (const [name, member] of membersOf(schema)) {
      const field = fields[name];
      if (field === undefined && required.includes(name)) yield [...path, { name, member }];
      if (typeof field === "object" && field !== null)
        yield* missingMembers(member, field, [...path, { name, member }]);
    }
  }
}

/** AWS's framework counts list items before the word member, and spells names as Java fields. */
function frameworkPath(path: Path): string {
  const names = path.map(({ name, member }) => (member ? lowerFirst(name) : name));
  return names.join(".").replace(/member\.(\d+)/g, "$1.member");
}

function dotted(path: Path): string {
  return path.map(({ name }) => name).join(".");
}

/** EC2 numbers list items without a word for them: `BlockDeviceMapping.1.Ebs`. */
function ec2Path(path: Path): string {
  return path
    .filter(({ name, member }) => member !== undefined || /^\d+$/.test(name))
    .map(({ name, member }) => (member ? queryName("ec2Query", name, member) : name))
    .join(".");
}

function lowerFirst(name: string): string {
  return name[0].toLowerCase() + name.slice(1);
}
