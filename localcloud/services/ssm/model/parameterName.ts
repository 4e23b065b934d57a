import { formatArn, parseArn } from "../../../core/arn";
import { checkLength } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html (characters, ARN included) */
const MAX_NAME_LENGTH = 1011;
const MAX_HIERARCHY_LEVELS = 15;

const NAME_RULE =
  'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can ' +
  "consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, " +
  "numbers and the following 3 symbols .-_";

const PATH_RULE =
  "The parameter doesn't meet the parameter name requirements. The parameter name must begin with " +
  'a forward slash "/". It can\'t be prefixed with \\"aws\\" or \\"ssm\\" (case-insensitive). It ' +
  "must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ " +
  "(underscore). Special characters are not allowed. All sub-paths, if specified, must use the " +
  'forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.';

/** Region and account of parameter ARNs. */
interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** Returns `arn:aws:ssm:<region>:<account>:parameter/<name>`, with one slash even if the name starts with one. */
export function parameterArn(name: string, place: Place): string {
  return formatArn("ssm", place, `parameter/${name.replace(/^\//, "")}`);
}

/** Refuses an invalid name for a new parameter. */
export function checkNewName(name: string, place: Place): void {
  checkLength(name, "name", { min: 1, max: 2048 });
  checkNameForm(name);
  checkReserved(name);
  if (name.length > MAX_NAME_LENGTH - parameterArn("", place).length)
    throw new AwsError(
      "ValidationException",
      `The parameter name including its ARN exceeds the limit of ${MAX_NAME_LENGTH} characters.`,
    );
  if (name.split("/").filter(Boolean).length > MAX_HIERARCHY_LEVELS)
    throw new AwsError(
      "HierarchyLevelLimitExceededException",
      `Hierarchy can have a maximum of ${MAX_HIERARCHY_LEVELS} levels. For more information, see ` +
        "Requirements and constraints for parameter names in the AWS Systems Manager User Guide.",
    );
}

/** Refuses a name that requests may not contain. */
export function checkNameForm(name: string): void {
  if (!/^[a-zA-Z0-9_.\-/]+$/.test(name) || name.endsWith("/") || name.includes("//"))
    throw new AwsError("ValidationException", NAME_RULE);
  if (name.includes("/") && !name.startsWith("/"))
    throw new AwsError("ValidationException", "Parameter name must be a fully qualified name.");
}

/** Refuses an invalid path of GetParametersByPath. */
export function checkPath(path: string): void {
  if (!/^\/([a-zA-Z0-9_.-]+(\/[a-zA-Z0-9_.-]+)*\/?)?$/.test(path))
    throw new AwsError("ValidationException", PATH_RULE);
}

/** A parsed reference to a parameter. */
export interface ParameterReference {
  /** Possible names of the parameter: an ARN does not distinguish `foo` from `/foo`. */
  readonly names: readonly string[];
  /** `3` or `prod` in `name:3`, `name:prod`. */
  readonly selector?: string;
}

/** Parses `name`, `name:version`, `name:label` or the ARN with or without one of them. */
export function parseReference(text: string): ParameterReference {
  const arn = text.startsWith("arn:") ? parseArn(text) : undefined;
  const resource = arn ? arn.resource.replace(/^parameter\//, "") : text;
  const [name, selector, ...rest] = resource.split(":");
  if (rest.length > 0) throw new AwsError("ValidationException", NAME_RULE);
  const names = arn ? (name.includes("/") ? [`/${name}`] : [name, `/${name}`]) : [name];
  return { names, ...(selector !== undefined && { selector }) };
}

function checkReserved(name: string): void {
  const bare = name.replace(/^\//, "").toLowerCase();
  if (bare.startsWith("aws") && name.lastIndexOf("/") > 0)
    throw new AwsError("AccessDeniedException", `No access to reserved parameter name: ${name}.`);
  if (!bare.startsWith("aws") && !bare.startsWith("ssm")) return;
  throw new AwsError(
    "ValidationException",
    name.lastIndexOf("/") > 0
      ? NAME_RULE
      : 'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
  );
}
